// Models of how a cost grows with the CPUs, and fits of them.
//
// usl: Gunther's Universal Scalability Law, of N CPUs' throughput
//     X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1))
// queue: a line that all CPUs need is a server; each operation costs its own
// work and one service for every other CPU that may be ahead of it,
//     c(N) = private + service (N - 1)
// With c(N) = N / X(N) both are linear in what they estimate, and are fitted by
// least squares of the relative error, with no parameter below 0.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_SCALING_FIT_H_
#define KNOTESTAT_ANALYSIS_SCALING_FIT_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "record/scaling.h"

namespace knotestat::analysis {

// With fewer CPU counts a model passes through them whatever they are: there
// is nothing left over by which to judge it.
inline constexpr size_t kMinQueuePoints = 3;  // two parameters
inline constexpr size_t kMinUslPoints = 4;    // three

// A fit, or a curve, that misses by more is not believed.
inline constexpr double kMaxScalingError = 0.25;
// An interval whose ends are further apart is wide.
inline constexpr double kMaxIntervalRatio = 2;
// No fit says anything beyond this many times the CPUs that were measured.
inline constexpr int kMaxExtrapolation = 2;

// A cost curve at one number of CPUs, in ns per operation of a CPU.
struct CurvePoint {
  int cpus = 0;
  double ns = 0;                   // above 0
  std::vector<double> replicates;  // what resampling made of it; equally many
  double tail = 0.025;  // of the replicates, beyond either end of an interval
};

// Both models fitted to `curve` (ascending CPUs, all different): "usl", then
// "queue". What has too few points is refused with the reason.
std::vector<record::ScalingFit> FitModels(std::span<const CurvePoint> curve);

// What `fit`, which was not refused, says of `cpus` CPUs, in ns.
double CostAt(const record::ScalingFit& fit, int cpus);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_SCALING_FIT_H_
