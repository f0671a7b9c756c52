// A hundred thousand knotes neutered by a grace-period mechanism wait once,
// not each: counted, not timed.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "knote/dispatch.h"
#include "knote/world.h"
#include "tests/knote/counting_env.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

// The control: one klist_fini() for each knote of the list.
template <class S>
struct WaitsPerKnote : S {
  using S::S;
  template <class Fini>
  void Invalidate(klist<CountingEnv>& list, Fini& fini) {
    while (knote<CountingEnv>* kn = list.slh_first) {
      klist<CountingEnv> one;
      klist_init(&one, list.kl_lock);
      list.slh_first = kn->kn_selnext;
      kn->kn_selnext = nullptr;
      one.slh_first = kn;
      S::Invalidate(one, fini);
    }
  }
};

// klist_fini() of a klist with `count` knotes, each of which has been used.
template <class S>
Steps StepsOfFini(size_t count) {
  using Kernel = kernel<S>;
  static constexpr filterops<CountingEnv> kDriver{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_event = [](knote<CountingEnv>*, long) { return 0; }};
  Kernel k(CountingEnv::CpuLimit());
  typename Kernel::proc process(k);
  typename Kernel::lwp lwp(process);
  kmutex<CountingEnv> object_lock;
  selinfo<CountingEnv> sel;
  klist_init(&sel.sel_klist, &object_lock);
  std::vector<std::unique_ptr<typename Kernel::knote_impl>> knotes;
  for (size_t i = 0; i < count; ++i) {
    auto& kn =
        *knotes.emplace_back(std::make_unique<typename Kernel::knote_impl>());
    kn.kn_fop.store(&kDriver, std::memory_order_relaxed);
    kmutex_guard guard(object_lock);
    selrecord_knote(&sel, &kn);
  }
  {
    const lwp_onproc<S> onproc(lwp);
    for (auto& kn : knotes) filter_event(k, lwp, *kn, 0);
  }
  steps = {};
  const FiniPhases phases = klist_fini(k, &sel.sel_klist);
  const Steps taken = steps;
  EXPECT_EQ(phases.knotes, count);
  for (auto& kn : knotes) k.filterops_sync.Retire(kn->ki_sync);
  return taken;
}

// What is done for `knotes` of them: Neuter() loads kn_fop and stores it.
template <class S>
int64_t AtomicsOf(int64_t knotes) {
  return 2 * knotes;
}
// Also loads each one's pointer to its count and takes it out, under a lock
// that is taken and let go of.
template <>
int64_t AtomicsOf<PserializeRefcount<CountingEnv>>(int64_t knotes) {
  constexpr int64_t kAtATime = PserializeRefcount<CountingEnv>::kKnotesAtATime;
  return 4 * knotes + 2 * ((knotes + kAtATime - 1) / kAtATime);
}

// True if nothing but that was done for `count` knotes more than for one.
template <class S>
bool WaitsOnce(const Steps& one, const Steps& all, size_t count) {
  const auto knotes = static_cast<int64_t>(count);
  return all.fences == one.fences &&
         all.atomics - one.atomics == AtomicsOf<S>(knotes) - AtomicsOf<S>(1);
}

template <class S>
class GracePeriod : public testing::Test {};
TYPED_TEST_SUITE(GracePeriod, StrategiesOf<CountingEnv>, StrategyName);

TYPED_TEST(GracePeriod, IsOneForAllKnotesOfTheKlist) {
  if constexpr (TypeParam::kInfo.grace_period) {
    if (auto missing = StrategyUnavailable(TypeParam::kInfo))
      GTEST_SKIP() << *missing;
    constexpr size_t kKnotes = 100'000, kFew = 100;
    const Steps one = StepsOfFini<TypeParam>(1);
    const Steps all = StepsOfFini<TypeParam>(kKnotes);
    EXPECT_TRUE(WaitsOnce<TypeParam>(one, all, kKnotes))
        << all.fences << " fences and " << all.atomics << " accesses against "
        << one.fences << " and " << one.atomics << " for one knote";
    const Steps each = StepsOfFini<WaitsPerKnote<TypeParam>>(kFew);
    EXPECT_FALSE(WaitsOnce<TypeParam>(one, each, kFew)) << "the control passes";
  } else {
    GTEST_SKIP() << "its readers do not go on while klist_fini() waits";
  }
}

// Those that say so are those whose writer lets readers run.
TEST(GracePeriods, AreNotPromisedByLocks) {
  for (const StrategyEntry& entry : Strategies()) {
    if (entry.info.group != Group::kOwn || entry.info.hidden) continue;
    EXPECT_EQ(entry.info.grace_period, entry.info.enter_under_spin_lock)
        << StrategyTitle(entry.info);
  }
}

}  // namespace
}  // namespace knote
