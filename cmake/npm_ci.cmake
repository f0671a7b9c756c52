# Script of Bundles.cmake: installs the npm packages of the pages into FOLDER, if
# they are not there already, and touches STAMP.
# SPDX-License-Identifier: BSD-2-Clause
function(same_file one other result)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${one} ${other}
    RESULT_VARIABLE differ OUTPUT_QUIET ERROR_QUIET)
  if(differ)
    set(${result} FALSE PARENT_SCOPE)
  else()
    set(${result} TRUE PARENT_SCOPE)
  endif()
endfunction()

# A file that is only newer than before changes nothing, so that one can build
# without a network what was built with one.
same_file(${SOURCE}/package-lock.json ${FOLDER}/installed.json installed)
if(NOT installed)
  file(MAKE_DIRECTORY ${FOLDER})
  file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json
    DESTINATION ${FOLDER})
  execute_process(
    COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --prefer-offline
    WORKING_DIRECTORY ${FOLDER}
    OUTPUT_FILE ${FOLDER}/npm.log ERROR_FILE ${FOLDER}/npm.log
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "npm cannot install the packages that draw the pages' "
      "charts (named in ${SOURCE}/package-lock.json). The first build needs "
      "the npm registry: see that it is reached, as `npm ping` does, and build "
      "again. What npm said is in ${FOLDER}/npm.log.")
  endif()
  file(COPY_FILE ${SOURCE}/package-lock.json ${FOLDER}/installed.json)
endif()
file(TOUCH ${STAMP})
