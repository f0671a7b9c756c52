// The choice under one load: filter, front, recommendation.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_DECISION_H_
#define KNOTESTAT_ANALYSIS_DECISION_H_

#include <string>
#include <vector>

#include "analysis/choose.h"
#include "analysis/qualification.h"
#include "analysis/rounds.h"
#include "record/figures.h"

namespace knotestat::analysis {

// A cell with the raw rows that its figures come from.
struct Evidence {
  const record::CellFigures* figures = nullptr;
  const CellRows* rows = nullptr;
  const CellRows* floor = nullptr;  // of the same load; may be null

  const record::Cell& cell() const { return figures->cell; }
};

// Decides between `cells`, which were measured under the same load; there is
// one at least. With a mix they are those of its most frequent workload, and
// `mixed` holds the cells of its other ones at the same CPUs and threads.
// `findings` are of the whole run, `seed` is the run's.
Decision Decide(const std::vector<Evidence>& cells,
                const std::vector<Evidence>& mixed,
                const OracleFindings& findings,
                const Requirements& requirements, uint64_t seed);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_DECISION_H_
