// Random system calls of several threads of two processes, under every
// strategy, judged by what they saw: see checker.h.
//
//   KNOTESTAT_SEED=42 build/release/tests/knote_tests
//       --gtest_filter='*RandomHistory*psref*'
//
// runs the plans of seed 42 again.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "tests/knote/history/checker.h"
#include "tests/knote/history/faults.h"
#include "tests/knote/history/random_run.h"
#include "tests/knote/stress.h"

namespace knote::history {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr size_t kSteps = 3'000;
#else
constexpr size_t kSteps = 30'000;
#endif

uint64_t Seed() {
  uint64_t seed = 1;
  if (const char* text = std::getenv("KNOTESTAT_SEED"))
    std::from_chars(text, text + std::strlen(text), seed);
  return seed;
}

std::string ListOf(const std::vector<std::string>& faults) {
  std::string list = "seed " + std::to_string(Seed()) +
                     " (again: KNOTESTAT_SEED=" + std::to_string(Seed()) + ")";
  for (const std::string& fault : faults) list += "\n  " + fault;
  return list;
}

class RandomHistoryTest : public testing::TestWithParam<StrategyEntry> {};

TEST_P(RandomHistoryTest, KeepsWhatKqueuePromises) {
  if (const auto missing = StrategyUnavailable(GetParam().info))
    GTEST_SKIP() << *missing;
  const History history =
      RandomRun(GetParam(), {.seed = Seed(), .steps = kSteps}).Play();
  const auto faults = FaultsOf(history);
  EXPECT_TRUE(faults.empty()) << ListOf(faults);
  // The run was one: threads got events and changes went through.
  for (const ThreadHistory& thread : history.threads)
    EXPECT_FALSE(thread.deliveries.empty());
  EXPECT_FALSE(history.instances.empty());
  if (GetParam().info.safe) {
    EXPECT_GT(history.neutered, 0u);
  }
}

std::vector<StrategyEntry> Judged() {
  std::vector<StrategyEntry> entries;
  for (const StrategyEntry& entry : Strategies()) {
#if defined(__SANITIZE_THREAD__)
    if (entry.info.group == Group::kPeer) continue;  // see stress_test.cc
#endif
    if (!entry.info.hidden) entries.push_back(entry);
  }
  return entries;
}

INSTANTIATE_TEST_SUITE_P(Strategies, RandomHistoryTest,
                         testing::ValuesIn(Judged()), [](const auto& test) {
                           return std::string(test.param.info.name) + "_" +
                                  std::string(test.param.info.scope);
                         });

TEST(RandomHistory, TheSeedDecidesThePlans) {
  const auto actions = [](uint64_t seed, int thread) {
    std::string text;
    for (const Step& step : PlanOf(seed, thread, 100))
      text += std::to_string(static_cast<int>(step.action)) + "/" +
              std::to_string(step.which) + " ";
    return text;
  };
  EXPECT_EQ(actions(1, 0), actions(1, 0));
  EXPECT_NE(actions(1, 0), actions(2, 0));
  EXPECT_NE(actions(1, 0), actions(1, 1));
}

// Systems with a fault: each is found, and called by its name.
struct PlantedFault {
  const char* name = "";
  const char* rule = "";
  std::unique_ptr<netbsd::Thread> (*wrap)(std::unique_ptr<netbsd::Thread>) =
      nullptr;
};

void PrintTo(const PlantedFault& fault, std::ostream* out) {
  *out << fault.name;
}

class PlantedFaultTest : public testing::TestWithParam<PlantedFault> {
 protected:
  // The faults that the checker finds in one run.
  static std::vector<std::string> FaultsWith(uint64_t seed) {
    return FaultsOf(
        RandomRun(*FindStrategy("epoch"),
                  {.seed = seed, .steps = kSteps, .wrap = GetParam().wrap})
            .Play());
  }
  static bool Named(const std::vector<std::string>& faults) {
    return std::any_of(faults.begin(), faults.end(),
                       [](const std::string& fault) {
                         return fault.starts_with(GetParam().rule);
                       });
  }
};

// A run in which the fault does no harm, as where threads hardly overlap, has
// nothing to show: some run has.
TEST_P(PlantedFaultTest, IsFound) {
  constexpr uint64_t kRuns = 20;
  for (uint64_t seed = Seed(); seed < Seed() + kRuns; ++seed)
    if (Named(FaultsWith(seed))) return;
  ADD_FAILURE() << "no run with " << GetParam().name << " broke the rule "
                << GetParam().rule;
}

INSTANTIATE_TEST_SUITE_P(
    Systems, PlantedFaultTest,
    testing::Values(
        PlantedFault{"DropsEvents", "lost: ", Faulty<DropsEvents>},
        PlantedFault{"RepeatsEvents", "twice: ", Faulty<RepeatsEvents>},
        PlantedFault{"ForgetsDelete", "gone: ", Faulty<ForgetsDelete>},
        PlantedFault{"ForgetsDisable", "disabled: ", Faulty<ForgetsDisable>},
        PlantedFault{"ForgetsChanges", "lost: ", Faulty<ForgetsChanges>},
        PlantedFault{"ForgetsClose", "leak: ", Faulty<ForgetsClose>}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace knote::history
