// What the charts of the HTML report need beyond the figures: histograms,
// courses over the rounds and threads, from the rows of the run.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_REPORT_SERIES_H_
#define KNOTESTAT_DASHBOARDS_REPORT_SERIES_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "record/run.h"

namespace knotestat::dashboards {

// `value` to four digits, which is what a chart can show; 0 if it is no number.
double Rounded(double value);

// How much of each cell a page carries, so that it stays small whatever the
// run: 5,000 cells below 5 MB.
struct Detail {
  size_t points = 0;           // of a complementary distribution
  size_t slices = 0;           // of a course over the rounds
  size_t bins_per_octave = 0;  // of a histogram; 0: cells carry figures alone
  size_t stacks = 0;           // of each kind, in all
};

// The detail that a page of so many cells affords. None beyond 6,000.
Detail DetailFor(size_t cells);

// [[lower ns, upper ns, count], ...] of the values, without empty bins;
// `bins_per_octave` of them for each power of two, and one below 1 ns.
nlohmann::json Histogram(const std::vector<double>& values,
                         size_t bins_per_octave);

// The same of measured buckets, each counted where its middle is.
nlohmann::json Histogram(const std::vector<record::Bucket>& buckets,
                         size_t bins_per_octave);

// A value that was measured in a round.
using InRound = std::pair<int, double>;

// [[first round, median, least, most], ...]: consecutive rounds of `values`
// put together so that there are at most `slices`.
nlohmann::json Course(std::vector<InRound> values, size_t slices);

// Of one cell's rows: {"sampled": {PATH: Histogram}, "course": {PATH: Course of
// ns per operation}, "threads": {PATH: [[thread, ns per operation], ...]},
// "fini": {"histogram", "course"}}; what was not measured is absent. All
// rounds count, also those that the figures drop as warm-up.
nlohmann::json CellSeries(const std::vector<const record::Block*>& blocks,
                          const std::vector<const record::Detach*>& detaches,
                          const std::vector<const record::Bucket*>& buckets,
                          const Detail& detail);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_REPORT_SERIES_H_
