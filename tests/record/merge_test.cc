// Merged runs keep every row, and what was paired stays paired.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/merge.h"

#include <gmock/gmock.h>

#include <limits>
#include <set>

#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

using testing::HasSubstr;

// Two cells, two launches, rounds 0 to 4 of all.
NamedRun RunNamed(const std::string& name) {
  NamedRun named{name, {}};
  Run& run = named.run;
  run.context = SampleContext();
  run.finished = true;
  run.launches = {SampleLaunch(7), SampleLaunch(9)};
  for (Launch& launch : run.launches) launch.started_at += name;
  for (const int id : {4, 5}) {
    run.cells.push_back(SampleCell(id));
    run.cells.back().strategy = id == 4 ? "none" : "epoch";
    for (int round = 0; round < 5; ++round) {
      Batch batch = SampleBatch(id, round);
      for (Block& block : batch.blocks) block.launch = round < 2 ? 7 : 9;
      for (Detach& detach : batch.detaches) detach.launch = 9;
      const auto append = [](auto& all, auto& rows) {
        all.insert(all.end(), rows.begin(), rows.end());
      };
      append(run.rows.blocks, batch.blocks);
      append(run.rows.detaches, batch.detaches);
      append(run.rows.buckets, batch.buckets);
      append(run.rows.counters, batch.counters);
      append(run.rows.wait_links, batch.wait_links);
    }
  }
  return named;
}

TEST(Merge, SameCellsBecomeOneWithRoundsOfBoth) {
  const NamedRun runs[] = {RunNamed("a.db"), RunNamed("b.db")};
  const auto merged = Merge(runs);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->cells.size(), 2u);
  EXPECT_EQ(merged->rows.blocks.size(), 2 * runs[0].run.rows.blocks.size());
  std::map<int, std::set<int>> rounds;
  std::map<int, std::set<int>> cells_of_launch;
  for (const Block& block : merged->rows.blocks) {
    rounds[block.cell].insert(block.round);
    cells_of_launch[block.launch].insert(block.cell);
  }
  EXPECT_EQ(rounds[1].size(), 10u);
  EXPECT_EQ(rounds[1], rounds[2]);
  ASSERT_EQ(merged->launches.size(), 4u);
  for (const auto& [launch, cells] : cells_of_launch)
    EXPECT_EQ(cells.size(), 2u) << launch;
  EXPECT_EQ(cells_of_launch.size(), 4u);
  EXPECT_TRUE(merged->finished);
  EXPECT_EQ(merged->context.plan, "");
}

TEST(Merge, PartsOfBothStayApart) {
  NamedRun runs[] = {RunNamed("a.db"), RunNamed("b.db")};
  for (NamedRun& named : runs) {
    const int cell = named.run.cells.front().id;
    named.run.rows.stacks = {{cell, "off_cpu", "a", 7, 1, "", "", -1, 0},
                             {cell, "off_cpu", "a", 7, 1, "", "", -1, 3},
                             {cell, "on_cpu", "a", 1, 1, "", "", -1, 0}};
  }
  const auto merged = Merge(runs);
  ASSERT_TRUE(merged.ok()) << merged.status();
  std::vector<int> parts;
  for (const Stack& stack : merged->rows.stacks) parts.push_back(stack.part);
  EXPECT_EQ(parts, (std::vector<int>{0, 3, 0, 4, 7, 0}));
}

TEST(Merge, OtherCellsAreAdded) {
  NamedRun other = RunNamed("b.db");
  other.run.cells[1].cpus = 1;
  other.run.finished = false;
  const NamedRun runs[] = {RunNamed("a.db"), other};
  const auto merged = Merge(runs);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->cells.size(), 3u);
  EXPECT_FALSE(merged->finished);
}

TEST(Merge, OneRunIsItself) {
  const NamedRun runs[] = {RunNamed("a.db")};
  const auto merged = Merge(runs);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->rows.blocks.back().round, 4);
  EXPECT_EQ(merged->rows.counters.size(), runs[0].run.rows.counters.size());
  EXPECT_EQ(merged->rows.wait_links.size(), runs[0].run.rows.wait_links.size());
}

TEST(Merge, ALaunchIsNotTakenTwice) {
  const NamedRun monday = RunNamed("monday.db"),
                 both = {"both.db",
                         *Merge(std::vector{RunNamed("sunday.db"), monday})};
  for (const NamedRun& again : {monday, both}) {
    const auto merged = Merge(std::vector{monday, again});
    EXPECT_TRUE(absl::IsInvalidArgument(merged.status()));
    EXPECT_THAT(std::string(merged.status().message()),
                testing::AllOf(HasSubstr(again.name + ": its launch of"),
                               HasSubstr("is in monday.db as well")));
  }
}

TEST(Merge, RoundsAreNotNumberedBeyondTheLastNumber) {
  NamedRun first = RunNamed("a.db"), second = RunNamed("b.db");
  first.run.rows.blocks.back().round = std::numeric_limits<int>::max() - 9;
  EXPECT_TRUE(Merge(std::vector{first}).ok());
  second.run.rows.blocks.back().round = 9;
  EXPECT_TRUE(absl::IsOutOfRange(Merge(std::vector{first, second}).status()));
}

TEST(Merge, MachinesAreNotMixed) {
  for (auto change :
       {+[](Context& c) { c.host = "x"; }, +[](Context& c) { c.kernel = "x"; },
        +[](Context& c) { c.cpu_model = "x"; },
        +[](Context& c) { c.build = "x"; }, +[](Context& c) { c.cpus = 77; },
        +[](Context& c) { c.bpf = !c.bpf; }}) {
    NamedRun other = RunNamed("b.db");
    change(other.run.context);
    const NamedRun runs[] = {RunNamed("a.db"), other};
    const auto merged = Merge(runs);
    EXPECT_TRUE(absl::IsFailedPrecondition(merged.status()));
    EXPECT_THAT(std::string(merged.status().message()),
                testing::AllOf(HasSubstr("a.db"), HasSubstr("b.db")));
  }
}

}  // namespace
}  // namespace knotestat::record
