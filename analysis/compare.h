// Did it change, and how sure is that: two runs, cell by cell.
//
// Marginal costs are compared where both runs have them, absolute ones
// otherwise. A marginal cost is the difference to the floor in the same round,
// so whatever slows the whole machine between the two runs (a noisy neighbour,
// a new kernel) cancels out of it; an absolute one would show that as a change
// of the strategy. Costs are compared at one clock (cost_difference.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_COMPARE_H_
#define KNOTESTAT_ANALYSIS_COMPARE_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/cost_difference.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

enum class Outcome {
  kBetter,      // lower, and that is certain
  kWorse,       // higher, and that is certain
  kSame,        // no certain change, and none larger than `same_within`
  kCannotTell,  // too few rounds or too much noise
};

struct CompareOptions {
  // Of all changes that are called better or worse, at most this part is
  // expected to be chance (false discovery rate).
  double false_discovery_rate = 0.05;
  // kSame: the interval lies within this part of the operation's cost or of
  // the latency before.
  double same_within = 0.02;
};

// One figure of one cell in both runs. Differences are after minus before.
struct Change {
  record::Cell cell;
  std::string path;  // empty for klist_fini
  // "marginal_ns", "ns_per_op", "klist_fini_p50", or the highest of
  // "klist_fini_p99" and "..._p90" that both runs have enough detaches for
  std::string figure;
  double before = 0;  // ns
  double after = 0;   // ns; a cost at the clock before, if `clocks`
  // ns, 95 % interval, not adjusted; absent if too little was measured
  std::optional<record::Estimate> difference;
  std::optional<double> relative;  // difference / before, if before > 0
  // Cliff's delta, -1 to 1, of launches (of one process, of rounds; of
  // detaches): 1 if each of those after is larger than each before, 0 if as
  // many are smaller.
  std::optional<double> effect;
  std::optional<double> scale;   // ns: what the operation cost before
  std::optional<Clocks> clocks;  // of a cost that was compared in cycles
  double p = 1;                  // of no change
  double adjusted_p = 1;         // the same among all changes
  Outcome outcome = Outcome::kCannotTell;
  std::string reason;    // why it cannot be told, if so
  std::string unsteady;  // why either side's figures are not compared, or empty
};

struct Comparison {
  std::vector<std::string> warnings;       // what makes the runs incomparable
  std::vector<std::string> other_machine;  // those of them about the machine
  std::vector<Change> changes;             // in the order of the cells
  std::vector<record::Cell> only_before;
  std::vector<record::Cell> only_after;
};

// Compares the cells that both runs have: same strategy, scope, workload,
// parameters, CPUs, threads and processes. P-values of costs come from Yuen's
// test (cost_difference.h), those of latencies from resampling. They are
// adjusted for their number as Benjamini and Hochberg 1995 do.
Comparison Compare(const record::Run& before, const record::Run& after,
                   const CompareOptions& options = {});

// "better", "worse", "same" or "can't tell".
std::string NameOf(Outcome outcome);

nlohmann::json ToJson(const Comparison& comparison);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_COMPARE_H_
