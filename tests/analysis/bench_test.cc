// Ratios to the best peer, of runs whose truth is known.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/bench.h"

#include <gtest/gtest.h>

#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

// Two of ours, two peers of which one is the better, on 1 and 2 CPUs.
record::Run Field(uint64_t seed, bool peers = true) {
  SyntheticRun run(seed, {.rounds = 60});
  for (const int cpus : {1, 2}) {
    run.Add({.strategy = "none", .marginal_ns = 0, .cpus = cpus});
    run.Add({.strategy = "epoch",
             .marginal_ns = 2,
             .klist_fini_ns = 5000,
             .cpus = cpus});
    run.Add({.strategy = "rwlock",
             .marginal_ns = 8.0 * cpus,
             .klist_fini_ns = 40'000,
             .cpus = cpus});
    if (!peers) continue;
    for (const auto& [name, ns, fini] :
         {std::tuple("peer_slow", 20.0, 10'000.0),
          {"peer_fast", 4.0, 20'000.0}})
      run.Add({.strategy = name,
               .marginal_ns = ns,
               .klist_fini_ns = fini,
               .cpus = cpus})
          .group = "peer";
  }
  return run.run();
}

const BenchValue& ValueOf(const Bench& bench, const std::string& strategy,
                          const std::string& figure, int cpus) {
  for (const BenchRow& row : bench.rows) {
    if (row.strategy != strategy) continue;
    for (size_t i = 0; i < bench.columns.size(); ++i) {
      if (bench.columns[i].figure == figure && bench.columns[i].cpus == cpus)
        return row.values[i];
    }
  }
  ADD_FAILURE() << "no " << figure << " of " << strategy;
  static const BenchValue none;
  return none;
}

void ExpectCovers(const std::optional<record::Estimate>& estimate,
                  double truth) {
  ASSERT_TRUE(estimate.has_value());
  EXPECT_NEAR(estimate->median, truth, 0.1 * truth);
  EXPECT_LT(estimate->lo, estimate->median);
  EXPECT_GT(estimate->hi, estimate->median);
}

TEST(Bench, RatiosAreThoseOfTheTruth) {
  const Bench bench = BenchOf(Field(1));
  ASSERT_EQ(bench.columns.size(), 6u);  // 2 loads of 3 figures
  EXPECT_EQ(bench.rows.size(), 4u);     // not the floor
  ExpectCovers(ValueOf(bench, "epoch", "submit", 1).ns, 2);
  ExpectCovers(ValueOf(bench, "epoch", "submit", 1).ratio, 0.5);
  ExpectCovers(ValueOf(bench, "rwlock", "submit", 1).ratio, 2);
  ExpectCovers(ValueOf(bench, "rwlock", "submit", 2).ratio, 4);
  ExpectCovers(ValueOf(bench, "peer_slow", "submit", 2).ratio, 5);
  ExpectCovers(ValueOf(bench, "epoch", "klist_fini p50", 2).ratio, 0.5);
}

TEST(Bench, SectionsHaveCyclesWhereTheClockIsKnown) {
  record::Run run = Field(1);
  EXPECT_FALSE(ValueOf(BenchOf(run), "epoch", "submit", 1).cycles);
  for (record::Block& block : run.rows.blocks) block.cycle_ns = 0.25;
  const Bench bench = BenchOf(run);
  ExpectCovers(ValueOf(bench, "epoch", "submit", 1).cycles, 8);
  EXPECT_FALSE(ValueOf(bench, "epoch", "klist_fini p50", 1).cycles);
}

TEST(Bench, EachFigureHasItsOwnBestPeer) {
  const Bench bench = BenchOf(Field(2));
  for (const BenchColumn& column : bench.columns) {
    EXPECT_EQ(column.best_peer,
              column.figure == "submit" ? "peer_fast" : "peer_slow");
  }
  EXPECT_FALSE(ValueOf(bench, "peer_fast", "submit", 1).ratio.has_value());
  EXPECT_EQ(bench.rows.back().group, "peer");
}

// 95 % of the intervals should cover a ratio of 0.5; here at least 85 of 100.
TEST(Bench, IntervalsCoverTheRatio) {
  int covered = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Bench bench = BenchOf(Field(seed));
    const auto& ratio = ValueOf(bench, "epoch", "submit", 2).ratio;
    covered += ratio->lo <= 0.5 && 0.5 <= ratio->hi;
  }
  EXPECT_GE(covered, 85);
  EXPECT_LT(covered, 101);
}

TEST(Bench, WithoutPeersThereAreNoRatios) {
  const Bench bench = BenchOf(Field(3, false));
  const BenchValue& value = ValueOf(bench, "rwlock", "submit", 1);
  EXPECT_TRUE(value.ns.has_value());
  EXPECT_FALSE(value.ratio.has_value());
}

// A peer whose cost drowns in noise has the smallest median, and ratios to it
// would say nothing.
TEST(Bench, WhatPerhapsCostsNothingIsNoBase) {
  record::Run run = Field(4);
  for (record::Block& block : run.rows.blocks) {
    const record::Cell& cell = run.cells[static_cast<size_t>(block.cell - 1)];
    if (cell.strategy != "peer_fast" || cell.cpus != 2) continue;
    // Of 24 ns: from 6 below the floor to 6 above it, by round.
    block.elapsed_ns *= (14 + 12 * (block.round * 7 % 10) / 9.0) / 24;
  }
  const Bench bench = BenchOf(run);
  for (const BenchColumn& column : bench.columns) {
    const bool noisy = column.figure == "submit" && column.cpus == 2;
    EXPECT_EQ(column.passed_over, noisy ? std::vector<std::string>{"peer_fast"}
                                        : std::vector<std::string>{});
  }
  EXPECT_TRUE(ValueOf(bench, "peer_fast", "submit", 2).ratio.has_value());
  ExpectCovers(ValueOf(bench, "rwlock", "submit", 2).ratio, 0.8);
}

TEST(Bench, LoadsThatDifferInDetachesHaveColumnsOfTheirOwn) {
  SyntheticRun synthetic(5, {.rounds = 60});
  synthetic.Add({.strategy = "none"});
  for (const int hz : {50, 500}) {
    synthetic.Add({.klist_fini_ns = hz * 100.0}).parameters =
        R"({"devices":4,"knotes_per_device":8,"detach_hz":)" +
        std::to_string(hz) + "}";
  }
  const Bench bench = BenchOf(synthetic.run());
  ASSERT_EQ(bench.columns.size(), 6u);  // 2 loads of 3 figures
  ASSERT_EQ(bench.rows.size(), 1u);
  for (const size_t column : {size_t{1}, size_t{4}}) {
    const double hz = column == 1 ? 50 : 500;
    EXPECT_EQ(bench.columns[column].figure, "klist_fini p50");
    EXPECT_NE(bench.columns[column].parameters.find(std::to_string(int(hz))),
              std::string::npos);
    ExpectCovers(bench.rows[0].values[column].ns, hz * 100);
  }
}

TEST(Bench, LeavesOutWhatTheCertificateRefuses) {
  SyntheticRun synthetic(6, {.rounds = 60});
  synthetic.Add({.strategy = "none"});
  synthetic.Add({.strategy = "epoch", .slowdown = 0.3});
  const Bench bench = BenchOf(synthetic.run());
  ASSERT_EQ(bench.columns.size(), 1u);  // no klist_fini()
  EXPECT_EQ(bench.columns[0].figure, "submit");
}

TEST(Bench, WhatIsNotRankedIsNoBestPeerAndHasNoRatio) {
  record::Run run = Field(7);
  for (record::Block& block : run.rows.blocks) {
    const std::string& name =
        run.cells[static_cast<size_t>(block.cell) - 1].strategy;
    // Slower from the middle of the run on.
    if (name == "peer_fast" && block.round >= 30) block.elapsed_ns *= 1.1;
  }
  const Bench bench = BenchOf(run);
  EXPECT_NE(ValueOf(bench, "peer_fast", "submit", 1).not_ranked, "");
  EXPECT_FALSE(ValueOf(bench, "peer_fast", "submit", 1).ratio.has_value());
  ExpectCovers(ValueOf(bench, "epoch", "submit", 1).ratio, 0.1);
}

TEST(Bench, AnEmptyRunHasNoColumns) {
  EXPECT_TRUE(BenchOf(record::Run()).columns.empty());
}

TEST(Bench, JsonHasAnEntryForEachFigure) {
  const auto json = ToJson(BenchOf(Field(4)));
  EXPECT_EQ(json["bench"].size(), 24u);
  for (const auto& entry : json["bench"]) {
    EXPECT_TRUE(entry.contains("ns"));
    EXPECT_EQ(entry.contains("ratio"), entry.contains("best_peer"));
  }
}

}  // namespace
}  // namespace knotestat::analysis
