// SPDX-License-Identifier: BSD-2-Clause
#include "record/merge.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace knotestat::record {
namespace {

// What tells cells apart.
auto KeyOf(const Cell& cell) {
  return std::tuple(cell.strategy, cell.scope, cell.workload, cell.parameters,
                    cell.cpus, cell.threads, cell.processes, cell.cpu_list,
                    cell.refused);
}
using Key = decltype(KeyOf(Cell()));

absl::Status CheckSame(const NamedRun& first, const NamedRun& other) {
  const Context &a = first.run.context, &b = other.run.context;
  const auto eBpf = [](bool used) { return used ? "with" : "without"; };
  const std::tuple<const char*, std::string, std::string> all[] = {
      {"on host ", a.host, b.host},
      {"under kernel ", a.kernel, b.kernel},
      {"on a ", a.cpu_model, b.cpu_model},
      {"by build ", a.build, b.build},
      {"with so many CPUs: ", std::to_string(a.cpus), std::to_string(b.cpus)},
      {"with or without eBPF: ", eBpf(a.bpf), eBpf(b.bpf)}};
  for (const auto& [what, left, right] : all) {
    if (left == right) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        other.name, ": was measured ", what, right, ", ", first.name, " ", what,
        left,
        ": figures of the two cannot be put together; `knotestat compare` "
        "tells how they differ"));
  }
  return absl::OkStatus();
}

// Finds launches that are in two files: counted twice they would make every
// interval narrower than what was measured.
class SeenLaunches {
 public:
  // kInvalidArgument if `named` has one that a file before it had.
  absl::Status Add(const NamedRun& named) {
    for (const auto& [print, started_at] : PrintsOf(named.run)) {
      const auto [known, is_new] = files_.emplace(print, named.name);
      if (is_new) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          named.name, ": its launch of ", started_at, " is in ", known->second,
          " as well, and would count twice: leave one of the two files out"));
    }
    return absl::OkStatus();
  }

 private:
  // When a launch began, and how long its first block took: no other launch
  // agrees in both.
  using Print = std::pair<std::string, double>;

  static std::map<Print, std::string> PrintsOf(const Run& run) {
    std::map<int, std::string> started = {{0, run.context.started_at}};
    for (const Launch& launch : run.launches)
      started[launch.id] = launch.started_at;
    std::map<Print, std::string> prints;
    for (const Block& block : run.rows.blocks) {
      const auto launch = started.extract(block.launch);  // its first block
      if (launch.empty()) continue;
      prints[{launch.mapped(), block.elapsed_ns}] = launch.mapped();
    }
    return prints;
  }

  std::map<Print, std::string> files_;
};

// Adds runs to one, each with numbers of its own.
class Merger {
 public:
  explicit Merger(Run& into) : into_(into) {}

  // kOutOfRange if there are more rounds than numbers for them.
  absl::Status Add(const Run& run) {
    int last_round = -1;
    const auto note = [&](const auto& row) {
      last_round = std::max(last_round, row.round);
    };
    for (const Block& row : run.rows.blocks) note(row);
    for (const Detach& row : run.rows.detaches) note(row);
    if (last_round >= std::numeric_limits<int>::max() - first_round_) {
      return absl::OutOfRangeError(
          "more launches than a result file has numbers for: merge fewer "
          "files");
    }
    cells_.clear();
    for (const Cell& cell : run.cells) cells_[cell.id] = Take(cell);
    TakeLaunches(run);
    for (Block row : run.rows.blocks)
      into_.rows.blocks.push_back(Renumbered(std::move(row)));
    for (const Detach& row : run.rows.detaches)
      into_.rows.detaches.push_back(Renumbered(row));
    Append(run.rows.buckets, into_.rows.buckets);
    AppendStacks(run);
    Append(run.rows.counters, into_.rows.counters);
    Append(run.rows.wait_links, into_.rows.wait_links);
    for (Truth truth : run.truths) {
      truth.id = static_cast<int>(into_.truths.size()) + 1;
      into_.truths.push_back(std::move(truth));
    }
    first_round_ += last_round + 1;
    into_.finished = into_.finished && run.finished;
    return absl::OkStatus();
  }

 private:
  // Number of `cell` in the merged run.
  int Take(const Cell& cell) {
    const int next = static_cast<int>(into_.cells.size()) + 1;
    const auto [known, is_new] = known_.emplace(KeyOf(cell), next);
    if (is_new) {
      into_.cells.push_back(cell);
      into_.cells.back().id = next;
    }
    return known->second;
  }

  void TakeLaunches(const Run& run) {
    launches_ = {{0, 0}};
    for (Launch launch : run.launches) {
      const int next = static_cast<int>(into_.launches.size()) + 1;
      launches_[launch.id] = next;
      launch.id = next;
      const auto cell = cells_.find(launch.first_cell);
      launch.first_cell = cell == cells_.end() ? 0 : cell->second;
      into_.launches.push_back(std::move(launch));
    }
  }

  template <class Row>
  Row Renumbered(Row row) {
    row.cell = cells_[row.cell];
    row.launch = launches_[row.launch];
    row.round += first_round_;
    return row;
  }

  template <class Row>
  void Append(const std::vector<Row>& rows, std::vector<Row>& all) {
    for (Row row : rows) {
      row.cell = cells_[row.cell];
      all.push_back(std::move(row));
    }
  }

  // Parts are numbered on from run to run.
  void AppendStacks(const Run& run) {
    const size_t before = into_.rows.stacks.size();
    Append(run.rows.stacks, into_.rows.stacks);
    int last_part = 0;
    for (size_t i = before; i < into_.rows.stacks.size(); ++i) {
      Stack& stack = into_.rows.stacks[i];
      last_part = std::max(last_part, stack.part);
      if (stack.kind != "on_cpu") stack.part += first_part_;
    }
    first_part_ += last_part + 1;
  }

  Run& into_;
  std::map<Key, int> known_;
  std::map<int, int> cells_;     // of the run at hand, to the merged one's
  std::map<int, int> launches_;  // likewise
  int first_round_ = 0;
  int first_part_ = 0;
};

}  // namespace

absl::StatusOr<Run> Merge(std::span<const NamedRun> runs) {
  if (runs.empty()) return absl::InvalidArgumentError("nothing to merge");
  Run merged;
  merged.context = runs.front().run.context;
  merged.context.plan.clear();
  merged.finished = true;
  Merger merger(merged);
  SeenLaunches seen;
  for (const NamedRun& run : runs) {
    absl::Status status = CheckSame(runs.front(), run);
    if (status.ok()) status = seen.Add(run);
    if (status.ok()) status = merger.Add(run.run);
    if (!status.ok()) return status;
  }
  return merged;
}

}  // namespace knotestat::record
