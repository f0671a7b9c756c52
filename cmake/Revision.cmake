# The revision that a build is of, in a translation unit of its own: a new commit
# compiles that one file and links. Asked at each build; outside of git, or where
# git refuses, it is "unknown". A packager sets KNOTESTAT_REVISION.
#
# The same file is the script that asks: cmake -P, with SOURCE, OUTPUT, REVISION.
# SPDX-License-Identifier: BSD-2-Clause
if(CMAKE_SCRIPT_MODE_FILE)
  if(NOT REVISION)
    # Not the repository that a tarball happens to be unpacked in.
    get_filename_component(parent ${SOURCE} DIRECTORY)
    set(ENV{GIT_CEILING_DIRECTORIES} ${parent})
    set(ENV{GIT_OPTIONAL_LOCKS} 0)  # only look
    find_program(GIT git)
    set(failed 1)
    if(GIT)
      execute_process(
        COMMAND ${GIT} -C ${SOURCE} describe --always --exclude=*
          --abbrev=12 --dirty=+
        OUTPUT_VARIABLE REVISION RESULT_VARIABLE failed
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
    if(failed)
      set(REVISION unknown)
    endif()
  endif()
  file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#include "check/revision.h"

namespace knotestat::check {

std::string_view Revision() { return "@REVISION@"; }

}  // namespace knotestat::check
]] @ONLY)  # left alone if it says that already
  return()
endif()

set(KNOTESTAT_REVISION "" CACHE STRING
  "What replay strings call this build; empty: ask git")
string(LENGTH "${KNOTESTAT_REVISION}" length)
if(NOT KNOTESTAT_REVISION MATCHES "^[0-9A-Za-z.+~-]*$" OR length GREATER 40)
  message(FATAL_ERROR "KNOTESTAT_REVISION is '${KNOTESTAT_REVISION}': expected "
    "at most 40 letters, digits and . + ~ -")
endif()

# knotestat_revision(COMPONENT): gives it the definition of Revision().
function(knotestat_revision component)
  set(output ${CMAKE_BINARY_DIR}/revision/revision.cc)
  add_custom_target(revision
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${output}
      -DREVISION=${KNOTESTAT_REVISION}
      -P ${CMAKE_SOURCE_DIR}/cmake/Revision.cmake
    BYPRODUCTS ${output} VERBATIM)
  target_sources(${component}_objects PRIVATE ${output})
  add_dependencies(${component}_objects revision)
  set_property(GLOBAL APPEND PROPERTY KNOTESTAT_GENERATED ${output})
endfunction()
