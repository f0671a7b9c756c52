// Chains of waits from the rows of a run.
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/wait_chains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace knotestat::dashboards {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

record::Run ThreeChains() {
  record::Run run;
  const std::string one = "klist_fini;Wait\tfutex\tread;Leave";
  const std::string two = one + "\nread;Lock\tfutex big_lock\thold;Unlock";
  run.rows.wait_links = {{1, one, 0, 9, 50, 20},
                         {1, two, 0, 2, 700, 400},
                         {1, two, 1, 2, 600, 350},
                         {2, one, 0, 1, 300, 300}};
  return run;
}

TEST(WaitChains, TheLongestInAllComesFirst) {
  const auto chains = WaitChains(ThreeChains());
  ASSERT_TRUE(chains.ok()) << chains.status();
  ASSERT_EQ(chains->size(), 3u);
  std::vector<uint64_t> totals;
  for (const WaitChain& chain : *chains) totals.push_back(chain.total_ns());
  EXPECT_THAT(totals, ElementsAre(700, 300, 50));
  const WaitChain& longest = chains->front();
  EXPECT_EQ(longest.cell, 1);
  EXPECT_EQ(longest.count, 2u);
  ASSERT_EQ(longest.waits.size(), 2u);
  EXPECT_THAT(longest.waits[0].waits, ElementsAre("klist_fini", "Wait"));
  EXPECT_THAT(longest.waits[0].wakes, ElementsAre("read", "Leave"));
  EXPECT_EQ(longest.waits[1].lock, "futex big_lock");
  EXPECT_THAT(longest.waits[1].wakes, ElementsAre("hold", "Unlock"));
  EXPECT_EQ(longest.waits[1].total_ns, 600u);
  EXPECT_EQ(longest.waits[1].max_ns, 350u);
}

TEST(WaitChains, RowsOfTheSameChainAddUp) {
  record::Run run;
  const std::string chain = "klist_fini;Wait\tfutex\tread;Leave";
  run.rows.wait_links = {{1, chain, 0, 2, 50, 20}, {1, chain, 0, 3, 60, 15}};
  const auto chains = WaitChains(run);
  ASSERT_TRUE(chains.ok()) << chains.status();
  ASSERT_EQ(chains->size(), 1u);
  EXPECT_EQ(chains->at(0).count, 5u);
  EXPECT_EQ(chains->at(0).total_ns(), 110u);
  EXPECT_EQ(chains->at(0).waits[0].max_ns, 20u);
}

TEST(WaitChains, ATimerIsNoThread) {
  record::Run run;
  run.rows.wait_links = {{1, "klist_fini;Nap\t\t", 0, 1, 5, 5}};
  const auto chains = WaitChains(run);
  ASSERT_TRUE(chains.ok()) << chains.status();
  EXPECT_THAT(chains->at(0).waits[0].wakes, IsEmpty());
  EXPECT_EQ(chains->at(0).waits[0].lock, "");
}

TEST(WaitChains, RowsThatDoNotFitAreDamage) {
  for (const record::WaitLink& wrong :
       {record::WaitLink{1, "a\tfutex\tb", 1, 1, 5, 5},   // has one wait
        record::WaitLink{1, "a\tfutex\tb", -1, 1, 5, 5},  // no such wait
        record::WaitLink{1, "a futex b", 0, 1, 5, 5}}) {  // no chain
    record::Run run = ThreeChains();
    run.rows.wait_links.push_back(wrong);
    const auto chains = WaitChains(run);
    EXPECT_TRUE(absl::IsDataLoss(chains.status()));
    EXPECT_THAT(std::string(chains.status().message()),
                HasSubstr("wait_links is damaged"));
  }
}

}  // namespace
}  // namespace knotestat::dashboards
