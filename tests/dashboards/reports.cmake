# The synthetic runs that the report's tests share, and the test that opens
# reports in a real browser. SPDX-License-Identifier: BSD-2-Clause
set(reports ${CMAKE_CURRENT_LIST_DIR})
add_executable(make_sample_report
  ${reports}/make_sample_report.cc ${reports}/sample_run.cc
  ${reports}/sample_sizes.cc ${reports}/sample_truths.cc)
target_link_libraries(make_sample_report PRIVATE dashboards analysis)
if(TARGET dashboards_tests)
  target_sources(dashboards_tests PRIVATE
    ${reports}/sample_run.cc ${reports}/sample_sizes.cc
    ${reports}/sample_truths.cc)
endif()

# Skips (77) with the reason where node, npm or chromium is missing.
add_test(NAME browser_report
  COMMAND ${reports}/browser/run $<TARGET_FILE:make_sample_report>
    ${CMAKE_BINARY_DIR}/browser ${CMAKE_BINARY_DIR}/page_packages)
set_tests_properties(browser_report PROPERTIES
  SKIP_RETURN_CODE 77 TIMEOUT 600 LABELS browser)
