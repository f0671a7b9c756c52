// The sentences of a choice.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_CHOOSE_REASONS_H_
#define KNOTESTAT_ANALYSIS_CHOOSE_REASONS_H_

#include <string>
#include <vector>

#include "analysis/choose.h"
#include "analysis/pareto.h"

namespace knotestat::analysis {

// A candidate by the name that the sentences use.
struct Named {
  std::string name;
  Tradeoff tradeoff;
};

// What the sentences must know of the decision.
struct Wording {
  std::string path;      // "submit"
  std::string quantile;  // of klist_fini(): "p99"; empty: nobody's was measured
};

// Why `loser`, which `winner` dominates, is out.
std::string WhyDominated(const Named& loser, const Named& winner,
                         const Wording& wording);

// What `member` of the front trades against the recommended one.
std::string WhyOnFront(const Named& member, const Named& recommended,
                       const Wording& wording);

// The figures of `candidate`: "1.20 ns [1.10 to 1.31] per submit, ...".
std::string FiguresOf(const Named& candidate, const Wording& wording);

// Why `recommended` is, over the other members of the front.
std::string WhyRecommended(const Named& recommended,
                           const std::vector<Named>& other_members,
                           const Wording& wording);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_CHOOSE_REASONS_H_
