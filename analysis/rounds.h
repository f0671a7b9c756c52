// Rows of a run as series over rounds, and which series belong together.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_ROUNDS_H_
#define KNOTESTAT_ANALYSIS_ROUNDS_H_

#include <map>
#include <set>
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

// One value for each round.
using Series = std::map<int, double>;

std::vector<double> ValuesOf(const Series& series);

// Paths of the blocks of `kind`.
std::set<std::string> PathsOf(const CellRows& rows, record::BlockKind kind);

// ns per operation: the mean over the threads of each round's blocks.
Series MeansByRound(const CellRows& rows, record::BlockKind kind,
                    const std::string& path);

// `left` minus `right` in the rounds that both have.
Series Difference(const Series& left, const Series& right);

// Parameters of a workload with their keys in order, without those of
// detaches, because the blocks that means come from have none.
std::string LoadParametersOf(const record::Cell& cell);

// The floor's cell under the same load as `cell`: same workload, parameters,
// CPUs, threads and processes. Null if there is none, or `cell` is the floor.
const CellRows* FloorOf(const std::vector<CellRows>& all,
                        const record::Cell& cell);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_ROUNDS_H_
