// The rules of EVFILT_TIMER.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KeventTimerTest : public testing::Test {
 protected:
  int Timer(uint32_t flags, uint32_t fflags, int64_t data, uintptr_t id = 5) {
    return machine.Change(machine.main, {.ident = id,
                                         .filter = EVFILT_TIMER,
                                         .flags = flags,
                                         .fflags = fflags,
                                         .data = data});
  }

  // The next event; one with filter 77 if none comes in 20 s.
  kevent Next() {
    kevent event{.filter = 77};
    kevent1<S>(machine.main, machine.kq, {}, {&event, 1},
               HwEnv::Now() + 20'000'000'000);
    return event;
  }

  uint32_t Callouts() { return machine.k.kq_ncallouts.load(); }

  Machine<S> machine;
};
TYPED_TEST_SUITE(KeventTimerTest, ConformanceStrategies, StrategyName);

TYPED_TEST(KeventTimerTest, RelativeTimersRepeatAndAreCleared) {
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_USECONDS, 500), 0);
  for (int i = 0; i < 3; ++i) {
    const kevent event = this->Next();
    EXPECT_EQ(event.ident, 5u);
    EXPECT_GE(event.data, 1);
    EXPECT_EQ(event.flags, EV_ADD | EV_CLEAR);
  }
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), 0);
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), -ENOENT);
  EXPECT_EQ(this->Callouts(), 0u);
}

TYPED_TEST(KeventTimerTest, MissedExpirationsAreCounted) {
  this->Timer(EV_ADD, NOTE_USECONDS, 100);
  int64_t overruns = 0;
  while (overruns < 2) {
    HwEnv::Sleep(1'000'000);
    overruns = this->Next().data;
  }
  EXPECT_GE(overruns, 2);
}

TYPED_TEST(KeventTimerTest, OneshotFiresOnceAndStopsItsCallout) {
  auto& m = this->machine;
  this->Timer(EV_ADD | EV_ONESHOT, NOTE_USECONDS, 100);
  auto* kn = m.process.p_fd.HashList(5);
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
  EXPECT_EQ(this->Next().data, 1);
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), -ENOENT);
  EXPECT_EQ(this->Callouts(), 0u);
}

TYPED_TEST(KeventTimerTest, UnknownNotesAndNoIntervalAreRefused) {
  EXPECT_EQ(this->Timer(EV_ADD, 0x04, 1), -EINVAL);
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_USECONDS | 0x20, 1), -EINVAL);
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 0), -EINVAL);
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), -ENOENT);  // nothing was made
  EXPECT_EQ(this->Callouts(), 0u);
}

TYPED_TEST(KeventTimerTest, NegativeIntervalsAreAccepted) {
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_MSECONDS, -3), 0);
  EXPECT_EQ(this->Next().ident, 5u);
}

TYPED_TEST(KeventTimerTest, IntervalsAreLimitedToWhatTicksCanCount) {
  auto& m = this->machine;
  for (const uint32_t unit :
       {NOTE_SECONDS, NOTE_MSECONDS, NOTE_USECONDS, NOTE_NSECONDS}) {
    EXPECT_EQ(this->Timer(EV_ADD, unit, INT64_MAX), 0);
    EXPECT_EQ(m.process.p_fd.HashList(5)->kn_sdata.load(), kTimerMaxNs);
  }
  EXPECT_TRUE(m.Poll().empty());
}

TYPED_TEST(KeventTimerTest, AnAbsoluteTimeInThePastFiresAtOnceAndStays) {
  auto& m = this->machine;
  this->Timer(EV_ADD, NOTE_ABSTIME | NOTE_SECONDS, 1);
  for (int i = 0; i < 2; ++i) {
    const auto events = m.Poll();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].data, 1);
    EXPECT_EQ(events[0].flags, EV_ADD);  // no EV_CLEAR unless asked for
  }
}

TYPED_TEST(KeventTimerTest, AnAbsoluteTimeToComeFiresOnce) {
  this->Timer(EV_ADD | EV_CLEAR, NOTE_ABSTIME | NOTE_NSECONDS,
              nanotime() + 3'000'000);
  EXPECT_EQ(this->Next().data, 1);
  HwEnv::Sleep(5'000'000);
  EXPECT_TRUE(this->machine.Poll().empty());
}

TYPED_TEST(KeventTimerTest, AddingAgainRestartsAndForgetsExpirations) {
  auto& m = this->machine;
  this->Timer(EV_ADD, NOTE_USECONDS, 100);
  while (m.Poll().empty()) HwEnv::Sleep(100'000);
  HwEnv::Sleep(1'000'000);  // more are queued by now
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_USECONDS, 1), 0);
  EXPECT_EQ(this->Next().ident, 5u);
  EXPECT_EQ(this->Callouts(), 1u);
}

TYPED_TEST(KeventTimerTest, AddingAgainReplacesTheFlags) {
  auto& m = this->machine;
  this->Timer(EV_ADD | EV_RECEIPT, NOTE_SECONDS, 3600);
  this->Timer(EV_ADD, NOTE_USECONDS, 1);
  EXPECT_EQ(this->Next().flags, EV_ADD | EV_CLEAR);  // no EV_RECEIPT
  this->Timer(EV_ADD | EV_ONESHOT, NOTE_USECONDS, 1);
  this->Next();
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), -ENOENT);
}

TYPED_TEST(KeventTimerTest, ABadChangeStopsTheTimer) {
  auto& m = this->machine;
  this->Timer(EV_ADD, NOTE_USECONDS, 100);
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 0), -EINVAL);
  EXPECT_TRUE(m.Poll().empty());
  HwEnv::Sleep(1'000'000);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0), 0);  // it is there, though
}

TYPED_TEST(KeventTimerTest, EnablingDoesNotRestart) {
  this->Timer(EV_ADD, NOTE_USECONDS, 500);
  this->Timer(EV_ENABLE, NOTE_SECONDS, 3600);  // the interval is ignored
  EXPECT_EQ(this->Next().ident, 5u);
}

TYPED_TEST(KeventTimerTest, ClearMasksDispatch) {
  this->Timer(EV_ADD | EV_DISPATCH, NOTE_USECONDS, 100);
  EXPECT_EQ(this->Next().ident, 5u);
  EXPECT_EQ(this->Next().ident, 5u);
}

TYPED_TEST(KeventTimerTest, ThereIsALimitToTheirNumber) {
  auto& m = this->machine;
  for (uintptr_t id = 1; id < kq_calloutmax; ++id)
    ASSERT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600, id), 0) << id;
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600, kq_calloutmax), -ENOMEM);
  EXPECT_EQ(this->Timer(EV_DELETE, 0, 0, 1), 0);
  EXPECT_EQ(this->Timer(EV_ADD, NOTE_SECONDS, 3600, kq_calloutmax), 0);
  close<TypeParam>(m.main, m.kq);
  m.kq = -1;
  EXPECT_EQ(this->Callouts(), 0u);
}

}  // namespace
}  // namespace knote
