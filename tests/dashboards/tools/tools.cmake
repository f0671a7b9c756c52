# What other tools make of the formats. Each skips (77) with the reason where
# the tool is missing. SPDX-License-Identifier: BSD-2-Clause
set(tools ${CMAKE_CURRENT_LIST_DIR})
set(tools_output ${CMAKE_BINARY_DIR}/format_tools)
set(with_prometheus ${tools}/with_prometheus
  ${CMAKE_BINARY_DIR}/prometheus/package)
add_test(NAME format_hdr_histogram_js
  COMMAND ${tools}/hdr $<TARGET_FILE:knotestat> ${tools_output}/hdr)
add_test(NAME format_google_benchmark_compare
  COMMAND ${tools}/google_benchmark $<TARGET_FILE:knotestat>
    ${tools_output}/google_benchmark)
add_test(NAME format_promtool
  COMMAND ${with_prometheus} ${tools}/openmetrics $<TARGET_FILE:make_sample_report>
    ${tools_output}/promtool)
add_test(NAME format_openmetrics_strict
  COMMAND /usr/bin/python3 ${tools}/openmetrics_strict.py
    $<TARGET_FILE:make_sample_report> ${tools_output}/strict)
add_test(NAME format_pprof
  COMMAND /usr/bin/python3 ${tools}/pprof.py
    $<TARGET_FILE:make_sample_report> ${tools_output}/pprof)
set_tests_properties(
  format_pprof format_hdr_histogram_js format_google_benchmark_compare format_promtool
  format_openmetrics_strict PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
