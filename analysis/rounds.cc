// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/rounds.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "record/json.h"

namespace knotestat::analysis {
namespace {

constexpr std::string_view kDetachPrefix = "detach";

// The mean of `value` over each round's blocks; not of rounds where a block
// has none, which is NaN.
template <class Value>
Series AverageByRound(const CellRows& rows, const BlockFilter& filter,
                      Value&& value) {
  Series means;
  ForEachRound(rows, filter, [&](int round, int launch, auto blocks) {
    double sum = 0;
    for (const record::Block* block : blocks) sum += value(*block);
    if (std::isnan(sum)) return;
    means.push_back({round, launch, sum / static_cast<double>(blocks.size()),
                     blocks.front()->place});
  });
  return means;
}

std::string LoadKeyOf(const record::Cell& cell) {
  return absl::StrCat(cell.workload, "\n", cell.cpus, "\n", cell.threads, "\n",
                      cell.processes, "\n", cell.cpu_list, "\n",
                      LoadParametersOf(cell));
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
  for (const RoundValue& round : series) values.push_back(round.value);
  return values;
}

std::set<std::string> PathsOf(const CellRows& rows, record::BlockKind kind) {
  std::set<std::string> paths;
  for (const record::Block& block : rows.blocks) {
    if (block.kind == kind) paths.insert(block.path);
  }
  return paths;
}

void ForEachRound(
    const CellRows& rows, const BlockFilter& filter,
    const std::function<void(int round, int launch,
                             std::span<const record::Block* const> blocks)>&
        visit) {
  std::vector<const record::Block*> blocks;
  for (const record::Block& block : rows.blocks) {
    if (block.kind == filter.kind && block.operations > 0 &&
        block.path == filter.path && block.probe == filter.probe) {
      blocks.push_back(&block);
    }
  }
  const auto earlier = [](const record::Block* a, const record::Block* b) {
    return std::pair(a->launch, a->round) < std::pair(b->launch, b->round);
  };
  if (!std::is_sorted(blocks.begin(), blocks.end(), earlier)) {
    std::stable_sort(blocks.begin(), blocks.end(), earlier);
  }
  for (size_t begin = 0, end = 0; begin < blocks.size(); begin = end) {
    while (end < blocks.size() && !earlier(blocks[begin], blocks[end])) ++end;
    visit(blocks[begin]->round, blocks[begin]->launch,
          std::span(blocks).subspan(begin, end - begin));
  }
}

Series MeansByRound(const CellRows& rows, const BlockFilter& filter) {
  return AverageByRound(rows, filter, [](const record::Block& block) {
    return block.elapsed_ns / static_cast<double>(block.operations);
  });
}

Series CyclesByRound(const CellRows& rows, const BlockFilter& filter) {
  return AverageByRound(rows, filter, [](const record::Block& block) {
    return block.elapsed_ns / static_cast<double>(block.operations) /
           block.cycle_ns.value_or(NAN);
  });
}

Series ClockByRound(const CellRows& rows, const BlockFilter& filter) {
  return AverageByRound(rows, filter, [](const record::Block& block) {
    return 1 / block.cycle_ns.value_or(NAN);
  });
}

Series Difference(const Series& left, const Series& right) {
  Series difference;
  auto partner = right.begin();
  for (const RoundValue& value : left) {
    while (partner != right.end() && MomentOf(*partner) < MomentOf(value))
      ++partner;
    if (partner == right.end()) break;
    if (MomentOf(*partner) != MomentOf(value)) continue;
    difference.push_back(
        {value.round, value.launch, value.value - partner->value, value.place});
  }
  return difference;
}

std::string NormalParameters(const record::Cell& cell) {
  const auto parsed = nlohmann::json::parse(cell.parameters, nullptr, false);
  return parsed.is_object() ? record::Dump(parsed, -1) : "{}";
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

FloorIndex::FloorIndex(const std::vector<CellRows>& all) {
  for (const CellRows& rows : all) {
    if (rows.cell.strategy != kFloor) continue;
    Floor floor{&rows, {}};
    for (const record::Block& block : rows.blocks)
      floor.launches.insert(block.launch);
    floors_[LoadKeyOf(rows.cell)].push_back(std::move(floor));
  }
}

const CellRows* FloorIndex::Of(const CellRows& cell) const {
  if (cell.cell.strategy == kFloor || floors_.empty()) return nullptr;
  const auto floors = floors_.find(LoadKeyOf(cell.cell));
  if (floors == floors_.end()) return nullptr;
  for (const Floor& floor : floors->second) {
    const auto beside = [&](const record::Block& block) {
      return floor.launches.contains(block.launch);
    };
    if (std::any_of(cell.blocks.begin(), cell.blocks.end(), beside))
      return floor.rows;
  }
  return nullptr;
}

}  // namespace knotestat::analysis
