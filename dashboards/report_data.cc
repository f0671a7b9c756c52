// The data of the HTML report. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/report_data.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace knotestat::dashboards {
namespace {

using nlohmann::json;

// Places of cells in figures.cells by their id.
class CellIndex {
 public:
  explicit CellIndex(const record::Figures& figures) {
    for (size_t i = 0; i < figures.cells.size(); ++i) {
      index_[figures.cells[i].cell.id] = i;
    }
  }
  absl::StatusOr<size_t> Of(int cell, const char* row) const {
    const auto found = index_.find(cell);
    if (found != index_.end()) return found->second;
    return absl::InvalidArgumentError(
        "the run has a " + std::string(row) + " of cell " +
        std::to_string(cell) +
        ", which the figures lack; compute them from the same run");
  }

 private:
  std::map<int, size_t> index_;
};

json ChoiceData(const Choice& choice) {
  json verdicts = json::array();
  for (const Verdict& verdict : choice.verdicts) {
    verdicts.push_back({{"workload", verdict.workload},
                        {"strategy", verdict.strategy},
                        {"scope", verdict.scope},
                        {"ruling", RulingName(verdict.ruling)},
                        {"reason", verdict.reason}});
  }
  return {{"headline", choice.headline},
          {"confidence", choice.confidence},
          {"verdicts", std::move(verdicts)}};
}

absl::StatusOr<json> DetachData(const record::Run& run, const CellIndex& index,
                                size_t cells) {
  std::vector<std::vector<double>> values(cells);
  for (const record::Detach& detach : run.rows.detaches) {
    const absl::StatusOr<size_t> cell = index.Of(detach.cell, "detach");
    if (!cell.ok()) return cell.status();
    values[*cell].push_back(detach.total_ns);
  }
  json data = json::array();
  for (std::vector<double>& of_cell : values) {
    if (of_cell.empty()) {
      data.push_back(nullptr);
      continue;
    }
    const size_t count = of_cell.size();
    data.push_back({{"count", count},
                    {"points", ComplementaryDistribution(std::move(of_cell))}});
  }
  return data;
}

// Frame names, each once.
class FrameTable {
 public:
  size_t Index(std::string_view name) {
    const auto [at, added] = index_.emplace(std::string(name), names_.size());
    if (added) names_.emplace_back(name);
    return at->second;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::unordered_map<std::string, size_t> index_;
  std::vector<std::string> names_;
};

absl::StatusOr<json> StackData(const record::Run& run, const CellIndex& index,
                               FrameTable* frames) {
  json stacks = json::array();
  for (const record::Stack& stack : run.rows.stacks) {
    const absl::StatusOr<size_t> cell = index.Of(stack.cell, "stack");
    if (!cell.ok()) return cell.status();
    json path = json::array();
    for (std::string_view rest = stack.folded;;) {
      const size_t end = rest.find(';');
      path.push_back(frames->Index(rest.substr(0, end)));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    stacks.push_back({{"cell", *cell},
                      {"kind", stack.kind},
                      {"value", stack.value},
                      {"frames", std::move(path)}});
  }
  return stacks;
}

}  // namespace

std::vector<std::pair<double, double>> ComplementaryDistribution(
    std::vector<double> values) {
  constexpr size_t kExact = 100;
  std::sort(values.begin(), values.end(), std::greater<>());
  std::vector<std::pair<double, double>> points;
  for (size_t rank = 1; rank <= values.size();) {
    points.emplace_back(
        values[rank - 1],
        static_cast<double>(rank) / static_cast<double>(values.size()));
    if (rank == values.size()) break;
    const size_t step = rank < kExact ? 1 : std::max<size_t>(rank / 50, 1);
    rank = std::min(rank + step, values.size());
  }
  return points;
}

absl::StatusOr<json> ReportData(const record::Run& run,
                                const record::Figures& figures,
                                const Choice& choice) {
  const CellIndex index(figures);
  absl::StatusOr<json> ccdf = DetachData(run, index, figures.cells.size());
  if (!ccdf.ok()) return ccdf.status();
  FrameTable frames;
  absl::StatusOr<json> stacks = StackData(run, index, &frames);
  if (!stacks.ok()) return stacks.status();
  return json{{"figures", record::ToJson(figures)},
              {"choice", ChoiceData(choice)},
              {"ccdf", *std::move(ccdf)},
              {"frames", frames.names()},
              {"stacks", *std::move(stacks)}};
}

}  // namespace knotestat::dashboards
