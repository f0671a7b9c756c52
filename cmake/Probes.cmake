# The component `probes`: the sources in probes/ itself and, with KNOTESTAT_BPF,
# those of its folders with a BPF program X/X.bpf.c each, compiled by clang,
# stripped, and turned into X.skel.h by bpftool. probes/usdt is a component of
# its own. SPDX-License-Identifier: BSD-2-Clause

# knotestat_find_tool(VARIABLE NAME... PACKAGE Debian package)
function(knotestat_find_tool variable)
  cmake_parse_arguments(ARG "" "PACKAGE" "" ${ARGN})
  find_program(${variable} NAMES ${ARG_UNPARSED_ARGUMENTS}
    PATHS /usr/sbin /sbin)
  if(NOT ${variable})
    list(GET ARG_UNPARSED_ARGUMENTS 0 name)
    message(FATAL_ERROR "${name} is missing, which the eBPF probes are built "
      "with. Install the package ${ARG_PACKAGE}, or configure with "
      "-DKNOTESTAT_BPF=OFF.")
  endif()
endfunction()

# knotestat_skeleton(OUT SOURCE): SOURCE is .../X.bpf.c; OUT becomes X.skel.h,
# with the struct X_bpf.
function(knotestat_skeleton out source)
  get_filename_component(name ${source} NAME)
  string(REPLACE ".bpf.c" "" name ${name})
  set(directory ${CMAKE_BINARY_DIR}/skeletons)
  set(object ${directory}/${name}.bpf.o)
  set(skeleton ${directory}/${name}.skel.h)
  # bpftool writes to stdout: a failure must not leave half a header behind.
  add_custom_command(OUTPUT ${skeleton}
    COMMAND ${BPF_CLANG} -g -O2 -mcpu=v3 -target bpf
      -D__TARGET_ARCH_${KNOTESTAT_BPF_ARCH} -Wall -Wextra -Werror
      -I${CMAKE_SOURCE_DIR} -idirafter /usr/include/${KNOTESTAT_MULTIARCH}
      -MD -MF ${object}.d -MT ${skeleton} -c ${source} -o ${object}
    COMMAND ${BPF_STRIP} -g ${object}
    COMMAND ${BPFTOOL} gen skeleton ${object} name ${name}_bpf > ${skeleton}.new
    COMMAND ${CMAKE_COMMAND} -E rename ${skeleton}.new ${skeleton}
    DEPENDS ${source} DEPFILE ${object}.d
    COMMENT "BPF ${name}" VERBATIM)
  set(${out} ${skeleton} PARENT_SCOPE)
  set_property(GLOBAL APPEND PROPERTY KNOTESTAT_GENERATED ${skeleton})
endfunction()

file(GLOB probes_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/probes/*.cc)
set(skeletons "")
if(KNOTESTAT_BPF)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
    set(KNOTESTAT_BPF_ARCH x86)
    set(KNOTESTAT_MULTIARCH x86_64-linux-gnu)
  else()
    message(FATAL_ERROR "The eBPF probes are not ported to "
      "${CMAKE_SYSTEM_PROCESSOR}. Configure with -DKNOTESTAT_BPF=OFF.")
  endif()
  knotestat_find_tool(BPF_CLANG clang-14 clang PACKAGE clang)
  knotestat_find_tool(BPF_STRIP llvm-strip-14 llvm-strip PACKAGE llvm)
  knotestat_find_tool(BPFTOOL bpftool PACKAGE bpftool)
  knotestat_pkg(libbpf libbpf)

  file(GLOB_RECURSE loaders CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/probes/*/*.cc)
  list(FILTER loaders EXCLUDE REGEX "/probes/usdt/")
  list(APPEND probes_sources ${loaders})
  list(REMOVE_DUPLICATES probes_sources)

  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/skeletons)
  file(GLOB_RECURSE programs CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/probes/*.bpf.c)
  foreach(program IN LISTS programs)
    knotestat_skeleton(skeleton ${program})
    list(APPEND skeletons ${skeleton})
  endforeach()
endif()

add_library(probes_objects OBJECT ${probes_sources} ${skeletons})
target_link_libraries(probes_objects PUBLIC
  knotestat_flags Threads::Threads
  absl::status absl::statusor absl::strings absl::cord
  usdt_objects)
if(KNOTESTAT_BPF)
  target_link_libraries(probes_objects PUBLIC libbpf::libbpf)
endif()
target_compile_definitions(probes_objects PUBLIC
  $<$<BOOL:${KNOTESTAT_BPF}>:KNOTESTAT_HAVE_BPF>)
# Generated code is not held to our warnings.
target_include_directories(probes_objects SYSTEM PRIVATE
  ${CMAKE_BINARY_DIR}/skeletons)
add_library(probes INTERFACE)
target_link_libraries(probes INTERFACE
  probes_objects $<TARGET_OBJECTS:probes_objects> usdt)
