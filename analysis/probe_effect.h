// How much the probes slow down what they watch.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_PROBE_EFFECT_H_
#define KNOTESTAT_ANALYSIS_PROBE_EFFECT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/rounds.h"
#include "record/figures.h"

namespace knotestat::analysis {

// The probe classes that were attached alone.
std::set<std::string> ProbesAlone(const CellRows& rows);

// In each round the mean over the paths of the time of an operation with
// `probe` attached alone (all of them, if it is empty) by that without any,
// minus 1.
Series SlowdownByRound(const CellRows& rows, const std::string& probe);

// Of each probe class the mean over all cells. What disturbs the machine for
// the few rounds that a launch has with a probe alone disturbs its cells alike:
// so a launch is one observation, whatever the number of its cells.
std::map<std::string, record::SlowdownOfRun> SlowdownsOfRun(
    const std::vector<CellRows>& all, uint64_t seed);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_PROBE_EFFECT_H_
