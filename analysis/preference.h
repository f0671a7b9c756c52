// Which of the candidates is recommended, and how firmly.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_PREFERENCE_H_
#define KNOTESTAT_ANALYSIS_PREFERENCE_H_

#include <string>
#include <vector>

#include "analysis/across_launches.h"
#include "analysis/choose.h"
#include "analysis/pareto.h"

namespace knotestat::analysis {

// How often a decision is made again.
inline constexpr int kDecisionDraws = 400;

// Index of the preferred one of `candidates`, which are not empty: of those on
// the Pareto front the one with the lowest sum of weighted medians, or, if
// `requirements` weigh nothing, Recommend()'s.
size_t Prefer(const std::vector<Tradeoff>& candidates,
              const Requirements& requirements);

// What Prefer() goes by if `requirements` weigh something: "least time for 1000
// reads and one detach".
std::string LowestBy(const Requirements& requirements);

// The part of the resamplings in which Prefer() prefers `best`. Each has
// kDecisionDraws replicates of its reader cost, drawn together, and of
// klist_fini(), or none of that; in a resampling the estimates move there and
// keep their width.
double ShareOfDraws(const std::vector<Tradeoff>& candidates,
                    const std::vector<Replicates>& reader,
                    const std::vector<Replicates>& klist_fini, size_t best,
                    const Requirements& requirements);

// Where the time of so many reads and one detach makes another one cheaper than
// `best`: the nearest with fewer and with more reads. `names` are those of the
// candidates.
std::vector<TurningPoint> TurningPointsOf(
    const std::vector<Tradeoff>& candidates, size_t best,
    const std::vector<std::string>& names);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_PREFERENCE_H_
