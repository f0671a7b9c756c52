// The recommendation as the reports show it. Whoever made the choice fills
// this in; nothing here decides anything.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_CHOICE_H_
#define KNOTESTAT_DASHBOARDS_CHOICE_H_

#include <string>
#include <vector>

namespace knotestat::dashboards {

enum class Ruling {
  kRecommended,  // the answer for this load
  kFront,        // on the Pareto front: another trade-off, not worse
  kRejected,     // fails a requirement, or something beats it in everything
  kNotRanked,    // floor or control, or too little was measured
};

// What was decided for.
struct Load {
  std::string workload;
  std::string parameters;  // JSON, of the workload
  // The workload and, where the run has it under several loads, what tells this
  // one apart: "scan with hold_ns 20000".
  std::string title;
  int cpus = 0;  // up to so many, as none more were measured
  int processes = 0;
  int threads = 0;       // of each process
  std::string path;      // whose cost was weighed
  std::string quantile;  // that of klist_fini() which was: "p99"; may be empty
};

// True if `load` is that of a workload with these parameters, a JSON object
// whose keys may be in any order.
bool IsOf(const Load& load, const std::string& workload,
          const std::string& parameters);

// What was decided about one strategy.
struct Verdict {
  Load load;
  std::string strategy;
  std::string scope;
  Ruling ruling = Ruling::kNotRanked;
  std::string reason;  // one sentence
};

// The recommendation for one load.
struct Answer {
  Load load;
  std::string strategy;
  std::string scope;
  std::string confidence;  // "holds in 97 % of resamplings": how sure
};

struct Choice {
  // "epoch, for submit and scan, up to 2 CPUs"; empty if nothing can be said.
  std::string headline;
  // "95 % intervals do not overlap; 9 rounds; probes cost 0.3 %": how sure.
  std::string confidence;
  std::vector<Answer> answers;  // one for each load that has one
  std::vector<Verdict> verdicts;
};

// "recommended", "front", "rejected" or "not ranked".
const char* RulingName(Ruling ruling);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_CHOICE_H_
