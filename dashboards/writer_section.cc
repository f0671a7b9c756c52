// klist_fini, memory and the oracle in the text report.
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <map>

#include "dashboards/histogram.h"
#include "dashboards/table.h"
#include "dashboards/text_sections.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;

std::string Count(const std::optional<double>& count) {
  return count.has_value() ? FormatCount(*count) : "-";
}

// What the oracle caught of a row at any number of CPUs; nothing if it never
// looked.
std::optional<double> CaughtAnywhere(const GridRow& row) {
  std::optional<double> caught;
  for (const CellFigures* cell : row.cells) {
    if (cell == nullptr || !cell->oracle_violations.has_value()) continue;
    caught = caught.value_or(0) + *cell->oracle_violations;
  }
  return caught;
}

// `cell` is null where only fewer CPUs were measured.
std::vector<std::string> WriterRow(const GridRow& row, const CellFigures* cell,
                                   const Page& page) {
  const record::FiniFigures* fini =
      cell != nullptr && cell->klist_fini ? &*cell->klist_fini : nullptr;
  const auto ns = [&](double record::Distribution::*quantile) {
    return fini != nullptr ? FormatNs(fini->total.*quantile, "") : "-";
  };
  const auto count = [](auto number) {
    return FormatCount(static_cast<double>(number));
  };
  return {SafeName(row.strategy, page) + (row.floor ? " *" : ""),
          SafeName(row.scope, page),
          fini != nullptr ? count(fini->total.count) : "-",
          ns(&record::Distribution::p50),
          ns(&record::Distribution::p99),
          ns(&record::Distribution::max),
          fini != nullptr ? FormatNs(fini->from_intended.p99, "") : "-",
          cell != nullptr ? count(cell->cell.bytes.per_knote) : "-",
          Count(CaughtAnywhere(row))};
}

// What eBPF counts on slow paths, in the order in which it is shown.
struct Event {
  const char* counter;
  const char* head;
};
constexpr Event kEvents[] = {
    {"bpf.klist_fini.count", "klist_fini"},
    {"bpf.writer_waiting.count", "waited"},
    {"bpf.reader_blocked.count", "blocked"},
    {"bpf.section_sleep.count", "slept"},
    {"bpf.section_migrated.count", "migrated"},
};

TextLines CounterTable(const CellGrid& grid, const Page& page) {
  Table table(2);
  table.Column("strategy");
  table.Column("scope");
  for (const Event& event : kEvents) table.Column(event.head);
  bool any = false;
  for (const GridRow& row : grid.rows) {
    if (row.cells.back() == nullptr) continue;
    const auto& counters = row.cells.back()->counters;
    std::vector<std::string> values = {SafeName(row.strategy, page),
                                       SafeName(row.scope, page)};
    for (const Event& event : kEvents) {
      const auto found = counters.find(event.counter);
      any = any || found != counters.end();
      values.push_back(found == counters.end() ? "-"
                                               : FormatCount(found->second));
    }
    table.Row(std::move(values), row.floor ? Paint::kDim : Paint::kPlain);
  }
  if (!any) return {};
  TextLines lines =
      Wrap("Counted by eBPF at " + grid.columns.back().label +
               ": klist_fini calls, those that waited, readers that blocked, "
               "threads that slept or migrated inside a section.",
           page.width, "  ", "  ");
  Append(&lines, table.Lines(page.width, page.style));
  lines.push_back("");
  return lines;
}

}  // namespace

TextLines WriterSection(const CellGrid& grid, const Page& page) {
  if (grid.columns.empty()) return {};
  Table table(2);
  for (const char* head : {"strategy", "scope"}) table.Column(head);
  for (const char* head : {"count", "p50", "p99", "max"}) {
    table.Column(head, "from the call");
  }
  table.Column("p99", "due");
  table.Column("B/knote");
  table.Column("oracle");
  for (const GridRow& row : grid.rows) {
    const CellFigures* cell = row.cells.back();
    const bool caught = CaughtAnywhere(row).value_or(0) > 0;
    if (cell == nullptr && !caught) continue;
    table.Row(WriterRow(row, cell, page), caught      ? Paint::kBad
                                          : row.floor ? Paint::kDim
                                                      : Paint::kPlain);
  }
  TextLines lines = Wrap(
      "klist_fini at " + grid.columns.back().label +
          "; \"due\" counts from the scheduled start. Oracle: calls into a "
          "driver after its detach, or into memory that is gone" +
          (grid.columns.size() > 1 ? ", at any number of CPUs." : "."),
      page.width, "  ", "  ");
  Append(&lines, table.Lines(page.width, page.style));
  lines.push_back("");
  Append(&lines, CounterTable(grid, page));
  return lines;
}

TextLines DistributionSection(const CellGrid& grid,
                              std::span<const record::Detach> detaches,
                              const std::string& strategy, const Page& page) {
  struct Samples {
    std::string name;
    bool wanted = false;  // its histogram is drawn in full
    std::vector<double> ns;
  };
  std::map<int, size_t> row_of;
  std::vector<Samples> rows;
  for (const GridRow& row : grid.rows) {
    if (row.cells.empty() || row.cells.back() == nullptr) continue;
    row_of[row.cells.back()->cell.id] = rows.size();
    rows.push_back({SafeName(row.strategy + " " + row.scope, page),
                    row.strategy == strategy,
                    {}});
  }
  for (const record::Detach& detach : detaches) {
    const auto row = row_of.find(detach.cell);
    if (row != row_of.end()) rows[row->second].ns.push_back(detach.total_ns);
  }
  std::erase_if(rows, [](const Samples& row) { return row.ns.empty(); });
  if (rows.empty()) return {};
  std::vector<double> all;
  size_t name_width = 0;
  for (const Samples& row : rows) {
    all.insert(all.end(), row.ns.begin(), row.ns.end());
    name_width = std::max(name_width, DisplayWidth(row.name));
  }
  name_width = std::min(name_width, page.width / 2);
  const Log2Buckets range = CountByPowersOfTwo(all);
  const std::string from = FormatNs(
      range.first == 0 ? 0 : static_cast<double>(uint64_t{1} << range.first));
  TextLines lines =
      Wrap("Distribution of klist_fini: one character per power of two, from " +
               from + " on; the fullest is the tallest.",
           page.width, "  ", "  ");
  for (const Samples& row : rows) {
    const std::string density =
        DensityLine(CountByPowersOfTwo(row.ns), range.first,
                    range.counts.size(), page.style);
    lines.push_back(
        Shorten("  " + PadRight(Shorten(row.name, name_width), name_width) +
                    "  |" + density + "|",
                page.width));
  }
  const auto chosen = std::find_if(rows.begin(), rows.end(),
                                   [](const auto& row) { return row.wanted; });
  const Samples& full = chosen == rows.end() ? rows.front() : *chosen;
  lines.push_back("");
  lines.push_back(Shorten("  " + full.name, page.width));
  Append(&lines, Log2Histogram(full.ns, page.width, page.style));
  lines.push_back("");
  return lines;
}

}  // namespace knotestat::dashboards
