// A writer's wait for other writers is told, as one for readers is.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "knote/strategies/brlock/brlock.h"
#include "knote/strategies/rms/rms.h"
#include "knote/strategies/srcu_light/srcu_light.h"
#include "knote/world.h"

namespace knote {
namespace {

constexpr uint64_t kHoldNs = 20'000'000;
constexpr auto kHold = std::chrono::nanoseconds(kHoldNs);

// What the second writer says that it waited for the first.
template <class Lock>
uint64_t WaitForTheFirst() {
  Lock lock(HwEnv::CpuLimit());
  EXPECT_EQ(lock.EnterWriter(), 0u);
  std::atomic<bool> comes{false};
  uint64_t waited = 0;
  std::thread second([&] {
    comes = true;
    waited = lock.EnterWriter();
    lock.LeaveWriter();
  });
  while (!comes) std::this_thread::yield();
  std::this_thread::sleep_for(kHold);
  lock.LeaveWriter();
  second.join();
  return waited;
}

template <class Banks>
void ExpectBothDrainsWait() {
  Banks banks(HwEnv::CpuLimit());
  typename Banks::Thread reader;
  auto* const bank = banks.Enter(reader);
  std::atomic<int> drained{0};
  const auto drain = [&] {
    EXPECT_GT(banks.Drain(), kHoldNs / 2);
    ++drained;
  };
  std::thread first(drain), second(drain);
  std::this_thread::sleep_for(2 * kHold);
  EXPECT_EQ(drained, 0);
  banks.Leave(reader, bank);
  first.join();
  second.join();
}

TEST(WriterWait, IsToldByLocks) {
  ASSERT_EQ(HwEnv::HeavyFenceMissing(), std::nullopt);
  if (HwEnv::PercpuMissing() || HwEnv::RestartFenceMissing()) GTEST_SKIP();
  EXPECT_GT(WaitForTheFirst<PercpuFilteropsRwlock<HwEnv>>(), kHoldNs / 2);
  EXPECT_GT(
      (WaitForTheFirst<PercpuFilteropsRwlock<HwEnv, AtomicEntry<HwEnv>>>()),
      kHoldNs / 2);
  EXPECT_GT(WaitForTheFirst<ReadMostlySleepableLock<HwEnv>>(), kHoldNs / 2);
}

TEST(WriterWait, IsToldByCounters) {
  ASSERT_EQ(HwEnv::HeavyFenceMissing(), std::nullopt);
  if (HwEnv::PercpuMissing()) GTEST_SKIP();
  ExpectBothDrainsWait<SrcuBanks<HwEnv, ClassicFences<HwEnv>>>();
  ExpectBothDrainsWait<SrcuBanks<HwEnv, LightFences<HwEnv>>>();
}

}  // namespace
}  // namespace knote
