// What is seen of a CPU that is away.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/interruptions.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "collector/topology.h"

namespace knotestat::collector {
namespace {

// A clock for each CPU that advances by 100 ns a reading, and by a jump where
// the CPU was away.
class PlantedClocks {
 public:
  explicit PlantedClocks(std::map<uint64_t, uint64_t> jumps)
      : jumps_(std::move(jumps)) {}
  uint64_t Read(int cpu) {
    const std::lock_guard lock(mutex_);
    Clock& clock = clocks_[cpu];
    const auto jump = jumps_.find(clock.readings++);
    return clock.now += jump == jumps_.end() ? 100 : jump->second;
  }

 private:
  struct Clock {
    uint64_t readings = 0, now = 1'000'000;
  };
  const std::map<uint64_t, uint64_t> jumps_;  // at which reading, ticks
  std::mutex mutex_;
  std::map<int, Clock> clocks_;
};

class InterruptionsTest : public testing::Test {
 protected:
  const std::vector<int> cpus_ = *CpuOrder();
  const Timer timer_{.ns_per_tick = 0.5};
};

TEST_F(InterruptionsTest, ThoseThatArePlantedAreFoundOnEachCpu) {
  PlantedClocks clocks({{5, 44'000}, {900, 3'000}, {1000, 44'010}});
  const auto seen = WatchForInterruptions(
      cpus_, timer_, [&](int cpu) { return clocks.Read(cpu); });
  ASSERT_TRUE(seen.has_value());
  const auto cpus = static_cast<double>(cpus_.size());
  EXPECT_NEAR(seen->watched_ns, 100e6 * cpus, 100 * cpus);
  ASSERT_EQ(seen->lengths.size(), 2u);
  EXPECT_EQ(seen->lengths[0].ns, 1'500);
  EXPECT_EQ(seen->lengths[0].count, cpus_.size());
  EXPECT_EQ(seen->lengths[1].ns, 22'000);
  EXPECT_EQ(seen->lengths[1].count, 2 * cpus_.size());
}

TEST_F(InterruptionsTest, ACpuThatIsThereHasNone) {
  PlantedClocks clocks(
      std::map<uint64_t, uint64_t>{{900, 2'000}});  // 1 us is not over 1 us
  const auto seen = WatchForInterruptions(
      cpus_, timer_, [&](int cpu) { return clocks.Read(cpu); });
  ASSERT_TRUE(seen.has_value());
  EXPECT_TRUE(seen->lengths.empty());
}

TEST_F(InterruptionsTest, OfThisMachineAreWatched) {
  const auto seen = WatchForInterruptions(cpus_, CalibrateTimer());
  ASSERT_TRUE(seen.has_value());
  EXPECT_GE(seen->watched_ns, 99e6 * static_cast<double>(cpus_.size()));
  double last = 0;
  for (const record::Interruption& row : seen->lengths) {
    EXPECT_GT(row.ns, last);
    EXPECT_GT(row.count, 0u);
    last = row.ns;
  }
}

TEST_F(InterruptionsTest, NeedCpusThatCanBeUsed) {
  EXPECT_FALSE(WatchForInterruptions({cpus_[0], 1023}, CalibrateTimer()));
}

}  // namespace
}  // namespace knotestat::collector
