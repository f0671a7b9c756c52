// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/live/terminal_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::Cell;
using record::CellFigures;

constexpr std::array<const char*, 4> kShades = {"░", "▒", "▓", "█"};
constexpr std::array<const char*, 4> kAsciiLevels = {".", "+", "*", "#"};
constexpr size_t kMapRows = 8;

class View {
 public:
  View(const TerminalViewInput& input, size_t width, size_t height,
       const TextStyle& style)
      : input_(input), width_(width), height_(height), style_(style) {}

  std::vector<std::string> Lines() {
    Head();
    const Cell* now = Measured();
    if (now == nullptr) {
      Add("");
      Add(input_.glance.run.cells.empty() ? "No cells yet."
                                          : "Nothing is measured yet.");
      return Cut();
    }
    Cells(*now);
    Map("klist_fini, all strategies", &LatencyColumn::klist_fini);
    Map("sampled operations, all paths", &LatencyColumn::operations);
    return Cut();
  }

 private:
  void Add(const std::string& line) { lines_.push_back(Shorten(line, width_)); }

  std::vector<std::string> Cut() {
    if (lines_.size() > height_) lines_.resize(height_);
    return std::move(lines_);
  }

  void Head() {
    const record::Context& context = input_.glance.run.context;
    Add(SafeText(
        input_.file + "  on " + context.host + ", since " + context.started_at,
        style_));
    const RunProgress& progress = input_.progress;
    if (progress.share) {
      const size_t room = width_ - 2;
      const auto filled = static_cast<size_t>(
          std::clamp(*progress.share, 0.0, 1.0) * static_cast<double>(room));
      Add("[" + std::string(filled, '#') + std::string(room - filled, '.') +
          "]");
    }
    const bool good = progress.state != RunProgress::State::kSilent;
    for (const std::string& line : Wrap(Describe(progress), width_, "", ""))
      lines_.push_back(
          Painted(line, good ? Paint::kBold : Paint::kBad, style_));
    if (!progress.now.empty())
      Add((good ? "now: " : "last: ") + SafeText(progress.now, style_));
  }

  // The cell that was measured last.
  const Cell* Measured() const {
    if (!input_.glance.newest) return nullptr;
    for (const Cell& cell : input_.glance.run.cells) {
      if (cell.id == input_.glance.newest->cell) return &cell;
    }
    return nullptr;
  }

  void Cells(const Cell& now) {
    Add("");
    lines_.push_back(
        Painted(Shorten(SafeText(now.workload, style_) + ", " +
                            std::to_string(now.cpus) +
                            (now.cpus == 1 ? " CPU" : " CPUs") + ", so far",
                        width_),
                Paint::kBold, style_));
    Add(PadRight("strategy", 22) + PadRight("path", 9) + PadLeft("ns/op", 9) +
        PadLeft("marginal [95 %]", 24) + PadLeft("klist_fini p99", 16));
    for (const CellFigures& cell : input_.figures.cells) {
      const Cell& of = cell.cell;
      if (of.workload == now.workload && of.cpus == now.cpus &&
          of.parameters == now.parameters && of.processes == now.processes &&
          of.threads == now.threads)
        Rows(cell);
    }
  }

  void Rows(const CellFigures& cell) {
    const std::string name = PadRight(
        Shorten(SafeText(cell.cell.strategy + ":" + cell.cell.scope, style_),
                21),
        22);
    if (!cell.cell.refused.empty()) {
      return Add(name + "refused: " + SafeText(cell.cell.refused, style_));
    }
    if (cell.paths.empty()) return Add(name + "not measured yet");
    std::string fini =
        cell.klist_fini ? FormatNs(cell.klist_fini->total.p99) : "-";
    for (const auto& [path, figures] : cell.paths) {
      std::string marginal = "-";
      if (const auto& cost = figures.marginal_ns) {
        marginal = ThreeDigits(cost->median) + " [" + ThreeDigits(cost->lo) +
                   ", " + ThreeDigits(cost->hi) + "]";
      }
      Add(name + PadRight(Shorten(SafeText(path, style_), 8), 9) +
          PadLeft(
              figures.ns_per_op ? ThreeDigits(figures.ns_per_op->median) : "-",
              9) +
          PadLeft(marginal, 24) + PadLeft(fini, 16));
      fini = "";
    }
  }

  // Time to the right, latency upwards: the highest rows that there are.
  void Map(const char* title, std::map<int, uint64_t> LatencyColumn::*counts) {
    const auto& columns = input_.history.columns();
    const size_t room = width_ - 12;
    const size_t first = columns.size() > room ? columns.size() - room : 0;
    int least = INT32_MAX, most = INT32_MIN;
    uint64_t largest = 1;
    for (size_t i = first; i < columns.size(); ++i) {
      for (const auto& [row, count] : columns[i].*counts) {
        least = std::min(least, row);
        most = std::max(most, row);
        largest = std::max(largest, count);
      }
    }
    if (least > most) return;
    Add("");
    Add(std::string(title) + ", as they are stored");
    least = std::max(least, most - static_cast<int>(kMapRows) + 1);
    for (int row = most; row >= least; --row) {
      std::string line = PadLeft(FormatNs(std::exp2(row)), 9) + " |";
      for (size_t i = first; i < columns.size(); ++i) {
        const auto& column = columns[i].*counts;
        const auto found = column.find(row);
        line += found == column.end() ? " " : Level(found->second, largest);
      }
      Add(line);
    }
  }

  // Logarithmic: a single one is still seen beside many.
  const char* Level(uint64_t count, uint64_t largest) const {
    const double share = std::log1p(static_cast<double>(count)) /
                         std::log1p(static_cast<double>(largest));
    const auto level =
        std::min<size_t>(3, static_cast<size_t>(std::max(0.0, share) * 4));
    return style_.unicode ? kShades[level] : kAsciiLevels[level];
  }

  const TerminalViewInput& input_;
  const size_t width_;
  const size_t height_;
  const TextStyle style_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> TerminalView(const TerminalViewInput& input,
                                      size_t width, size_t height,
                                      const TextStyle& style) {
  return View(input, std::max<size_t>(width, 20), height, style).Lines();
}

}  // namespace knotestat::dashboards
