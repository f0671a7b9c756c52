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
  kRecommended,  // the answer for this workload
  kFront,        // on the Pareto front: another trade-off, not worse
  kRejected,     // fails a requirement, or something beats it in everything
  kNotRanked,    // floor or control, or too little was measured
};

// What was decided about one strategy.
struct Verdict {
  std::string workload;
  std::string strategy;
  std::string scope;
  Ruling ruling = Ruling::kNotRanked;
  std::string reason;  // one sentence
};

// The recommendation for one workload.
struct Answer {
  std::string workload;
  std::string strategy;
  std::string scope;
  int cpus = 0;            // up to so many, as none more were measured
  std::string confidence;  // "holds in 97 % of resamplings": how sure
};

struct Choice {
  // "epoch, for submit and scan, up to 2 CPUs"; empty if nothing can be said.
  std::string headline;
  // "95 % intervals do not overlap; 9 rounds; probes cost 0.3 %": how sure.
  std::string confidence;
  std::vector<Answer> answers;  // one for each workload that has one
  std::vector<Verdict> verdicts;
};

// "recommended", "front", "rejected" or "not ranked".
const char* RulingName(Ruling ruling);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_CHOICE_H_
