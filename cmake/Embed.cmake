# Text files as string constants of a component, so that what knotestat writes
# needs no file beside the program. SPDX-License-Identifier: BSD-2-Clause

# knotestat_embed(COMPONENT HEADER NAMESPACE [HASHED] CONSTANT FILES...)
#
# HEADER declares `extern const std::string_view CONSTANT;` in NAMESPACE. FILES
# of one constant are joined in the given order, separated by commas; what is
# not in the source tree has its whole path. With HASHED, CONSTANTSha256 holds the
# base64 SHA-256 of the text, as a content security policy wants it.
function(knotestat_embed component header namespace)
  cmake_parse_arguments(ARG "HASHED" "" "" ${ARGN})
  string(MAKE_C_IDENTIFIER "${header}" stem)
  set(output ${CMAKE_BINARY_DIR}/embedded/${stem}.cc)
  set(constants "")
  set(inputs "")
  while(ARG_UNPARSED_ARGUMENTS)
    list(POP_FRONT ARG_UNPARSED_ARGUMENTS constant files)
    string(REPLACE "," ";" files "${files}")
    list(TRANSFORM files PREPEND ${CMAKE_SOURCE_DIR}/ REGEX "^[^/]")
    list(APPEND inputs ${files})
    string(REPLACE ";" "," files "${files}")
    string(APPEND constants "${constant}=${files}|")
  endwhile()
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${header}
      -DNAMESPACE=${namespace} -DHASHED=${ARG_HASHED}
      "-DCONSTANTS=${constants}"
      -P ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake VERBATIM)
  target_sources(${component}_objects PRIVATE ${output})
  set_property(GLOBAL APPEND PROPERTY KNOTESTAT_GENERATED ${output})
endfunction()

include(Bundles)
set(flame_page ${CMAKE_BINARY_DIR}/bundles/flame_page.js)
knotestat_bundle(analysis/flame/page/page.js ${flame_page} knotestatFlame
  analysis/flame/page)
set(report_script ${CMAKE_BINARY_DIR}/bundles/report.js)
knotestat_bundle(dashboards/report/report.js ${report_script} knotestatReport
  dashboards/report analysis/flame/page)

knotestat_embed(analysis analysis/flame/svg_assets.h knotestat::flame HASHED
  kSvgStyle analysis/flame/svg.css
  kSvgScript analysis/flame/svg.js)
knotestat_embed(analysis analysis/flame/page_assets.h knotestat::flame HASHED
  kPageTemplate analysis/flame/page/template.html
  kPageStyle analysis/flame/page/page.css,analysis/flame/page/flame_graph.css
  kPageScript ${flame_page})
knotestat_embed(dashboards dashboards/report_assets.h knotestat::dashboards
  HASHED
  kReportTemplate dashboards/report/template.html
  kReportStyle dashboards/report/report.css,analysis/flame/page/flame_graph.css
  kReportScript ${report_script})
knotestat_embed(dashboards dashboards/live/live_assets.h knotestat::dashboards
  kLiveTemplate dashboards/live/live.html
  kLiveStyle dashboards/live/live.css
  kLiveScript dashboards/live/heat_map.js,dashboards/live/live.js)
