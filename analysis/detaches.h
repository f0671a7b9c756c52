// Latency quantiles of klist_fini() with intervals.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_DETACHES_H_
#define KNOTESTAT_ANALYSIS_DETACHES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/bootstrap.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// A quantile and what it would have been in other draws of the same rounds.
struct QuantileReplicates {
  double quantile = 0;
  std::vector<double> replicates;
  size_t drawn_from = 0;  // rounds, or detaches
};

// The quantile `q` of `total_ns`. Rounds are resampled whole, because the
// detaches of one round share what went on in it; if fewer than kMinRounds
// rounds have any, detaches are resampled one by one. Nothing with fewer than
// kMinRounds detaches.
std::optional<QuantileReplicates> ResampleDetaches(
    std::span<const record::Detach> detaches, double q, uint64_t seed,
    int resamples = kResamples);

// The same as a 95 % interval.
std::optional<record::Estimate> DetachQuantile(
    std::span<const record::Detach> detaches, double q, uint64_t seed);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_DETACHES_H_
