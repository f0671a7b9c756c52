// Trying every probe for real, for `knotestat doctor`.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_PROBE_CHECK_H_
#define KNOTESTAT_PROBES_PROBE_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace knotestat::probes {

// What came of trying one probe on this process.
struct ProbeCheck {
  std::string name;
  bool works = false;
  std::string detail;  // what was seen, or why it does not work
  std::string remedy;  // what to do about it; empty if it works
  uint64_t provoked = 0;
  uint64_t counted = 0;
  // CPU time that an event costs the thread that causes it: the same work with
  // the probe minus without it, the least of several repetitions. Absent if
  // that drowned in noise. A kernel with CONFIG_IRQ_TIME_ACCOUNTING leaves out
  // the interrupts of on_cpu.
  std::optional<double> cost_ns;
};

// Loads and attaches each registered probe to this process in turn, provokes 23
// events, counts them, and measures what one costs. Takes some seconds.
// A build without eBPF gives one check, "ebpf", that does not work.
std::vector<ProbeCheck> CheckProbes();

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_PROBE_CHECK_H_
