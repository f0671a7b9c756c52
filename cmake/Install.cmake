# What `cmake --install` puts in place besides the program: the headers that a
# plug-in is compiled against, a CMake package and a pkg-config file.
# SPDX-License-Identifier: BSD-2-Clause
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS knotestat)
set(KNOTESTAT_HEADERS ${CMAKE_INSTALL_INCLUDEDIR}/knotestat)
foreach(folder knote probes/usdt check)
  install(DIRECTORY ${folder}/ DESTINATION ${KNOTESTAT_HEADERS}/${folder}
    FILES_MATCHING PATTERN "*.h" PATTERN "peer_*" EXCLUDE
    # No headers, and an empty folder is installed, too.
    REGEX "/check/strategies$" EXCLUDE)
endforeach()

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/knotestat)
configure_package_config_file(cmake/install/knotestatConfig.cmake.in
  ${CMAKE_BINARY_DIR}/install/knotestatConfig.cmake
  INSTALL_DESTINATION ${package} PATH_VARS KNOTESTAT_HEADERS)
# Any other version may have other layouts.
write_basic_package_version_file(
  ${CMAKE_BINARY_DIR}/install/knotestatConfigVersion.cmake
  COMPATIBILITY ExactVersion)
install(FILES
  ${CMAKE_BINARY_DIR}/install/knotestatConfig.cmake
  ${CMAKE_BINARY_DIR}/install/knotestatConfigVersion.cmake
  DESTINATION ${package})

# Relative to itself: `cmake --install --prefix` decides where it goes.
file(RELATIVE_PATH KNOTESTAT_PREFIX_FROM_PC
  ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig
  ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/install/knotestat.pc.in
  ${CMAKE_BINARY_DIR}/install/knotestat.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/install/knotestat.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
