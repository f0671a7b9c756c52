# What follows a real run: the live page in a real browser. Skips (77) with the
# reason where something is missing. SPDX-License-Identifier: BSD-2-Clause
set(live ${CMAKE_CURRENT_LIST_DIR})
add_test(NAME browser_live
  COMMAND ${live}/run $<TARGET_FILE:knotestat> ${CMAKE_BINARY_DIR}/live_browser)
set_tests_properties(browser_live PROPERTIES
  SKIP_RETURN_CODE 77 TIMEOUT 400 LABELS browser)
