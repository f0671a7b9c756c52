// Figures inside sentences.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_PHRASES_H_
#define KNOTESTAT_ANALYSIS_PHRASES_H_

#include <string>
#include <vector>

#include "record/figures.h"

namespace knotestat::analysis {

// "1.20 ns", "45.6 us", "7.89 ms", "1.20 s": three significant digits.
std::string Duration(double ns);

// "1.20 ns [1.10 to 1.31]".
std::string DurationWithInterval(const record::Estimate& estimate);

// The same of a latency, whose interval is one of ratios: an end that says no
// more than that nobody knows is "?".
std::string LatencyWithInterval(const record::Estimate& estimate);

// True if an end of a latency's interval is so far from its figure that it says
// nothing: most of the tail was measured by one process.
bool IsUnknownEnd(double end, double median);

// "64 B", "1.5 KiB", "2.0 MiB".
std::string Size(double bytes);

// "1 CPU", "2 CPUs".
std::string CpuCount(int cpus);

// "a", "a and b", "a, b and c".
std::string Enumerate(const std::vector<std::string>& items);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_PHRASES_H_
