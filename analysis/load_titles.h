// What the loads of a run are called in headlines.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_LOAD_TITLES_H_
#define KNOTESTAT_ANALYSIS_LOAD_TITLES_H_

#include <string>
#include <utility>
#include <vector>

namespace knotestat::analysis {

// A load's parameters (a JSON object) but for `devices`, of which it has more
// on more CPUs.
std::string WithoutDevices(const std::string& parameters);

// One title for each of `loads`, which are a workload and its parameters (a
// JSON object) each: "scan", and where several loads have that workload, also
// the parameters in which they differ: "scan with hold_ns 20000".
std::vector<std::string> LoadTitles(
    const std::vector<std::pair<std::string, std::string>>& loads);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_LOAD_TITLES_H_
