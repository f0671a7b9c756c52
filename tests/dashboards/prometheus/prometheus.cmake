# Prometheus on what is shipped for it. Each skips (77) with the reason where it
# is missing and cannot be fetched. SPDX-License-Identifier: BSD-2-Clause
set(prometheus ${CMAKE_CURRENT_LIST_DIR})
add_test(NAME prometheus_rules
  COMMAND ${with_prometheus} ${prometheus}/rules ${CMAKE_SOURCE_DIR}
    ${CMAKE_BINARY_DIR}/prometheus/rules)
add_test(NAME prometheus_scrape
  COMMAND ${with_prometheus} /usr/bin/python3 ${prometheus}/scrape.py
    $<TARGET_FILE:knotestat> ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/prometheus/scrape)
set_tests_properties(prometheus_rules prometheus_scrape PROPERTIES
  SKIP_RETURN_CODE 77 TIMEOUT 300)
# It attaches probes where it can.
set_tests_properties(prometheus_scrape PROPERTIES
  LABELS ebpf RESOURCE_LOCK ebpf)
