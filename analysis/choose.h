// Which mechanism for which load, and why not the others.
//
// Hard requirements filter first. Of what is left the Pareto front over reader
// cost, klist_fini() (its p99, if there are enough) and memory is kept. From
// the front the lowest reader cost is recommended; members whose intervals
// overlap with it are not told apart by reader cost and are ranked by
// klist_fini(), then by memory.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_CHOOSE_H_
#define KNOTESTAT_ANALYSIS_CHOOSE_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// How much each figure counts, each in parts of the candidates' median.
struct Weights {
  double reader = 0;
  double klist_fini = 0;
  double memory = 0;
};

// Where another mechanism would be recommended.
struct TurningPoint {
  enum class Kind { kFewerReads, kMoreReads, kCpus };
  Kind kind = Kind::kFewerReads;
  double at = 0;  // reads per detach, or CPUs
  std::string strategy;
};

// What the asker cannot do without.
struct Requirements {
  bool reader_may_block = false;
  bool reader_may_recurse = false;
  bool enter_under_spin_lock = false;
  bool covers_submit = false;
  std::optional<int64_t> max_bytes_per_knote;
  std::set<std::string> groups = {"own", "peer"};
  std::string path = "";  // whose cost counts; empty: the workload's own
  // Budgets: the figure may not certainly be more.
  std::optional<double> max_reader_ns = {};
  std::optional<double> max_klist_fini_ns = {};  // at Decision::quantile
  std::optional<double> max_bytes = {};          // of the whole load
  std::optional<int> cpus = {};                  // decide at so many only
  // How often each workload's path is taken, as parts of any sum; empty: one
  // choice for each workload.
  std::map<std::string, double> mix = {};
  // At most one of these two says what is lowest; without either the lowest
  // reader cost wins, then klist_fini(), then memory.
  std::optional<double> reads_per_detach = {};  // time: reads and one detach
  std::optional<Weights> weights = {};
};

// The first requirement that, with those before it, no mechanism of `run`
// promises to meet, in a sentence; empty if some mechanism meets all.
std::string Contradiction(const record::Run& run,
                          const Requirements& requirements);

enum class Ruling {
  kRecommended,
  kFront,      // on the Pareto front: another trade-off
  kRejected,   // fails a requirement, or another is better
  kNotRanked,  // the floor, a control, or without evidence
};

// What was decided about one strategy and scope under one load.
struct Verdict {
  std::string strategy;
  std::string scope;
  Ruling ruling = Ruling::kNotRanked;
  std::optional<record::Estimate> reader_ns;
  std::optional<record::Estimate> klist_fini_ns;  // Decision::quantile of it
  // per_knote * devices * knotes_per_device + per_klist * devices +
  // per_thread * threads * processes + per_cpu * cpus, of the cell.
  std::optional<double> bytes;
  std::string reason;  // a sentence, with figures
};

// The choice under one load.
struct Decision {
  std::string workload;
  std::string parameters;  // JSON
  // The workload and, where the run has it under several loads, what tells this
  // one apart: "scan with hold_ns 20000".
  std::string title;
  int cpus = 0;
  int threads = 0;
  int processes = 0;
  std::string path;      // whose reader cost counts
  bool marginal = true;  // reader cost is what the strategy adds to the floor
  // Of klist_fini(): 0.99, or lower where some strategy has too few for that;
  // absent if nobody has any.
  std::optional<double> quantile;
  std::vector<Verdict> verdicts;  // recommended first, then front, rejected
  std::string confidence;         // how sure, in a sentence
  // Part of the resamplings in which the same one is recommended.
  std::optional<double> probability;
  std::string next;  // what the recommended one costs against the next best
  std::vector<TurningPoint> turning_points;

  // The verdict on the recommended one; null if there is none.
  const Verdict* recommended() const;
};

// The choice for one workload: made at its largest number of CPUs.
struct Choice {
  Decision decision;
  std::vector<Decision> smaller;         // at fewer CPUs, most CPUs first
  std::string headline;                  // empty: nothing can be recommended
  std::vector<std::string> differences;  // what would be chosen at fewer CPUs
};

// One choice per workload (and its parameters) of `run`; `figures` is
// Analyze(run).
std::vector<Choice> Choose(const record::Run& run,
                           const record::Figures& figures,
                           const Requirements& requirements);

// "epoch", or "rwlock:klist" where `decision` is about several scopes of the
// strategy.
std::string NameIn(const Decision& decision, const Verdict& verdict);

// The choice as lines of text: headline, confidence, a line for each strategy,
// what differs at fewer CPUs.
std::vector<std::string> Reasons(const Choice& choice);

// "below 1,200 reads per detach: knote_mutex".
std::string TextOf(const TurningPoint& point);

// "recommended", "front", "rejected" or "not ranked".
std::string NameOf(Ruling ruling);

// {"choices": [{"workload", "headline", "decision": {...}, "smaller": [...],
// "differences": [...]}]}; absent means without evidence.
nlohmann::json ToJson(const std::vector<Choice>& choices);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_CHOOSE_H_
