// The reader's tables of the text report. SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cmath>

#include "dashboards/histogram.h"
#include "dashboards/table.h"
#include "dashboards/text_sections.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;
using record::Estimate;

// The column says "ns"; only what would be hard to read gets another unit.
std::string PlainNs(double ns) {
  return std::abs(ns) < 99999.5 ? ThreeDigits(ns) : FormatNs(ns, "");
}

// "+0.83 +-0.05": the interval to as many digits as the median shows.
std::string Marginal(const Estimate& estimate, const TextStyle& style) {
  const double half =
      std::max(estimate.hi - estimate.median, estimate.median - estimate.lo);
  const std::string median = PlainNs(estimate.median);
  const size_t point = median.find('.');
  const size_t decimals =
      point == std::string::npos ? 0 : median.size() - point - 1;
  const bool small = std::abs(estimate.median) < 99999.5 && half < 99999.5;
  return (estimate.median > 0 ? "+" : "") + median +
         (style.unicode ? " ±" : " +-") +
         (small ? Decimals(half, static_cast<int>(decimals)) : PlainNs(half));
}

const record::PathFigures* PathOf(const CellFigures* cell,
                                  const std::string& path) {
  if (cell == nullptr) return nullptr;
  const auto found = cell->paths.find(path);
  return found == cell->paths.end() ? nullptr : &found->second;
}

std::vector<std::optional<double>> Medians(const GridRow& row,
                                           const std::string& path) {
  std::vector<std::optional<double>> medians;
  for (const CellFigures* cell : row.cells) {
    const record::PathFigures* figures = PathOf(cell, path);
    medians.push_back(figures != nullptr && figures->ns_per_op.has_value()
                          ? std::optional(figures->ns_per_op->median)
                          : std::nullopt);
  }
  return medians;
}

// From the fewest to the most CPUs: "+1.2 %", or "x14.2" from double on.
std::string Growth(const std::vector<std::optional<double>>& medians) {
  if (medians.size() < 2 || !medians.front() || !medians.back() ||
      *medians.front() <= 0) {
    return "-";
  }
  const double ratio = *medians.back() / *medians.front();
  if (ratio >= 2) return "x" + ThreeDigits(ratio);
  // A tenth of a per cent is finer than any interval here.
  return (ratio > 1 ? "+" : "") + Decimals((ratio - 1) * 100, 1) + "%";
}

const char* HeadingOf(const GridRow& row) {
  if (row.floor) return "";
  if (row.group == "peer") return "peers, from well-known libraries";
  if (row.group == "control") return "controls, broken on purpose";
  return "";
}

Table PathTable(const CellGrid& grid, const std::string& path,
                const Page& page) {
  Table table(2);
  table.Column("strategy");
  table.Column("scope");
  for (const GridColumn& column : grid.columns) {
    table.Column("ns/op", column.label);
    table.Column("marginal", column.label);
  }
  const bool grows = grid.columns.size() > 1;
  const bool sparks = grid.columns.size() > 2 && page.style.unicode;
  if (grows) table.Column("growth");
  if (sparks) table.Column("shape");
  std::string heading;
  for (const GridRow& row : grid.rows) {
    if (HeadingOf(row) != heading) table.Heading(heading = HeadingOf(row));
    std::vector<std::string> values = {
        SafeName(row.strategy, page) + (row.floor ? " *" : ""),
        SafeName(row.scope, page)};
    for (const CellFigures* cell : row.cells) {
      const record::PathFigures* figures = PathOf(cell, path);
      const bool measured = figures != nullptr;
      values.push_back(measured && figures->ns_per_op
                           ? PlainNs(figures->ns_per_op->median)
                           : "-");
      values.push_back(measured && figures->marginal_ns
                           ? Marginal(*figures->marginal_ns, page.style)
                           : "-");
    }
    const auto medians = Medians(row, path);
    if (grows) values.push_back(Growth(medians));
    if (sparks) values.push_back(Sparkline(medians, page.style));
    table.Row(std::move(values), row.floor ? Paint::kDim : Paint::kPlain);
  }
  return table;
}

}  // namespace

TextLines ReaderSection(const CellGrid& grid, const Page& page) {
  TextLines lines;
  for (const std::string& path : grid.paths) {
    std::string text = "Reader cost of the " + SafeName(path, page) + " path";
    if (path == grid.paths.front()) {
      text +=
          " in ns per operation; marginal is what the strategy adds to `none`, "
          "with its 95 % interval";
    }
    const TextLines head = Wrap(text + ".", page.width, "  ", "  ");
    lines.insert(lines.end(), head.begin(), head.end());
    const TextLines table =
        PathTable(grid, path, page).Lines(page.width, page.style);
    lines.insert(lines.end(), table.begin(), table.end());
    lines.push_back("");
  }
  const bool has_floor = !grid.rows.empty() && grid.rows.front().floor;
  if (!grid.paths.empty() && has_floor) {
    lines.pop_back();
    const TextLines note =
        Wrap("* the floor: the same dispatch unsynchronized, and unsafe.",
             page.width, "  ", "    ");
    lines.insert(lines.end(), note.begin(), note.end());
    lines.push_back("");
  }
  return lines;
}

}  // namespace knotestat::dashboards
