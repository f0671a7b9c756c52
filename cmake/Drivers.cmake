# Every knote/drivers/*_module.cc becomes a shared object of its name, which
# dlclose really unloads: no unique symbols, nothing but our own sections.
# SPDX-License-Identifier: BSD-2-Clause
file(GLOB modules CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/knote/drivers/*_module.cc)
foreach(source IN LISTS modules)
  get_filename_component(name ${source} NAME_WE)
  add_library(${name} MODULE ${source})
  target_link_libraries(${name} PRIVATE knotestat_flags)
  target_compile_options(${name} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set_target_properties(${name} PROPERTIES PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/drivers)
endforeach()
