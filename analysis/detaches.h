// Latency quantiles of klist_fini() with intervals.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_DETACHES_H_
#define KNOTESTAT_ANALYSIS_DETACHES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// How many detaches the interval of a quantile needs: kMinBeyond must lie
// beyond it. Bootstrap replicates of an extreme are worthless: of the maximum
// of 40 values, which is what p99 is there, intervals cover 32 %.
inline constexpr size_t kMinBeyond = 4;
size_t DetachesNeeded(double q);

// The highest of p99, p90 and p50 that `detaches` allow; nothing below 8.
std::optional<double> HighestQuantile(size_t detaches);

// "p99".
std::string QuantileName(double q);

// The quantile `q` of `total_ns`. With several launches those are resampled
// whole (not the rounds in them again, which would count their noise twice:
// Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section
// 3.8), and the replicates are stretched as far as so few fall short of
// Student's t. With one, rounds are resampled whole, because the detaches of
// one round share what went on in it; if fewer than kMinRounds rounds have any,
// detaches are resampled one by one. Nothing with fewer than
// DetachesNeeded(q).
std::optional<Replicates> ResampleDetaches(
    std::span<const record::Detach> detaches, double q, uint64_t seed,
    int resamples = kResamples);

// The same as a 95 % interval.
std::optional<record::Estimate> DetachQuantile(
    std::span<const record::Detach> detaches, double q, uint64_t seed);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_DETACHES_H_
