// What the charts of the report are drawn from.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/report_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace knotestat::dashboards {
namespace {

using nlohmann::json;

TEST(DetailFor, ShrinksAsCellsGrowAndEndsSomewhere) {
  Detail before = DetailFor(0);
  EXPECT_EQ(before.points, 1000u);
  EXPECT_EQ(before.bins_per_octave, 4u);
  for (size_t cells : {1u, 100u, 1000u, 5000u, 6000u}) {
    const Detail detail = DetailFor(cells);
    EXPECT_LE(detail.points, before.points);
    EXPECT_LE(detail.slices, before.slices);
    EXPECT_GE(detail.bins_per_octave, 1u);
    before = detail;
  }
  EXPECT_EQ(DetailFor(6001).bins_per_octave, 0u);
}

TEST(Histogram, EachValueLiesInItsBin) {
  const std::vector<double> values = {0, 0.5, 1, 1.9, 2, 3.99, 4, 1000};
  for (size_t bins : {1u, 2u, 4u}) {
    const json rows = Histogram(values, bins);
    uint64_t total = 0;
    for (const json& row : rows) {
      uint64_t inside = 0;
      for (double value : values)
        inside += value >= row[0] && value < row[1] ? 1 : 0;
      EXPECT_EQ(inside, row[2].get<uint64_t>()) << row << " of " << bins;
      total += row[2].get<uint64_t>();
    }
    EXPECT_EQ(total, values.size());
  }
}

TEST(Histogram, TakesWhatIsNoNumber) {
  const json rows =
      Histogram({std::nan(""), -1, std::numeric_limits<double>::infinity()}, 4);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0], json({0, 1, 2}));
  EXPECT_TRUE(Histogram(std::vector<double>(), 4).empty());
}

TEST(Histogram, CountsABucketWhereItsMiddleIs) {
  const std::vector<record::Bucket> buckets = {{1, "sampled.submit", 4, 6, 3},
                                               {1, "sampled.submit", 6, 10, 5}};
  EXPECT_EQ(Histogram(buckets, 1), json::parse("[[4,8,3],[8,16,5]]"));
}

TEST(Course, PutsRoundsTogetherInTheirOrder) {
  EXPECT_EQ(Course({{3, 9}, {1, 5}, {2, 7}, {1, 6}}, 60),
            json::parse("[[1,5,5,6],[2,7,7,7],[3,9,9,9]]"));
  EXPECT_EQ(Course({{3, 9}, {1, 5}, {2, 7}, {1, 6}}, 2),
            json::parse("[[1,6,5,7],[3,9,9,9]]"));
  EXPECT_TRUE(Course({}, 60).empty());
}

TEST(CellSeries, TakesMeanBlocksAlone) {
  record::Block first{
      .cell = 1, .path = "submit", .operations = 10, .elapsed_ns = 100};
  record::Block second = first;
  second.thread = 2;
  second.elapsed_ns = 300;
  record::Block probed = first;
  probed.kind = record::BlockKind::kProbed;
  probed.elapsed_ns = 9000;
  record::Block idle = first;
  idle.thread = 1;
  idle.operations = 0;
  const json series =
      CellSeries({&first, &second, &probed, &idle}, {}, {}, DetailFor(1));
  EXPECT_EQ(series, json::parse(R"({"course": {"submit": [[0, 20, 20, 20]]},
                            "threads": {"submit": [[0, 10], [2, 30]]}})"));
}

}  // namespace
}  // namespace knotestat::dashboards
