// The figures of a run: what `--json` prints and what reports show.
//
// analysis/ computes them from record/run.h; dashboards/ and cli/ only show
// them. A std::optional that is empty was not measured and is absent from the
// JSON. Durations are nanoseconds.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_FIGURES_H_
#define KNOTESTAT_RECORD_FIGURES_H_

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/estimate.h"
#include "record/run.h"
#include "record/scaling.h"

namespace knotestat::record {

// Quantiles of a distribution; `max` is exact.
struct Distribution {
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double p999 = 0;
  double max = 0;
  uint64_t count = 0;
};

// How evenly a path's threads share it, each round by itself.
struct Fairness {
  // Jain's index of the threads' throughputs: 1 is even, 1/n is one of n.
  Estimate jain;
  Estimate min_over_max;  // the slowest thread's by the fastest's
};

// Cost of one dispatch path.
struct PathFigures {
  std::optional<Estimate> ns_per_op;
  std::optional<Estimate> marginal_ns;  // minus `none`, paired by round
  // Without the timer's part if `timer_removed`.
  std::optional<Distribution> sampled_ns;
  std::optional<Fairness> fairness = {};  // of two threads or more
  // ns_per_op and marginal_ns in cycles of the CPU's clock as it then was.
  std::optional<Estimate> cycles_per_op = {};
  std::optional<Estimate> marginal_cycles = {};
};

// Latency of klist_fini().
struct FiniFigures {
  Distribution total;          // from the call
  Distribution from_intended;  // from the scheduled start
  double publish_p50 = 0;
  double wait_p50 = 0;
  double reclaim_p50 = 0;
};

// How far the measurement itself disturbed the cell.
struct Certificate {
  std::optional<Estimate> slowdown;  // 0.01: probes make it 1 % slower
  std::optional<double> events_lost;
  std::optional<double> steal_ns;
  std::optional<double> involuntary_switches;
  // `slowdown` by one probe class attached alone, by its name.
  std::map<std::string, Estimate> slowdown_by_probe = {};
  // Of the CPUs' clocks while means were measured: the median round, the
  // slowest and the fastest.
  std::optional<Estimate> clock_ghz = {};
};

// Whether one launch of a cell was steady in one of its series.
struct LaunchState {
  int launch = 0;
  std::string path;
  std::string figure;              // "ns_per_op" or "marginal_ns"
  std::string verdict;             // "warm-up", "slowdown", "no steady state"
  std::optional<int> steady_from;  // rounds before that one are left out
};

// Whether a cell was steady; docs/explanation/statistics.md says how that is
// told.
struct CellState {
  // "steady", "warm-up", "slowdown", "no steady state", or "too short to say"
  std::string verdict;
  int dropped_rounds = 0;             // in all launches
  std::vector<LaunchState> launches;  // those that were not simply steady
};

struct CellFigures {
  Cell cell;
  int launches =
      0;  // processes that measured it; 1: intervals hold for it only
  CellState state;
  std::string not_ranked;  // why comparisons and choices leave it out, or empty
  std::map<std::string, PathFigures> paths;  // "scan", "submit", "register"
  std::optional<FiniFigures> klist_fini;
  Certificate certificate;
  std::optional<double> oracle_violations;
  std::map<std::string, double> counters;  // all others, e.g. bpf.*
};

// How often a CPU was away from a thread that never slept, for over 1 us.
struct Interruptions {
  double per_second = 0;  // on each CPU
  double share = 0;       // of its time
  // Half of that time was in interruptions of at least so many ns.
  double half_ns = 0;
};

// What a probe class that is attached alone slows the cells of a run by, on
// average, and how many launches had it.
struct SlowdownOfRun {
  Estimate slowdown;  // 0.01: 1 %
  int launches = 0;   // 1: the interval holds for that process only
};

struct Figures {
  Context context;
  std::optional<Interruptions> interruptions = {};
  // Sampled operations shorter than this are not told apart; 0: not known.
  double timer_floor_ns = 0;
  bool timer_removed = false;  // its part was taken out of sampled operations
  bool finished = false;
  std::vector<CellFigures> cells;
  std::vector<Scaling> scaling;
  std::vector<Truth> truths = {};
  std::map<std::string, SlowdownOfRun> slowdown_by_probe = {};
};

// The published form; docs/reference/figures.schema.json describes it.
nlohmann::json ToJson(const Figures& figures);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_FIGURES_H_
