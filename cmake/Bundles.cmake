# The scripts of pages with the npm packages that they import, each bundled into
# one that Embed.cmake can embed. SPDX-License-Identifier: BSD-2-Clause
find_program(KNOTESTAT_NODE node)
find_program(KNOTESTAT_NPM npm)
if(NOT KNOTESTAT_NODE OR NOT KNOTESTAT_NPM)
  message(FATAL_ERROR "node and npm (18 or newer) bundle the scripts of "
    "knotestat's pages, and are not found: apt-get install nodejs npm")
endif()

# The packages of all pages, in the build folder. npm keeps what it downloads, so
# that a second build folder asks the registry for nothing.
set(page_packages ${CMAKE_BINARY_DIR}/page_packages)
set(page_packages_stamp ${page_packages}/stamp)
add_custom_command(OUTPUT ${page_packages_stamp}
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR}/dashboards/report
    -DFOLDER=${page_packages} -DSTAMP=${page_packages_stamp}
    -DNPM=${KNOTESTAT_NPM} -P ${CMAKE_SOURCE_DIR}/cmake/npm_ci.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/dashboards/report/package-lock.json
    ${CMAKE_SOURCE_DIR}/cmake/npm_ci.cmake
  COMMENT "Installing the npm packages of the pages" VERBATIM)
add_custom_target(page_packages DEPENDS ${page_packages_stamp})

# knotestat_bundle(ENTRY OUTPUT GLOBAL FOLDER...)
#
# ENTRY and the FOLDERs that hold what it imports are in the source tree, OUTPUT
# is a file's path; what ENTRY exports is the page's variable GLOBAL.
function(knotestat_bundle entry output global)
  list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/)
  list(TRANSFORM ARGN APPEND /*.js OUTPUT_VARIABLE patterns)
  file(GLOB scripts CONFIGURE_DEPENDS ${patterns})
  add_custom_command(OUTPUT ${output}
    COMMAND ${KNOTESTAT_NODE} ${CMAKE_SOURCE_DIR}/cmake/bundle.mjs
      ${page_packages} ${CMAKE_SOURCE_DIR}/${entry} ${output} ${global}
    DEPENDS ${scripts} ${CMAKE_SOURCE_DIR}/cmake/bundle.mjs page_packages
      ${page_packages_stamp} VERBATIM)
endfunction()
