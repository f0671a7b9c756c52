// What rules a strategy out whatever it costs.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_QUALIFICATION_H_
#define KNOTESTAT_ANALYSIS_QUALIFICATION_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/choose.h"
#include "record/figures.h"

namespace knotestat::analysis {

// What the oracle caught each strategy and scope at, anywhere in a run: a
// mechanism that breaks its promise under one load is trusted under none.
class OracleFindings {
 public:
  explicit OracleFindings(const record::Figures& figures);

  // "the oracle caught 3 uses of a driver after its klist_fini(), under scan
  // at 1 CPU"; empty if it caught none of the cell's strategy and scope.
  std::string Of(const record::Cell& cell) const;

 private:
  struct Caught {
    double uses = 0;
    std::vector<std::string> places;
  };
  std::map<std::pair<std::string, std::string>, Caught> caught_;
};

// The verdict on a strategy that no figures are needed for; nothing if its
// figures decide.
std::optional<Verdict> OutOfQuestion(const record::CellFigures& figures,
                                     const OracleFindings& findings,
                                     const Requirements& requirements);

// The first requirement that `cell` does not promise to meet, in a sentence;
// empty if it meets all.
std::string UnmetRequirement(const record::Cell& cell,
                             const Requirements& requirements);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_QUALIFICATION_H_
