// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/repetitions.h"

#include <map>

#include "analysis/rounds.h"
#include "analysis/steady_rows.h"

namespace knotestat::analysis {

std::vector<record::Repetitions> RepetitionsOf(const record::Run& run) {
  std::vector<record::Repetitions> all;
  const SteadyRows steady = SteadyRowsOf(run);
  for (const CellRows& rows : steady.all) {
    for (const auto& path : PathsOf(rows, record::BlockKind::kMean)) {
      std::map<Moment, uint64_t> operations;
      for (const record::Block& block : rows.blocks) {
        if (block.kind == record::BlockKind::kMean && block.path == path)
          operations[{block.launch, block.round}] += block.operations;
      }
      record::Repetitions repetitions{rows.cell.id, path, {}};
      for (const RoundValue& mean : MeansByRound(rows, {.path = path}))
        repetitions.rounds.push_back({mean.value, operations[MomentOf(mean)]});
      if (!repetitions.rounds.empty()) all.push_back(std::move(repetitions));
    }
  }
  return all;
}

}  // namespace knotestat::analysis
