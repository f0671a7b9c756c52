// Did a series of rounds reach a steady state?
//
// Changepoints of the mean are found exactly (PELT: Killick, Fearnhead, Eckley,
// "Optimal Detection of Changepoints With a Linear Computational Cost", 2012),
// after single rounds that stick out have been clipped. How segments become a
// verdict follows Barrett et al., "Virtual Machine Warmup Blows Hot and Cold",
// 2017: levels closer together than `tolerance` are the same.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_STEADY_STATE_H_
#define KNOTESTAT_ANALYSIS_STEADY_STATE_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace knotestat::analysis {

// Fewer rounds say nothing about a steady state.
inline constexpr size_t kRoundsForSteadyState = 10;

enum class Steadiness {
  kTooShort,  // fewer than kRoundsForSteadyState rounds
  kSteady,
  kWarmUp,    // steady from round `steady_from` on, slower before
  kSlowdown,  // slower at the end than earlier
  kNone,      // levels come and go, or it had not settled at the end
};

struct SteadyState {
  Steadiness verdict = Steadiness::kTooShort;
  size_t steady_from = 0;  // index of the first steady round
};

// Indices at which the mean of `values` changes, ascending.
std::vector<size_t> Changepoints(std::span<const double> values);

// The verdict on `values`, in the order in which they were measured. Levels
// that differ by no more than `tolerance` (in the unit of `values`) are one.
SteadyState JudgeSteadyState(std::span<const double> values, double tolerance);

// "too short to say", "steady", "warm-up", "slowdown", "no steady state".
std::string NameOf(Steadiness verdict);

// Neither too short to say, nor steady, nor steady after a warm-up.
bool NeverSteady(Steadiness verdict);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_STEADY_STATE_H_
