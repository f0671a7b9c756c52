# The manual page, built from docs/man/*.scd where scdoc is installed.
# SPDX-License-Identifier: BSD-2-Clause
find_program(SCDOC scdoc)
if(NOT SCDOC)
  message(STATUS "the manual page is not built: no scdoc "
    "(install the package scdoc)")
  return()
endif()

include(GNUInstallDirs)
# SOURCE_DIR/docs/man/NAME.SECTION.scd becomes BINARY_DIR/man/NAME.SECTION.
file(GLOB manual_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.scd)
set(manual_pages "")
foreach(source IN LISTS manual_sources)
  get_filename_component(name ${source} NAME_WLE)
  string(REGEX MATCH "[0-9]$" section ${name})
  set(page ${CMAKE_BINARY_DIR}/man/${name})
  add_custom_command(OUTPUT ${page}
    COMMAND sh -c "'${SCDOC}' < '${source}' > '${page}.new'"
    COMMAND ${CMAKE_COMMAND} -E rename ${page}.new ${page}
    DEPENDS ${source}
    COMMENT "Manual page ${name}" VERBATIM)
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  list(APPEND manual_pages ${page})
endforeach()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
add_custom_target(manual ALL DEPENDS ${manual_pages})
# What is installed with the program is built with it.
add_dependencies(knotestat manual)
