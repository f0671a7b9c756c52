// Readers, registrations and detaches at once, in every world, with the oracle
// as judge. Under ThreadSanitizer and AddressSanitizer this is the check of
// the ordering arguments that stress can give.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/knote/stress.h"

#include <gtest/gtest.h>

#include "tests/knote/strategies.h"

namespace knote {
namespace {

class StressTest : public testing::TestWithParam<StrategyEntry> {};

TEST_P(StressTest, NoDriverCodeAfterKlistFini) {
  const StrategyEntry& strategy = GetParam();
  if (auto missing = StrategyUnavailable(strategy.info))
    GTEST_SKIP() << *missing;
  for (const Mix& mix : {Mix{0, 1, 0}, Mix{1, 0, 0}, Mix{2, 2, 1}}) {
    Load load;
    load.processes = 2;
    load.threads = 2;
    load.devices = 4;
    load.knotes_per_device = 4;
    load.mix = mix;
    load.free_softcs = strategy.info.safe;
    const StressResult result = Stress(strategy, load);
    EXPECT_GT(result.detaches, 0);
    if (strategy.info.safe) {
      EXPECT_EQ(result.violations, 0u);
    }
  }
}

std::vector<StrategyEntry> UnderTest() {
  std::vector<StrategyEntry> entries;
  for (const StrategyEntry& entry : Strategies()) {
#if defined(__SANITIZE_THREAD__)
    // Not built with ThreadSanitizer, so their orderings cannot be seen; and
    // what `none` does is a data race by design.
    if (entry.info.group != Group::kOwn) continue;
#endif
    if (entry.info.hidden) continue;  // see busted_test.cc
    entries.push_back(entry);
  }
  return entries;
}

INSTANTIATE_TEST_SUITE_P(Strategies, StressTest, testing::ValuesIn(UnderTest()),
                         [](const auto& test) {
                           return std::string(test.param.info.name) + "_" +
                                  std::string(test.param.info.scope);
                         });

// The list of types in strategies.h is not behind the registry.
template <class... S>
std::vector<std::string> Titles(testing::Types<S...>) {
  return {StrategyTitle(S::kInfo)...};
}

TEST(Strategies, AreAllInTheTypedSuites) {
  std::vector<std::string> typed = Titles(AllStrategies());
  std::vector<std::string> registered;
  for (const StrategyEntry& entry : Strategies()) {
    if (entry.info.group != Group::kPeer && !entry.info.hidden)
      registered.push_back(StrategyTitle(entry.info));
  }
  std::sort(typed.begin(), typed.end());
  std::sort(registered.begin(), registered.end());
  EXPECT_EQ(typed, registered);
}

TEST(Strategies, KnowWhatTheyPromise) {
  EXPECT_GE(Strategies().size(), 6u);
  for (const StrategyEntry& entry : Strategies()) {
    EXPECT_FALSE(entry.info.summary.empty());
    EXPECT_FALSE(entry.info.writer_waits_for.empty());
    EXPECT_EQ(FindStrategy(entry.info.name)->info.name, entry.info.name);
    EXPECT_EQ(FindStrategy(StrategyTitle(entry.info)), &entry);
  }
  EXPECT_EQ(FindStrategy("rwlock")->info.scope, "global");
  EXPECT_EQ(FindStrategy("rwlock:knote")->info.scope, "knote");
  EXPECT_EQ(StrategyTitle(FindStrategy("rwlock:global")->info), "rwlock");
  EXPECT_EQ(StrategyTitle(FindStrategy("rwlock:klist")->info), "rwlock:klist");
  EXPECT_EQ(FindStrategy("epoch:knote"), nullptr);
  EXPECT_EQ(FindStrategy("nonesuch"), nullptr);
  Load mixed;
  mixed.mix = {1, 1, 0};
  EXPECT_TRUE(SubmitNeedsContract(FindStrategy("rwlock")->info, mixed));
  EXPECT_FALSE(SubmitNeedsContract(FindStrategy("epoch")->info, mixed));
}

}  // namespace
}  // namespace knote
