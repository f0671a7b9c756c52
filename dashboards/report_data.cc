// The data of the HTML report. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/report_data.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "dashboards/report_series.h"

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

// As the figures have a cell's.
json LoadData(const Load& load) {
  json parameters = json::parse(load.parameters, nullptr, false);
  if (!parameters.is_object()) parameters = json::object();
  return {{"workload", load.workload},   {"parameters", std::move(parameters)},
          {"title", load.title},         {"cpus", load.cpus},
          {"processes", load.processes}, {"threads", load.threads},
          {"path", load.path},           {"quantile", load.quantile}};
}

json ChoiceData(const Choice& choice) {
  json verdicts = json::array();
  for (const Verdict& verdict : choice.verdicts) {
    verdicts.push_back({{"load", LoadData(verdict.load)},
                        {"strategy", verdict.strategy},
                        {"scope", verdict.scope},
                        {"ruling", RulingName(verdict.ruling)},
                        {"reason", verdict.reason}});
  }
  json answers = json::array();
  for (const Answer& answer : choice.answers) {
    answers.push_back({{"load", LoadData(answer.load)},
                       {"strategy", answer.strategy},
                       {"scope", answer.scope},
                       {"confidence", answer.confidence}});
  }
  return {{"headline", choice.headline},
          {"confidence", choice.confidence},
          {"answers", std::move(answers)},
          {"verdicts", std::move(verdicts)}};
}

// The rows of each cell, by its place in the figures.
struct RowsOfCell {
  std::vector<const record::Block*> blocks;
  std::vector<const record::Detach*> detaches;
  std::vector<const record::Bucket*> buckets;
};

template <typename Row>
absl::Status Distribute(const std::vector<Row>& rows, const CellIndex& index,
                        const char* what,
                        std::vector<const Row*> RowsOfCell::*kept,
                        std::vector<RowsOfCell>* cells) {
  for (const Row& row : rows) {
    const absl::StatusOr<size_t> cell = index.Of(row.cell, what);
    if (!cell.ok()) return cell.status();
    ((*cells)[*cell].*kept).push_back(&row);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RowsOfCell>> RowsByCell(const record::Run& run,
                                                   const CellIndex& index,
                                                   size_t count) {
  std::vector<RowsOfCell> cells(count);
  const record::Batch& rows = run.rows;
  for (const absl::Status& status :
       {Distribute(rows.blocks, index, "block", &RowsOfCell::blocks, &cells),
        Distribute(rows.detaches, index, "detach", &RowsOfCell::detaches,
                   &cells),
        Distribute(rows.buckets, index, "bucket", &RowsOfCell::buckets,
                   &cells)}) {
    if (!status.ok()) return status;
  }
  return cells;
}

json DetachData(const std::vector<const record::Detach*>& detaches,
                const Detail& detail) {
  if (detaches.empty() || detail.points == 0) return nullptr;
  std::vector<double> values;
  for (const record::Detach* detach : detaches)
    values.push_back(detach->total_ns);
  return {
      {"count", detaches.size()},
      {"points", ComplementaryDistribution(std::move(values), detail.points)}};
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

json PathOf(std::string_view folded, FrameTable* frames) {
  json path = json::array();
  for (std::string_view rest = folded;;) {
    const size_t end = rest.find(';');
    path.push_back(frames->Index(rest.substr(0, end)));
    if (end == std::string_view::npos) return path;
    rest.remove_prefix(end + 1);
  }
}

// What was seen of each stack, of all threads and CPUs together.
std::vector<record::Stack> TotalsOf(const std::vector<record::Stack>& stacks) {
  std::map<std::tuple<int, std::string_view, std::string_view>, size_t> place;
  std::vector<record::Stack> totals;
  for (const record::Stack& stack : stacks) {
    const auto [at, is_new] = place.try_emplace(
        {stack.cell, stack.kind, stack.folded}, totals.size());
    if (is_new) {
      totals.push_back(stack);
    } else {
      totals[at->second].value += stack.value;
    }
  }
  return totals;
}

// The value of the `most`-th largest stack of each kind: smaller ones share one
// frame of their cell, so that totals stay what they are.
std::map<std::string, uint64_t> LeastKept(
    const std::vector<record::Stack>& stacks, size_t most) {
  std::map<std::string, std::vector<uint64_t>> values;
  for (const record::Stack& stack : stacks)
    values[stack.kind].push_back(stack.value);
  std::map<std::string, uint64_t> least;
  for (auto& [kind, of_kind] : values) {
    if (of_kind.size() <= most) continue;
    const auto at = of_kind.begin() + static_cast<std::ptrdiff_t>(most);
    std::nth_element(of_kind.begin(), at, of_kind.end(), std::greater<>());
    least[kind] = *at + 1;
  }
  return least;
}

absl::StatusOr<json> StackData(const record::Run& run, const CellIndex& index,
                               size_t most, FrameTable* frames) {
  const std::vector<record::Stack> totals = TotalsOf(run.rows.stacks);
  const std::map<std::string, uint64_t> least = LeastKept(totals, most);
  std::map<std::pair<size_t, std::string>, uint64_t> small;
  json stacks = json::array();
  for (const record::Stack& stack : totals) {
    const absl::StatusOr<size_t> cell = index.Of(stack.cell, "stack");
    if (!cell.ok()) return cell.status();
    const auto limit = least.find(stack.kind);
    if (limit != least.end() && stack.value < limit->second) {
      small[{*cell, stack.kind}] += stack.value;
      continue;
    }
    stacks.push_back({{"cell", *cell},
                      {"kind", stack.kind},
                      {"value", stack.value},
                      {"frames", PathOf(stack.folded, frames)}});
  }
  for (const auto& [key, value] : small) {
    stacks.push_back({{"cell", key.first},
                      {"kind", key.second},
                      {"value", value},
                      {"frames", PathOf("[smaller stacks]", frames)}});
  }
  return stacks;
}

}  // namespace

std::vector<std::pair<double, double>> ComplementaryDistribution(
    std::vector<double> values, size_t most) {
  // Half of the points for the tail, which is why it is looked at.
  const size_t exact = std::clamp<size_t>(most / 8, 1, 100);
  // From `exact` on, each point is so much further than the one before.
  const double last = static_cast<double>(std::max(values.size(), exact));
  const double factor =
      std::pow(last / static_cast<double>(exact),
               1 / static_cast<double>(std::max<size_t>(most - exact, 2) - 1));
  std::sort(values.begin(), values.end(), std::greater<>());
  std::vector<std::pair<double, double>> points;
  double target = 1;
  for (size_t rank = 1; rank <= values.size();) {
    points.emplace_back(
        values[rank - 1],
        static_cast<double>(rank) / static_cast<double>(values.size()));
    if (rank == values.size()) break;
    target = rank < exact ? target + 1 : target * factor;
    rank = std::clamp(static_cast<size_t>(target), rank + 1, values.size());
  }
  return points;
}

namespace {

// What the page shows of the figures: their costs in ns.
json FiguresOf(const record::Figures& figures) {
  json shown = record::ToJson(figures);
  for (json& cell : shown["cells"]) {
    for (auto& [name, path] : cell["paths"].items()) {
      path.erase("cycles_per_op");
      path.erase("marginal_cycles");
    }
  }
  return shown;
}

// The cells of each scaling, which tell the loads of a workload apart.
json ScalingCells(const record::Figures& figures, const CellIndex& index) {
  json scalings = json::array();
  for (const record::Scaling& scaling : figures.scaling) {
    json cells = json::array();
    for (const int id : scaling.cells) {
      const absl::StatusOr<size_t> cell = index.Of(id, "scaling");
      if (cell.ok()) cells.push_back(*cell);
    }
    scalings.push_back(std::move(cells));
  }
  return scalings;
}

}  // namespace

absl::StatusOr<json> ReportData(const record::Run& run,
                                const record::Figures& figures,
                                const Choice& choice) {
  const CellIndex index(figures);
  const size_t count = figures.cells.size();
  const Detail detail = DetailFor(count);
  absl::StatusOr<std::vector<RowsOfCell>> rows = RowsByCell(run, index, count);
  if (!rows.ok()) return rows.status();
  json ccdf = json::array();
  json series = json::array();
  for (const RowsOfCell& cell : *rows) {
    ccdf.push_back(DetachData(cell.detaches, detail));
    series.push_back(
        detail.bins_per_octave == 0
            ? json(nullptr)
            : CellSeries(cell.blocks, cell.detaches, cell.buckets, detail));
  }
  FrameTable frames;
  absl::StatusOr<json> stacks = StackData(run, index, detail.stacks, &frames);
  if (!stacks.ok()) return stacks.status();
  return json{{"figures", FiguresOf(figures)},
              {"choice", ChoiceData(choice)},
              {"detailed", detail.bins_per_octave > 0},
              {"scaling_cells", ScalingCells(figures, index)},
              {"ccdf", std::move(ccdf)},
              {"series", std::move(series)},
              {"frames", frames.names()},
              {"stacks", *std::move(stacks)}};
}

}  // namespace knotestat::dashboards
