// EINTR: one thread ends another one's sleep, under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "knote/netbsd/kqueue.h"
#include "knote/netbsd/kqueue_c.h"
#include "tests/knote/named_strategies.h"

namespace knote::netbsd {
namespace {

using Event = struct ::knote::kevent;

class InterruptTest : public NamedStrategyTest {
 protected:
  static Event User(uint32_t flags, uint32_t fflags = 0) {
    Event event;
    EV_SET(&event, 1, EVFILT_USER, flags, fflags, 0, nullptr);
    return event;
  }
  // Its errno, or 0.
  static int Wait(int kq, const timespec* timeout = nullptr) {
    Event event;
    return netbsd::kevent(kq, nullptr, 0, &event, 1, timeout) < 0 ? errno : 0;
  }
};

TEST_P(InterruptTest, AKeventThatSleepsFailsWithEintr) {
  const auto process = system->NewProcess();
  std::atomic<Attachment*> sleeper{nullptr};
  std::atomic<int> error{-1};
  std::thread thread([&] {
    Attachment here(*process);
    const int kq = kqueue();
    sleeper = &here;
    error = Wait(kq);
    while (sleeper != nullptr) std::this_thread::yield();
  });
  while (sleeper == nullptr) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));  // it sleeps now
  sleeper.load()->Interrupt();
  while (error < 0) std::this_thread::yield();  // hangs if that was lost
  EXPECT_EQ(error, EINTR);
  sleeper = nullptr;
  thread.join();
}

TEST_P(InterruptTest, OneThatComesEarlyEndsTheNextSleepAndNoOther) {
  const auto process = system->NewProcess();
  Attachment here(*process);
  const int kq = kqueue();
  here.Interrupt();
  here.Interrupt();  // two are one
  const timespec now{0, 0}, soon{0, 1'000'000}, late{1000, 0};
  EXPECT_EQ(Wait(kq, &now), 0);  // does not sleep
  EXPECT_EQ(Wait(kq, &late), EINTR);
  EXPECT_EQ(Wait(kq, &soon), 0);
}

TEST_P(InterruptTest, ChangesStayAppliedAndEventsStayQueued) {
  const auto process = system->NewProcess();
  Attachment here(*process);
  const int kq = kqueue();
  here.Interrupt();
  const Event add = User(EV_ADD | EV_CLEAR), trigger = User(0, NOTE_TRIGGER);
  Event event;
  EXPECT_EQ(netbsd::kevent(kq, &add, 1, &event, 1, nullptr), -1);
  EXPECT_EQ(errno, EINTR);
  here.Interrupt();
  // The knote is there; its event is, so that nobody sleeps.
  EXPECT_EQ(netbsd::kevent(kq, &trigger, 1, &event, 1, nullptr), 1);
  EXPECT_EQ(Wait(kq), EINTR);
}

TEST_P(InterruptTest, ReadAndWriteOfAPipeAreInterrupted) {
  const auto process = system->NewProcess();
  Attachment here(*process);
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  char bytes[20'000] = {};
  here.Interrupt();
  EXPECT_EQ(read(fds[0], bytes, 1), -1);
  EXPECT_EQ(errno, EINTR);
  here.Interrupt();
  EXPECT_EQ(write(fds[1], bytes, sizeof(bytes)), 16'384);  // what fits
  here.Interrupt();
  EXPECT_EQ(write(fds[1], bytes, 1), -1);
  EXPECT_EQ(errno, EINTR);
}

// Interrupts, triggers and sleeps at once: every trigger of the EV_CLEAR event
// that comes when the one before was seen is seen, whatever else ends a sleep.
TEST_P(InterruptTest, NoEventIsLostToThem) {
  constexpr int kTriggers = 300;
  const auto process = system->NewProcess();
  std::atomic<Attachment*> sleeper{nullptr};
  std::atomic<int> kq{-1}, seen{0}, interrupted{0};
  std::thread thread([&] {
    Attachment here(*process);
    const int mine = kqueue();
    const Event add = User(EV_ADD | EV_CLEAR);
    netbsd::kevent(mine, &add, 1, nullptr, 0, nullptr);
    sleeper = &here;
    kq = mine;
    while (seen < kTriggers) ++(Wait(mine) == EINTR ? interrupted : seen);
    while (sleeper != nullptr) std::this_thread::yield();
  });
  while (kq < 0) std::this_thread::yield();
  std::thread annoying([&] {
    while (seen < kTriggers) {
      sleeper.load()->Interrupt();
      std::this_thread::yield();
    }
  });
  const Attachment here(*process);
  const Event trigger = User(0, NOTE_TRIGGER);
  for (int turn = 0; turn < kTriggers; ++turn) {
    netbsd::kevent(kq, &trigger, 1, nullptr, 0, nullptr);
    while (seen == turn) std::this_thread::yield();  // hangs if it was lost
  }
  annoying.join();
  sleeper = nullptr;
  thread.join();
  EXPECT_EQ(seen, kTriggers);
}

INSTANTIATE_TEST_SUITE_P(Strategies, InterruptTest,
                         testing::ValuesIn(NamedStrategies()),
                         NameOfNamedStrategy);

TEST(Interrupt, IsTheSameFromC) {
  knotestat_interrupt(nullptr);  // nothing
  EXPECT_EQ(knotestat_self(), nullptr);
  knotestat_system* system = knotestat_boot("epoch");
  knotestat_process* process = knotestat_process_new(system);
  knotestat_attach(process);
  const int kq = knotestat_kqueue();
  knotestat_interrupt(knotestat_self());
  knotestat_event event;
  EXPECT_EQ(knotestat_kevent(kq, nullptr, 0, &event, 1, nullptr), -1);
  EXPECT_EQ(errno, EINTR);
  knotestat_detach();
  knotestat_process_free(process);
  knotestat_shutdown(system);
}

}  // namespace
}  // namespace knote::netbsd
