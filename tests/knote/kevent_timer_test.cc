// The rules of EVFILT_TIMER.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/filters/timer.h"
#include "tests/knote/machine.h"

namespace knote {
namespace {

class KeventTimerTest : public MachineTest {
 protected:
  int Timer(uint32_t flags, uint32_t fflags, int64_t data, uintptr_t id = 5) {
    return machine->Change({.ident = id,
                            .filter = EVFILT_TIMER,
                            .flags = flags,
                            .fflags = fflags,
                            .data = data});
  }

  // The next event; one with filter 77 if none comes in 20 s.
  kevent Next() {
    kevent event{.filter = 77};
    constexpr timespec kLong{.tv_sec = 20, .tv_nsec = 0};
    machine->main->Kevent(machine->kq, nullptr, 0, &event, 1, &kLong);
    return event;
  }
};
INSTANTIATE_TEST_SUITE_P(Strategies, KeventTimerTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(KeventTimerTest, RelativeTimersRepeatAndAreCleared) {
  EXPECT_EQ(Timer(EV_ADD, NOTE_USECONDS, 500), 0);
  for (int i = 0; i < 3; ++i) {
    const kevent event = Next();
    EXPECT_EQ(event.ident, 5u);
    EXPECT_GE(event.data, 1);
    EXPECT_EQ(event.flags, EV_ADD | EV_CLEAR);
  }
  EXPECT_EQ(Timer(EV_DELETE, 0, 0), 0);
  EXPECT_EQ(Timer(EV_DELETE, 0, 0), -ENOENT);
}

TEST_P(KeventTimerTest, MissedExpirationsAreCounted) {
  Timer(EV_ADD, NOTE_USECONDS, 100);
  int64_t overruns = 0;
  while (overruns < 2) {
    HwEnv::Sleep(1'000'000);
    overruns = Next().data;
  }
  EXPECT_GE(overruns, 2);
}

TEST_P(KeventTimerTest, UnknownNotesAndNoIntervalAreRefused) {
  EXPECT_EQ(Timer(EV_ADD, 0x04, 1), -EINVAL);
  EXPECT_EQ(Timer(EV_ADD, NOTE_USECONDS | 0x20, 1), -EINVAL);
  EXPECT_EQ(Timer(EV_ADD, NOTE_SECONDS, 0), -EINVAL);
  EXPECT_EQ(Timer(EV_DELETE, 0, 0), -ENOENT);  // nothing was made
}

TEST_P(KeventTimerTest, NegativeIntervalsAreAccepted) {
  EXPECT_EQ(Timer(EV_ADD, NOTE_MSECONDS, -3), 0);
  EXPECT_EQ(Next().ident, 5u);
}

TEST_P(KeventTimerTest, AnAbsoluteTimeInThePastFiresAtOnceAndStays) {
  Machine& m = *machine;
  Timer(EV_ADD, NOTE_ABSTIME | NOTE_SECONDS, 1);
  for (int i = 0; i < 2; ++i) {
    const auto events = m.Poll();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].data, 1);
    EXPECT_EQ(events[0].flags, EV_ADD);  // no EV_CLEAR unless asked for
  }
}

TEST_P(KeventTimerTest, AnAbsoluteTimeToComeFiresOnce) {
  Timer(EV_ADD | EV_CLEAR, NOTE_ABSTIME | NOTE_NSECONDS,
        nanotime() + 3'000'000);
  EXPECT_EQ(Next().data, 1);
  HwEnv::Sleep(5'000'000);
  EXPECT_TRUE(machine->Poll().empty());
}

TEST_P(KeventTimerTest, AddingAgainRestartsAndForgetsExpirations) {
  Machine& m = *machine;
  Timer(EV_ADD, NOTE_USECONDS, 100);
  while (m.Poll().empty()) HwEnv::Sleep(100'000);
  HwEnv::Sleep(1'000'000);  // more are queued by now
  EXPECT_EQ(Timer(EV_ADD, NOTE_SECONDS, 3600), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(Timer(EV_ADD, NOTE_USECONDS, 1), 0);
  EXPECT_EQ(Next().ident, 5u);
}

TEST_P(KeventTimerTest, AddingAgainReplacesTheFlags) {
  Machine& m = *machine;
  Timer(EV_ADD | EV_RECEIPT, NOTE_SECONDS, 3600);
  Timer(EV_ADD, NOTE_USECONDS, 1);
  EXPECT_EQ(Next().flags, EV_ADD | EV_CLEAR);  // no EV_RECEIPT
  Timer(EV_ADD | EV_ONESHOT, NOTE_USECONDS, 1);
  Next();
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(Timer(EV_DELETE, 0, 0), -ENOENT);
}

TEST_P(KeventTimerTest, ABadChangeStopsTheTimer) {
  Machine& m = *machine;
  Timer(EV_ADD, NOTE_USECONDS, 100);
  EXPECT_EQ(Timer(EV_ADD, NOTE_SECONDS, 0), -EINVAL);
  EXPECT_TRUE(m.Poll().empty());
  HwEnv::Sleep(1'000'000);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(Timer(EV_DELETE, 0, 0), 0);  // it is there, though
}

TEST_P(KeventTimerTest, EnablingDoesNotRestart) {
  Timer(EV_ADD, NOTE_USECONDS, 500);
  Timer(EV_ENABLE, NOTE_SECONDS, 3600);  // the interval is ignored
  EXPECT_EQ(Next().ident, 5u);
}

TEST_P(KeventTimerTest, ClearMasksDispatch) {
  Timer(EV_ADD | EV_DISPATCH, NOTE_USECONDS, 100);
  EXPECT_EQ(Next().ident, 5u);
  EXPECT_EQ(Next().ident, 5u);
}

}  // namespace
}  // namespace knote
