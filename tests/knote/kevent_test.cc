// The rules of kevent() for READ, USER and TIMER, under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <thread>

#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KeventTest : public testing::Test {
 protected:
  Machine<S> machine;
};
TYPED_TEST_SUITE(KeventTest, AllStrategies, StrategyName);

kevent User(uint32_t flags, uint32_t fflags = 0, int64_t data = 0) {
  return {.ident = 1,
          .filter = EVFILT_USER,
          .flags = flags,
          .fflags = fflags,
          .data = data};
}

TYPED_TEST(KeventTest, ReadIsActiveFromTheLowWaterMarkOn) {
  auto& m = this->machine;
  const int fd = m.Open();
  EXPECT_EQ(m.Add(fd, 0, 3), 0);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(m.main, 2);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(m.main, 1);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].ident, static_cast<uintptr_t>(fd));
  EXPECT_EQ(events[0].data, 3);
}

TYPED_TEST(KeventTest, LevelTriggeredEventsComeAgain) {
  auto& m = this->machine;
  m.Add(m.Open());
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventTest, ClearWaitsForTheNextSubmission) {
  auto& m = this->machine;
  m.Add(m.Open(), EV_CLEAR);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventTest, OneshotDeletesTheKnote) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd, EV_ONESHOT);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.Change(m.main, {.ident = static_cast<uintptr_t>(fd),
                              .filter = EVFILT_READ,
                              .flags = EV_DELETE}),
            -ENOENT);
}

TYPED_TEST(KeventTest, DispatchDisablesUntilEnabled) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd, EV_DISPATCH);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.Pulse(m.main, 1);
  EXPECT_TRUE(m.Poll().empty());
  m.Change(m.main, {.ident = static_cast<uintptr_t>(fd),
                    .filter = EVFILT_READ,
                    .flags = EV_ENABLE,
                    .data = 1});
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventTest, ClearMasksDispatch) {
  auto& m = this->machine;
  m.Add(m.Open(), EV_CLEAR | EV_DISPATCH);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventTest, DisableKeepsEventsBack) {
  auto& m = this->machine;
  m.Add(m.Open(), EV_DISABLE);
  m.Pulse(m.main, 1);
  EXPECT_TRUE(m.Poll().empty());
}

TYPED_TEST(KeventTest, DeleteDrainsAndIsNotRepeatable) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd);
  m.Pulse(m.main, 1);
  const kevent gone{.ident = static_cast<uintptr_t>(fd),
                    .filter = EVFILT_READ,
                    .flags = EV_DELETE};
  EXPECT_EQ(m.Change(m.main, gone), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.Change(m.main, gone), -ENOENT);
}

TYPED_TEST(KeventTest, ReceiptAndErrorsComeBackAsEvents) {
  auto& m = this->machine;
  const kevent changes[] = {
      User(EV_ADD | EV_RECEIPT),
      {.ident = 99, .filter = EVFILT_READ, .flags = EV_ADD}};
  kevent events[4];
  ASSERT_EQ(kevent1<TypeParam>(m.main, m.kq, changes, events, 0), 2);
  EXPECT_EQ(events[0].flags, EV_ERROR);
  EXPECT_EQ(events[0].data, 0);
  EXPECT_EQ(events[1].data, EBADF);
}

TYPED_TEST(KeventTest, MisuseReturnsAnErrno) {
  auto& m = this->machine;
  EXPECT_EQ(m.Change(m.main, {.ident = 1, .filter = 77, .flags = EV_ADD}),
            -EINVAL);
  EXPECT_EQ(
      m.Change(m.main,
               {.ident = 1u << 30, .filter = EVFILT_READ, .flags = EV_ADD}),
      -EBADF);
  EXPECT_EQ(m.Change(m.main, {.ident = static_cast<uintptr_t>(m.kq),
                              .filter = EVFILT_READ,
                              .flags = EV_ADD}),
            -EINVAL);
  EXPECT_EQ(m.Change(m.main, User(EV_ENABLE)), -ENOENT);
  EXPECT_EQ(kevent1<TypeParam>(m.main, -1, {}, {}, 0), -EBADF);
  EXPECT_EQ(kevent1<TypeParam>(m.main, m.Open(), {}, {}, 0), -EBADF);
  EXPECT_EQ(close<TypeParam>(m.main, 12345), -EBADF);
}

TYPED_TEST(KeventTest, ClosingTheDescriptorDropsItsKnotes) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Close(fd), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.softc->sc_sel.sel_klist.slh_first, nullptr);
  EXPECT_EQ(close<TypeParam>(m.main, fd), -EBADF);
}

TYPED_TEST(KeventTest, ClosingTheKqueueSendsSleepersAway) {
  auto& m = this->machine;
  m.Add(m.Open());
  int result = 0;
  std::thread sleeper([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    kevent event;
    result = kevent1<TypeParam>(l, m.kq, {}, {&event, 1});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(close<TypeParam>(m.main, m.kq), 0);
  sleeper.join();
  m.kq = -1;
  EXPECT_EQ(result, -EBADF);
  EXPECT_EQ(m.softc->sc_sel.sel_klist.slh_first, nullptr);
}

TYPED_TEST(KeventTest, UserEventsAreTriggeredByHand) {
  auto& m = this->machine;
  m.Change(m.main, User(EV_ADD | EV_CLEAR));
  EXPECT_TRUE(m.Poll().empty());
  m.Change(m.main, User(0, NOTE_TRIGGER | NOTE_FFOR | 0x5, 42));
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].fflags, 0x5u);
  EXPECT_EQ(events[0].data, 42);
  EXPECT_TRUE(m.Poll().empty());
}

TYPED_TEST(KeventTest, UserFlagsAreCombinedAsAsked) {
  auto& m = this->machine;
  m.Change(m.main, User(EV_ADD, 0x0f));
  m.Change(m.main, User(0, NOTE_FFAND | 0x3c));
  m.Change(m.main, User(0, NOTE_FFOR | 0x100));
  m.Change(m.main, User(0, NOTE_FFNOP | 0xff));
  m.Change(m.main, User(0, NOTE_TRIGGER));
  auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].fflags, 0x10cu);
  m.Change(m.main, User(0, NOTE_FFCOPY | 0x7));
  events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].fflags, 0x7u);
}

TYPED_TEST(KeventTest, TimersCountExpirations) {
  auto& m = this->machine;
  EXPECT_EQ(m.Change(m.main, {.ident = 5,
                              .filter = EVFILT_TIMER,
                              .flags = EV_ADD,
                              .fflags = NOTE_USECONDS,
                              .data = 500}),
            0);
  kevent event;
  ASSERT_EQ(kevent1<TypeParam>(m.main, m.kq, {}, {&event, 1}), 1);
  EXPECT_EQ(event.ident, 5u);
  EXPECT_GE(event.data, 1);
  EXPECT_TRUE(event.flags & EV_CLEAR);
  EXPECT_EQ(m.Change(m.main,
                     {.ident = 5, .filter = EVFILT_TIMER, .flags = EV_DELETE}),
            0);
  EXPECT_EQ(m.Change(m.main, {.ident = 6,
                              .filter = EVFILT_TIMER,
                              .flags = EV_ADD,
                              .fflags = 0x0c,
                              .data = 1}),
            -EINVAL);
}

TYPED_TEST(KeventTest, TouchingATimerRestartsIt) {
  auto& m = this->machine;
  kevent timer{.ident = 5,
               .filter = EVFILT_TIMER,
               .flags = EV_ADD,
               .fflags = NOTE_SECONDS,
               .data = 3600};
  m.Change(m.main, timer);
  EXPECT_TRUE(m.Poll().empty());
  timer.fflags = NOTE_NSECONDS;
  timer.data = 1;
  m.Change(m.main, timer);
  kevent event;
  EXPECT_EQ(kevent1<TypeParam>(m.main, m.kq, {}, {&event, 1}), 1);
}

TYPED_TEST(KeventTest, EnablingATimerDoesNotRestartIt) {
  auto& m = this->machine;
  kevent timer{.ident = 5,
               .filter = EVFILT_TIMER,
               .flags = EV_ADD,
               .fflags = NOTE_USECONDS,
               .data = 500};
  m.Change(m.main, timer);
  timer.flags = EV_ENABLE;
  timer.fflags = NOTE_SECONDS;
  timer.data = 3600;  // ignored
  m.Change(m.main, timer);
  kevent event;
  EXPECT_EQ(kevent1<TypeParam>(m.main, m.kq, {}, {&event, 1},
                               HwEnv::Now() + 20'000'000'000),
            1);
}

TYPED_TEST(KeventTest, TheScanStopsAtItsMarker) {
  auto& m = this->machine;
  for (int i = 0; i < 3; ++i) m.Add(m.Open());
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll(2).size(), 2u);
  EXPECT_EQ(m.Poll(8).size(), 3u);  // requeued ones are not returned twice
}

TYPED_TEST(KeventTest, DetachWaitsForAKnoteInFlux) {
  auto& m = this->machine;
  m.Change(m.main, User(EV_ADD));
  auto* kn = m.process.p_fd.HashList(1);
  auto& kq = kernel<TypeParam>::KqOf(*kn);
  kq.kq_lock.mutex_enter();
  ASSERT_TRUE(kn_enter_flux<TypeParam>(*kn));
  kq.kq_lock.mutex_exit();
  std::atomic<bool> deleted{false};
  std::thread deleter([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    m.Change(l, User(EV_DELETE));
    deleted = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(deleted);
  kq.kq_lock.mutex_enter();
  EXPECT_FALSE(kn_enter_flux<TypeParam>(*kn));  // it is about to go
  kn_leave_flux<TypeParam>(*kn);
  kq.kq_lock.mutex_exit();
  deleter.join();
  EXPECT_EQ(m.process.p_fd.HashList(1), nullptr);
}

}  // namespace
}  // namespace knote
