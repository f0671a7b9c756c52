# SPDX-License-Identifier: BSD-2-Clause

# knotestat_component(NAME FOLDER DIR [USES COMPONENT...] [EXTERNAL LIB...])
#
# Every *.cc below DIR, but not what belongs to a program of its own (main.cc),
# to a loadable driver (drivers/*_module.cc), or to a folder with its own rules
# (peer_*, probes). Object libraries, because files register themselves in
# static initializers, which an archive would drop.
function(knotestat_component name)
  cmake_parse_arguments(ARG "" "FOLDER" "USES;EXTERNAL" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/(main\\.cc|peer_[^/]*/.*|.*_module\\.cc)$")
  list(FILTER sources EXCLUDE REGEX "/node_modules/")
  add_library(${name}_objects OBJECT ${sources})
  target_link_libraries(${name}_objects PUBLIC
    knotestat_flags Threads::Threads ${ARG_EXTERNAL})
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE
    ${name}_objects $<TARGET_OBJECTS:${name}_objects>)
  foreach(used IN LISTS ARG_USES)
    # Passes on include paths and libraries, not the objects themselves.
    target_link_libraries(${name}_objects PUBLIC ${used}_objects)
    target_link_libraries(${name} INTERFACE ${used})
  endforeach()
endfunction()
