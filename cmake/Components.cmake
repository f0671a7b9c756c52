# SPDX-License-Identifier: BSD-2-Clause

# knotestat_compile_together(TARGET)
#
# Compiles several sources of TARGET at once: most of their time goes into the
# headers of others, which are read once then. Not for what is measured, where
# a strategy's code must not depend on who its neighbours are.
function(knotestat_compile_together target)
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
endfunction()
# Made to one pattern, names in anonymous namespaces included.
file(GLOB alike cli/commands/*.cc knote/workloads/*.cc probes/*/*.cc)
set_source_files_properties(${alike} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# knotestat_component(NAME FOLDER DIR [TOGETHER] [USES COMPONENT...]
#   [EXTERNAL LIB...])
#
# Every *.cc below DIR, but not what belongs to a program of its own (main.cc),
# to a loadable driver (drivers/*_module.cc), or to a folder with its own rules
# (peer_*, probes). Object libraries, because files register themselves in
# static initializers, which an archive would drop.
function(knotestat_component name)
  cmake_parse_arguments(ARG "TOGETHER" "FOLDER" "USES;EXTERNAL" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/(main\\.cc|peer_[^/]*/.*|.*_module\\.cc)$")
  list(FILTER sources EXCLUDE REGEX "/node_modules/")
  add_library(${name}_objects OBJECT ${sources})
  target_link_libraries(${name}_objects PUBLIC
    knotestat_flags Threads::Threads ${ARG_EXTERNAL})
  if(ARG_TOGETHER)
    knotestat_compile_together(${name}_objects)
  endif()
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE
    ${name}_objects $<TARGET_OBJECTS:${name}_objects>)
  foreach(used IN LISTS ARG_USES)
    # Passes on include paths and libraries, not the objects themselves.
    target_link_libraries(${name}_objects PUBLIC ${used}_objects)
    target_link_libraries(${name} INTERFACE ${used})
  endforeach()
endfunction()
