// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/rounds.h"

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "record/json.h"

namespace knotestat::analysis {
namespace {

constexpr std::string_view kDetachPrefix = "detach";

bool SameLoad(const record::Cell& a, const record::Cell& b) {
  return a.workload == b.workload && a.cpus == b.cpus &&
         a.threads == b.threads && a.processes == b.processes &&
         a.cpu_list == b.cpu_list && LoadParametersOf(a) == LoadParametersOf(b);
}

}  // namespace

std::vector<CellRows> RowsByCell(const record::Run& run) {
  std::vector<CellRows> all;
  std::unordered_map<int, size_t> position;
  for (const record::Cell& cell : run.cells) {
    position[cell.id] = all.size();
    all.push_back({cell, {}, {}, {}, {}});
  }
  // A row of an unknown cell belongs to nothing; the store lets none in.
  const auto distribute = [&](const auto& rows, auto take) {
    for (const auto& row : rows) {
      const auto owner = position.find(row.cell);
      if (owner != position.end()) take(all[owner->second], row);
    }
  };
  distribute(run.rows.blocks, [](CellRows& cell, const auto& row) {
    cell.blocks.push_back(row);
  });
  distribute(run.rows.detaches, [](CellRows& cell, const auto& row) {
    cell.detaches.push_back(row);
  });
  distribute(run.rows.buckets, [](CellRows& cell, const auto& row) {
    cell.buckets.push_back(row);
  });
  distribute(run.rows.counters, [](CellRows& cell, const auto& row) {
    cell.counters[row.name] = row.value;
  });
  return all;
}

std::vector<double> ValuesOf(const Series& series) {
  std::vector<double> values;
  values.reserve(series.size());
  for (const auto& [round, value] : series) values.push_back(value);
  return values;
}

std::set<std::string> PathsOf(const CellRows& rows, record::BlockKind kind) {
  std::set<std::string> paths;
  for (const record::Block& block : rows.blocks) {
    if (block.kind == kind) paths.insert(block.path);
  }
  return paths;
}

Series MeansByRound(const CellRows& rows, record::BlockKind kind,
                    const std::string& path) {
  Series sums;
  std::map<int, int> threads;
  for (const record::Block& block : rows.blocks) {
    if (block.kind != kind || block.path != path) continue;
    if (block.operations == 0) continue;  // nothing was measured
    sums[block.round] +=
        block.elapsed_ns / static_cast<double>(block.operations);
    ++threads[block.round];
  }
  for (auto& [round, sum] : sums) sum /= threads[round];
  return sums;
}

Series Difference(const Series& left, const Series& right) {
  Series difference;
  for (const auto& [round, value] : left) {
    const auto partner = right.find(round);
    if (partner != right.end()) difference[round] = value - partner->second;
  }
  return difference;
}

std::string LoadParametersOf(const record::Cell& cell) {
  const auto parsed = nlohmann::json::parse(cell.parameters, nullptr, false);
  nlohmann::json kept = nlohmann::json::object();
  if (!parsed.is_object()) return record::Dump(kept, -1);
  for (const auto& [key, value] : parsed.items()) {
    if (!std::string_view(key).starts_with(kDetachPrefix)) kept[key] = value;
  }
  return record::Dump(kept, -1);
}

const CellRows* FloorOf(const std::vector<CellRows>& all,
                        const record::Cell& cell) {
  if (cell.strategy == kFloor) return nullptr;
  for (const CellRows& rows : all) {
    if (rows.cell.strategy == kFloor && SameLoad(rows.cell, cell)) {
      return &rows;
    }
  }
  return nullptr;
}

}  // namespace knotestat::analysis
