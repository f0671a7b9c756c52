// The callouts behind EVFILT_TIMER, which are limited in number: what starts
// and what stops them.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/knote/kernel_machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class CalloutTest : public testing::Test {
 protected:
  int Timer(uint32_t flags, uint32_t fflags, int64_t data, uintptr_t id = 5) {
    return machine.Change({.ident = id,
                           .filter = EVFILT_TIMER,
                           .flags = flags,
                           .fflags = fflags,
                           .data = data});
  }

  uint32_t Callouts() { return machine.k.kq_ncallouts.load(); }

  KernelMachine<S> machine;
};
TYPED_TEST_SUITE(CalloutTest, OneOfEachKind, StrategyName);

TYPED_TEST(CalloutTest, OneATimerUntilItIsDeleted) {
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_USECONDS, 100), 0);
  EXPECT_EQ(this->Callouts(), 1u);
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600), 0);  // starts it afresh
  EXPECT_EQ(this->Callouts(), 1u);
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), 0);
  EXPECT_EQ(this->Callouts(), 0u);
}

TYPED_TEST(CalloutTest, NoneForWhatIsRefused) {
  EXPECT_EQ(this->Timer(EV_ADD, 0x04, 1), -EINVAL);
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 0), -EINVAL);
  EXPECT_EQ(this->Callouts(), 0u);
}

TYPED_TEST(CalloutTest, OneshotFiresOnceAndStopsItsCallout) {
  auto& m = this->machine;
  this->Timer(EV_ADD | EV_ONESHOT, NOTE_USECONDS, 100);
  auto* kn = m.KnoteOf(5);
  auto& lock = kernel<TypeParam>::KqOf(*kn).kq_lock;
  const auto fired = [&] {
    const kmutex_guard guard(lock);
    return kn->kn_kevent.data != 0;
  };
  while (!fired()) HwEnv::Sleep(1'000'000);
  {
    const kmutex_guard guard(lock);
    EXPECT_EQ(kn->kn_hook,
              nullptr);  // nothing pending, though not delivered yet
  }
  HwEnv::Sleep(2'000'000);
  EXPECT_EQ(m.Poll().at(0).data, 1);
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), -ENOENT);
  EXPECT_EQ(this->Callouts(), 0u);
}

TYPED_TEST(CalloutTest, IntervalsAreLimitedToWhatTicksCanCount) {
  auto& m = this->machine;
  for (const uint32_t unit :
       {NOTE_SECONDS, NOTE_MSECONDS, NOTE_USECONDS, NOTE_NSECONDS}) {
    EXPECT_EQ(this->Timer(EV_ADD, unit, INT64_MAX), 0);
    EXPECT_EQ(m.KnoteOf(5)->kn_sdata.load(), kTimerMaxNs);
  }
  EXPECT_TRUE(m.Poll().empty());
}

TYPED_TEST(CalloutTest, ThereIsALimitToTheirNumber) {
  auto& m = this->machine;
  for (uintptr_t id = 1; id < kq_calloutmax; ++id)
    ASSERT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600, id), 0) << id;
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600, kq_calloutmax), -ENOMEM);
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0, 1), 0);
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600, kq_calloutmax), 0);
  m.main->Close(m.kq);
  m.kq = -1;
  EXPECT_EQ(this->Callouts(), 0u);
}

}  // namespace
}  // namespace knote
