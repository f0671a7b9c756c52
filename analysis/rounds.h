// Rows of a run as series over rounds, and which series belong together.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_ROUNDS_H_
#define KNOTESTAT_ANALYSIS_ROUNDS_H_

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/run.h"

namespace knotestat::analysis {

// The unsynchronized dispatch: floor of every load.
inline constexpr std::string_view kFloor = "none";

// Everything that was measured of one cell.
struct CellRows {
  record::Cell cell;
  std::vector<record::Block> blocks;
  std::vector<record::Detach> detaches;
  std::vector<record::Bucket> buckets;
  std::map<std::string, double> counters;
};

// The rows of `run`, by cell, in the order of its cells.
std::vector<CellRows> RowsByCell(const record::Run& run);

// What one round gave.
struct RoundValue {
  int round = 0;
  int launch = 0;  // the process that measured it
  double value = 0;
  int place = 0;  // which of the launch's places in memory
};

// When that was. Launches may number their rounds alike: those of a run that
// was resumed by an earlier version do.
using Moment = std::pair<int, int>;
inline Moment MomentOf(const RoundValue& round) {
  return {round.launch, round.round};
}

// One value for each round, by launch and in the order of their numbers.
using Series = std::vector<RoundValue>;

std::vector<double> ValuesOf(const Series& series);

// Paths of the blocks of `kind`.
std::set<std::string> PathsOf(const CellRows& rows, record::BlockKind kind);

// Which blocks a series is made of.
struct BlockFilter {
  record::BlockKind kind = record::BlockKind::kMean;
  std::string path;
  std::string probe = "";  // of kProbed blocks: attached alone; empty: all
};

// Each round's blocks, handed to `visit(round, launch, blocks)` by launch and
// in the order of the rounds; blocks of threads that did nothing are left out.
void ForEachRound(
    const CellRows& rows, const BlockFilter& filter,
    const std::function<void(int round, int launch,
                             std::span<const record::Block* const> blocks)>&
        visit);

// ns per operation: the mean over the threads of each round's blocks.
Series MeansByRound(const CellRows& rows, const BlockFilter& filter);

// Cycles of the CPU's clock per operation, likewise: each block's time by the
// length of a cycle at that time. Rounds in which that is not known are absent.
Series CyclesByRound(const CellRows& rows, const BlockFilter& filter);

// The clock in GHz: the mean over the threads of each round's blocks.
Series ClockByRound(const CellRows& rows, const BlockFilter& filter);

// `left` minus `right` in the rounds that both have.
Series Difference(const Series& left, const Series& right);

// The parameters of a workload with their keys in order, as JSON.
std::string NormalParameters(const record::Cell& cell);

// Parameters of a workload with their keys in order, without those of
// detaches, because the blocks that means come from have none.
std::string LoadParametersOf(const record::Cell& cell);

// Finds the floor of a cell.
class FloorIndex {
 public:
  // `all` must outlive the index.
  explicit FloorIndex(const std::vector<CellRows>& all);

  // The floor's cell under the same load as `cell`: same workload, parameters
  // but for detaches, CPUs, threads and processes, measured by the same
  // launches. Null if there is none, or `cell` is the floor.
  const CellRows* Of(const CellRows& cell) const;

 private:
  struct Floor {
    const CellRows* rows;
    std::set<int> launches;
  };
  std::map<std::string, std::vector<Floor>> floors_;  // by load
};

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_ROUNDS_H_
