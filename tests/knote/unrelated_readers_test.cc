// A klist_fini() that sleeps for a reader costs the readers of other klists
// nothing: none of them wakes it. Counted, not timed.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "knote/dispatch.h"
#include "knote/world.h"
#include "tests/knote/counting_env.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

// A device with one knote.
template <class S>
struct Device {
  using Knote = typename kernel<S>::knote_impl;

  explicit Device(kernel<S>& k) : kernel_(k) {
    klist_init(&list, &lock);
    kn->kn_fop.store(&kDriver, std::memory_order_relaxed);
    kmutex_guard guard(lock);
    klist_insert<CountingEnv>(&list, kn.get());
  }
  ~Device() { kernel_.filterops_sync.Retire(kn->ki_sync); }

  static constexpr filterops<CountingEnv> kDriver{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_event = [](knote<CountingEnv>*, long) { return 0; }};

  kernel<S>& kernel_;
  kmutex<CountingEnv> lock;
  klist<CountingEnv> list;
  const std::unique_ptr<Knote> kn = std::make_unique<Knote>();
};

// Wake-ups by a thread that enters sections of one device, as often as `times`,
// while klist_fini() of another one sleeps for its reader.
template <class S>
int64_t WakesBesideASleepingFini(int times) {
  kernel<S> k(CountingEnv::CpuLimit());
  typename kernel<S>::proc process(k);
  typename kernel<S>::lwp lwp(process);
  Device<S> busy(k), other(k);
  std::atomic<bool> inside{false}, leave{false};
  std::thread reader([&] {
    typename kernel<S>::lwp own(process);
    const lwp_onproc<S> onproc(own);
    const typename S::Section section(k.filterops_sync, own.l_sync, *busy.kn,
                                      busy.kn->ki_sync);
    inside.store(true);
    while (!leave.load()) HwEnv::Yield();
  });
  while (!inside.load()) HwEnv::Yield();
  const int64_t before = sleeps.load();
  std::thread writer([&] { klist_fini(k, &busy.list); });
  while (sleeps.load() == before) HwEnv::Yield();
  steps = {};
  {
    const lwp_onproc<S> onproc(lwp);
    for (int i = 0; i < times; ++i) filter_event(k, lwp, *other.kn, 0);
  }
  const int64_t wakes = steps.wakes;
  leave.store(true);
  reader.join();
  writer.join();
  return wakes;
}

template <class S>
class UnrelatedReaders : public testing::Test {};
TYPED_TEST_SUITE(UnrelatedReaders, StrategiesOf<CountingEnv>, StrategyName);

TYPED_TEST(UnrelatedReaders, DoNotWakeAKlistFiniThatSleeps) {
  if constexpr (TypeParam::kInfo.grace_period) {
    if (auto missing = StrategyUnavailable(TypeParam::kInfo))
      GTEST_SKIP() << *missing;
    EXPECT_EQ(WakesBesideASleepingFini<TypeParam>(1'000), 0);
  } else {
    GTEST_SKIP() << "its readers do not go on while klist_fini() waits";
  }
}

}  // namespace
}  // namespace knote
