# The target `tidy`: clang-tidy over all of our sources, in a build folder of its
# own (preset tidy). Most of its time goes into the headers of others, so the
# sources of a target are bundled, which read them once.
# SPDX-License-Identifier: BSD-2-Clause
option(KNOTESTAT_TIDY "Set up the target `tidy` instead of building" OFF)

# Called before any target is made.
macro(knotestat_tidy_flags)
  if(KNOTESTAT_TIDY)
    set(CMAKE_UNITY_BUILD ON)
    set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)
    add_compile_options(
      $<$<COMPILE_LANGUAGE:CXX>:-include>
      $<$<COMPILE_LANGUAGE:CXX>:${CMAKE_SOURCE_DIR}/cmake/tidy/source_location.h>)
  endif()
endmacro()

# Called when all targets are there.
function(knotestat_tidy_target)
  if(NOT KNOTESTAT_TIDY)
    return()
  endif()
  find_program(RUN_CLANG_TIDY NAMES run-clang-tidy run-clang-tidy-14)
  if(NOT RUN_CLANG_TIDY)
    message(FATAL_ERROR "run-clang-tidy is missing. Install the package "
      "clang-tidy, or configure without -DKNOTESTAT_TIDY=ON.")
  endif()
  get_property(generated GLOBAL PROPERTY KNOTESTAT_GENERATED)
  add_custom_target(tidy
    COMMAND ${RUN_CLANG_TIDY} -quiet -p ${CMAKE_BINARY_DIR}
    DEPENDS ${generated} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    USES_TERMINAL VERBATIM)
endfunction()
