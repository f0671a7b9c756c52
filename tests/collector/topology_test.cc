// Which CPUs a cell takes, on machines that hwloc makes up and on this one.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/topology.h"

#include <gmock/gmock.h>
#include <sched.h>

#include <cstdlib>
#include <numeric>
#include <thread>

namespace knotestat::collector {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

std::vector<int> OrderOf(const char* machine) {
  setenv("HWLOC_SYNTHETIC", machine, 1);
  const auto order = CpuOrder();
  unsetenv("HWLOC_SYNTHETIC");
  EXPECT_TRUE(order.ok()) << order.status();
  return order.value_or(std::vector<int>());
}

// CPUs that the calling thread may use.
std::vector<int> Allowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

TEST(CpuOrder, TakesSecondSmtThreadsAfterAllCores) {
  const auto order = OrderOf("pack:2 l3:4 core:8 pu:2");
  ASSERT_EQ(order.size(), 128u);
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(order[static_cast<size_t>(i)], 2 * i);
    EXPECT_EQ(order[static_cast<size_t>(64 + i)], 2 * i + 1);
  }
}

TEST(CpuOrder, KeepsSharersOfACacheTogether) {
  // CPUs numbered round robin over the packages, as many firmwares do: the
  // first package's cores come first all the same.
  const auto order = OrderOf("pack:2 core:4 pu:1(indexes=0,2,4,6,1,3,5,7)");
  EXPECT_THAT(order, ElementsAre(0, 2, 4, 6, 1, 3, 5, 7));
}

TEST(CpuOrder, NeedsNoCores) {
  EXPECT_THAT(OrderOf("pu:3"), ElementsAre(0, 1, 2));
}

std::vector<int> NamedOrderOf(const char* order, const char* machine) {
  setenv("HWLOC_SYNTHETIC", machine, 1);
  EXPECT_FALSE(TopologyIsReal());
  const auto cpus = CpuOrder(order);
  unsetenv("HWLOC_SYNTHETIC");
  EXPECT_TRUE(cpus.ok()) << cpus.status();
  return cpus.value_or(std::vector<int>());
}

TEST(CpuOrder, ScatterLetsPackagesAndCachesTakeTurns) {
  EXPECT_THAT(
      NamedOrderOf("scatter", "pack:2 l3:2 core:2 pu:2"),
      ElementsAre(0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15));
}

TEST(CpuOrder, L3TakesOneCpuOfEach) {
  EXPECT_THAT(NamedOrderOf("l3", "pack:2 l3:2 core:2 pu:2"),
              ElementsAre(0, 4, 8, 12));
  // No L3 in sight: the machine counts as one.
  EXPECT_THAT(NamedOrderOf("l3", "core:4 pu:2"), ElementsAre(0));
}

TEST(CpuOrder, SiblingsStayTogether) {
  EXPECT_THAT(NamedOrderOf("siblings", "pack:2 core:2 pu:2"),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(CpuOrder, UnknownNamesAreRefused) {
  const auto order = CpuOrder("sideways");
  EXPECT_TRUE(absl::IsInvalidArgument(order.status()));
  EXPECT_THAT(std::string(order.status().message()),
              HasSubstr("Known: compact, scatter, l3, siblings"));
  EXPECT_TRUE(TopologyIsReal());
}

TEST(CpuOrder, OfThisMachineIsWhatWeMayUse) {
  const auto order = CpuOrder();
  ASSERT_TRUE(order.ok()) << order.status();
  EXPECT_THAT(*order, UnorderedElementsAreArray(Allowed()));
}

TEST(CpuOrder, HeedsTaskset) {
  std::thread([] {
    const std::vector<int> allowed = Allowed();
    ASSERT_TRUE(BindThread({allowed.back()}).ok());
    const auto order = CpuOrder();
    ASSERT_TRUE(order.ok()) << order.status();
    EXPECT_THAT(*order, ElementsAre(allowed.back()));
  }).join();
}

TEST(ParseCpuCounts, TakesLists) {
  EXPECT_THAT(*ParseCpuCounts("1,2,4", 8, false), ElementsAre(1, 2, 4));
  EXPECT_THAT(*ParseCpuCounts("8", 8, false), ElementsAre(8));
  EXPECT_THAT(*ParseCpuCounts("4,1,4,2", 8, false), ElementsAre(1, 2, 4));
}

TEST(ParseCpuCounts, AllIsPowersOfTwoAndEverything) {
  EXPECT_THAT(*ParseCpuCounts("all", 1, false), ElementsAre(1));
  EXPECT_THAT(*ParseCpuCounts("all", 2, false), ElementsAre(1, 2));
  EXPECT_THAT(*ParseCpuCounts("all", 12, false), ElementsAre(1, 2, 4, 8, 12));
  EXPECT_THAT(*ParseCpuCounts("all", 128, false),
              ElementsAre(1, 2, 4, 8, 16, 32, 64, 128));
}

TEST(ParseCpuCounts, RefusesMoreThanThereAreUnlessAskedFor) {
  const auto refused = ParseCpuCounts("1,16", 8, false);
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
  EXPECT_THAT(
      std::string(refused.status().message()),
      AllOf(HasSubstr("16"), HasSubstr("8"), HasSubstr("--oversubscribe")));
  EXPECT_THAT(*ParseCpuCounts("1,16", 8, true), ElementsAre(1, 16));
}

TEST(ParseCpuCounts, NamesWhatIsNoCount) {
  for (const char* text : {"", "0", "-1", "1,,2", "two", "1.5", "1,x", "All",
                           "99999999999", "1;2"}) {
    for (const bool oversubscribe : {false, true}) {
      const auto counts = ParseCpuCounts(text, 8, oversubscribe);
      EXPECT_TRUE(absl::IsInvalidArgument(counts.status())) << text;
      EXPECT_THAT(std::string(counts.status().message()), HasSubstr("--cpus"));
    }
  }
}

TEST(CpusOf, TakesTheFirstOnes) {
  EXPECT_THAT(CpusOf({0, 2, 1, 3}, 2), ElementsAre(0, 2));
  EXPECT_THAT(CpusOf({0, 2}, 5), ElementsAre(0, 2));
  EXPECT_EQ(CpuListName({0, 2, 1}), "0,2,1");
}

TEST(BindThread, NamesCpusThatAreNotThere) {
  std::thread([] {
    const std::vector<int> before = Allowed();
    const absl::Status status = BindThread({1000});
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("1000"));
    EXPECT_EQ(Allowed(), before);
  }).join();
}

}  // namespace
}  // namespace knotestat::collector
