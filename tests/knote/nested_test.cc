// Kqueues that watch kqueues.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/machine.h"

namespace knote {
namespace {

class NestedTest : public MachineTest {
 protected:
  ~NestedTest() override {
    if (!machine) return;  // skipped
    for (const int kq : kqueues) machine->main->Close(kq);
  }

  int Kqueue() {
    kqueues.push_back(machine->main->Kqueue());
    return kqueues.back();
  }
  int Watch(int watcher, int watched, uint32_t flags = 0) {
    const kevent change{.ident = static_cast<uintptr_t>(watched),
                        .filter = EVFILT_READ,
                        .flags = EV_ADD | flags};
    return machine->main->Kevent(watcher, &change, 1, nullptr, 0, &kNow);
  }
  // How many events `watched` has according to `watcher`; 0: no event.
  int64_t Seen(int watcher) {
    kevent event;
    return machine->main->Kevent(watcher, nullptr, 0, &event, 1, &kNow) == 1
               ? event.data
               : 0;
  }
  void Trigger() { machine->User(0, NOTE_TRIGGER); }

  // The last of `length` kqueues; each watches the one before, the first one
  // the machine's.
  int Chain(int length) {
    int last = machine->kq;
    for (int i = 0; i < length; ++i) {
      const int next = Kqueue();
      EXPECT_EQ(Watch(next, last), 0);
      last = next;
    }
    return last;
  }

  std::vector<int> kqueues;
};
INSTANTIATE_TEST_SUITE_P(Strategies, NestedTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(NestedTest, AKqueueIsReadableWhileItHasEvents) {
  Machine& m = *machine;
  const int watcher = Chain(1);
  m.User(EV_ADD | EV_CLEAR);
  EXPECT_EQ(Seen(watcher), 0);
  Trigger();
  EXPECT_EQ(Seen(watcher), 1);
  EXPECT_EQ(Seen(watcher), 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(Seen(watcher), 0);
}

TEST_P(NestedTest, EventsThatAreThereAtTheStartCount) {
  machine->User(EV_ADD);
  Trigger();
  EXPECT_EQ(Seen(Chain(1)), 1);
}

TEST_P(NestedTest, ClearAndOneshotHoldForNestedOnes) {
  machine->User(EV_ADD);
  const int clear = Kqueue(), once = Kqueue();
  Watch(clear, machine->kq, EV_CLEAR);
  Watch(once, machine->kq, EV_ONESHOT);
  Trigger();
  EXPECT_EQ(Seen(clear), 1);
  EXPECT_EQ(Seen(once), 1);
  EXPECT_EQ(Seen(clear), 0);
  EXPECT_EQ(Seen(once), 0);
}

TEST_P(NestedTest, ChainsPassEventsOnFromEndToEnd) {
  machine->User(EV_ADD | EV_CLEAR);
  for (const int length : {1, 100, 120, 500}) {
    const int last = Chain(length);
    EXPECT_EQ(Seen(last), 0) << length;
    Trigger();
    EXPECT_EQ(Seen(last), 1) << length;
    EXPECT_EQ(machine->Poll().size(), 1u);
  }
}

TEST_P(NestedTest, ASleeperAtTheEndOfAChainIsWoken) {
  Machine& m = *machine;
  m.User(EV_ADD);
  const int last = Chain(100);
  std::thread sleeper([&] {
    const auto l = m.NewThread();
    EXPECT_EQ(WaitForOne(*l, last), 1);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  Trigger();
  sleeper.join();
}

TEST_P(NestedTest, CyclesAreRefused) {
  const int kq = machine->kq;
  EXPECT_EQ(Watch(kq, kq), -ELOOP);
  const int last = Chain(3);
  EXPECT_EQ(Watch(kq, last), -ELOOP);
  EXPECT_EQ(Watch(kqueues[1], last), -ELOOP);
  // What was refused has left nothing behind.
  machine->User(EV_ADD);
  Trigger();
  EXPECT_EQ(Seen(last), 1);
  // Once the chain is cut, the other direction is none.
  EXPECT_EQ(machine->main->Close(kqueues[0]), 0);
  kqueues.erase(kqueues.begin());
  EXPECT_EQ(Watch(kq, last), 0);
}

TEST_P(NestedTest, TwoWaysToOneKqueueAreNoCycle) {
  const int left = Kqueue(), right = Kqueue(), top = Kqueue();
  for (const int side : {left, right}) {
    EXPECT_EQ(Watch(side, machine->kq), 0);
    EXPECT_EQ(Watch(top, side), 0);
  }
  machine->User(EV_ADD);
  Trigger();
  kevent events[4];
  EXPECT_EQ(machine->main->Kevent(top, nullptr, 0, events, 4, &kNow), 2);
}

TEST_P(NestedTest, OnlyReadCanBeWatched) {
  const kevent change{.ident = static_cast<uintptr_t>(machine->kq),
                      .filter = EVFILT_WRITE,
                      .flags = EV_ADD};
  const int watcher = Kqueue();
  EXPECT_EQ(machine->main->Kevent(watcher, &change, 1, nullptr, 0, &kNow),
            -EINVAL);
}

TEST_P(NestedTest, ClosingEitherOneIsClean) {
  Machine& m = *machine;
  m.User(EV_ADD);
  const int watcher = Chain(1);
  const int other = Chain(1);
  kqueues.clear();
  EXPECT_EQ(m.main->Close(watcher), 0);
  Trigger();
  EXPECT_EQ(Seen(other), 1);
  m.main->Close(m.kq);
  EXPECT_EQ(Seen(other), 0);
  m.kq = other;  // closed with the machine
}

TEST_P(NestedTest, TriggersScansAndClosesInParallelEndWell) {
  Machine& m = *machine;
  m.User(EV_ADD | EV_CLEAR);
  std::atomic<bool> stop{false};
  std::thread trigger([&] {
    const auto l = m.NewThread();
    while (!stop) m.Change(*l, m.UserEvent(0, NOTE_TRIGGER));
  });
  std::thread scan([&] {
    const auto l = m.NewThread();
    while (!stop) LookForOne(*l, m.kq);
  });
  for (int turn = 0; turn < 200; ++turn) {
    const int last = Chain(3);
    Seen(last);
    for (const int kq : kqueues) m.main->Close(kq);
    kqueues.clear();
  }
  stop = true;
  trigger.join();
  scan.join();
}

}  // namespace
}  // namespace knote
