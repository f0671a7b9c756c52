// How long single operations of readers took, in the text report.
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <map>

#include "dashboards/histogram.h"
#include "dashboards/text_sections.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

constexpr char kSampledOperations[] = "sampled.";

struct SampledRow {
  std::string name;
  std::map<int, uint64_t> powers;  // counts by power of two
};

// Buckets by the powers of two that hold them as Log2Buckets.
Log2Buckets AsBuckets(const std::map<int, uint64_t>& powers) {
  Log2Buckets buckets;
  buckets.first = powers.begin()->first;
  buckets.counts.resize(
      static_cast<size_t>(powers.rbegin()->first - buckets.first + 1));
  for (const auto& [power, count] : powers)
    buckets.counts[static_cast<size_t>(power - buckets.first)] = count;
  return buckets;
}

// The rows of the largest number of CPUs that sampled `path`.
std::vector<SampledRow> SampledRows(const CellGrid& grid,
                                    const std::string& path,
                                    const BucketsOfCells& buckets,
                                    const Page& page) {
  const std::string histogram = kSampledOperations + path;
  std::vector<SampledRow> rows;
  for (const GridRow& row : grid.rows) {
    if (row.cells.empty() || row.cells.back() == nullptr) continue;
    const auto of_cell = buckets.find(row.cells.back()->cell.id);
    if (of_cell == buckets.end()) continue;
    SampledRow sampled{SafeName(row.strategy + " " + row.scope, page), {}};
    for (const record::Bucket* bucket : of_cell->second) {
      if (bucket->histogram != histogram || bucket->count == 0) continue;
      const double middle = (static_cast<double>(bucket->lower_ns) +
                             static_cast<double>(bucket->upper_ns)) /
                            2;
      sampled.powers[CountByPowersOfTwo({{middle}}).first] += bucket->count;
    }
    if (!sampled.powers.empty()) rows.push_back(std::move(sampled));
  }
  return rows;
}

void AddPath(const std::vector<SampledRow>& rows, const std::string& path,
             const Page& page, TextLines* lines) {
  int first = rows.front().powers.begin()->first;
  int last = first;
  size_t name_width = 0;
  for (const SampledRow& row : rows) {
    first = std::min(first, row.powers.begin()->first);
    last = std::max(last, row.powers.rbegin()->first);
    name_width = std::max(name_width, DisplayWidth(row.name));
  }
  name_width = std::min(name_width, page.width / 2);
  const std::string from =
      FormatNs(first == 0 ? 0 : static_cast<double>(uint64_t{1} << first));
  const TextLines head =
      Wrap("Distribution of sampled operations of the " + SafeName(path, page) +
               " path, the timer's own time included: one character per power "
               "of two, from " +
               from + " on; the fullest is the tallest.",
           page.width, "  ", "  ");
  Append(lines, head);
  for (const SampledRow& row : rows) {
    const std::string density =
        DensityLine(AsBuckets(row.powers), first,
                    static_cast<size_t>(last - first + 1), page.style);
    lines->push_back(
        Shorten("  " + PadRight(Shorten(row.name, name_width), name_width) +
                    "  |" + density + "|",
                page.width));
  }
  lines->push_back("");
}

}  // namespace

BucketsOfCells SampledBuckets(std::span<const record::Bucket> buckets) {
  BucketsOfCells of_cells;
  for (const record::Bucket& bucket : buckets) {
    if (bucket.histogram.starts_with(kSampledOperations))
      of_cells[bucket.cell].push_back(&bucket);
  }
  return of_cells;
}

TextLines OperationsSection(const CellGrid& grid, const BucketsOfCells& buckets,
                            const Page& page) {
  TextLines lines;
  for (const std::string& path : grid.paths) {
    const std::vector<SampledRow> rows = SampledRows(grid, path, buckets, page);
    if (!rows.empty()) AddPath(rows, path, page, &lines);
  }
  return lines;
}

}  // namespace knotestat::dashboards
