# Language level, warnings and sanitizers for all of our own code.
#
# Frame pointers stay in everything: eBPF can unwind user stacks only through
# them. SPDX-License-Identifier: BSD-2-Clause
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(knotestat_flags INTERFACE)
target_include_directories(knotestat_flags INTERFACE ${CMAKE_SOURCE_DIR})
# Source locations are relative to the tree: `check` names its sites by them,
# and a build says the same wherever it was made.
target_compile_options(knotestat_flags INTERFACE
  -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=
  -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wconversion -Werror>)
target_compile_definitions(knotestat_flags INTERFACE
  $<$<CONFIG:Debug>:KNOTESTAT_INVARIANTS=1>)
if(KNOTESTAT_SANITIZE)
  # What sanitizers add lets g++ see uninitialized values where there are none,
  # in <regex> for one; its manual says so.
  target_compile_options(knotestat_flags INTERFACE
    -fsanitize=${KNOTESTAT_SANITIZE} -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(knotestat_flags INTERFACE
    -fsanitize=${KNOTESTAT_SANITIZE})
endif()
# The profiler symbolizes itself and loads drivers that call back into it.
target_link_options(knotestat_flags INTERFACE -rdynamic)
