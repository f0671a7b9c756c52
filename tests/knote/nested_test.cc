// Kqueues that watch kqueues.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class NestedTest : public testing::Test {
 protected:
  ~NestedTest() override {
    for (const int kq : kqueues) close<S>(machine.main, kq);
  }

  int Kqueue() {
    kqueues.push_back(kqueue1<S>(machine.main));
    return kqueues.back();
  }
  int Watch(int watcher, int watched, uint32_t flags = 0) {
    const kevent change{.ident = static_cast<uintptr_t>(watched),
                        .filter = EVFILT_READ,
                        .flags = EV_ADD | flags};
    return kevent1<S>(machine.main, watcher, {&change, 1}, {}, 0);
  }
  // How many events `watched` has according to `watcher`; 0: no event.
  int64_t Seen(int watcher) {
    kevent event;
    return kevent1<S>(machine.main, watcher, {}, {&event, 1}, 0) == 1
               ? event.data
               : 0;
  }
  void Trigger() { machine.User(0, NOTE_TRIGGER); }

  // The last of `length` kqueues; each watches the one before, the first one
  // the machine's.
  int Chain(int length) {
    int last = machine.kq;
    for (int i = 0; i < length; ++i) {
      const int next = Kqueue();
      EXPECT_EQ(Watch(next, last), 0);
      last = next;
    }
    return last;
  }

  Machine<S> machine;
  std::vector<int> kqueues;
};
TYPED_TEST_SUITE(NestedTest, ConformanceStrategies, StrategyName);

TYPED_TEST(NestedTest, AKqueueIsReadableWhileItHasEvents) {
  auto& m = this->machine;
  const int watcher = this->Chain(1);
  m.User(EV_ADD | EV_CLEAR);
  EXPECT_EQ(this->Seen(watcher), 0);
  this->Trigger();
  EXPECT_EQ(this->Seen(watcher), 1);
  EXPECT_EQ(this->Seen(watcher), 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(this->Seen(watcher), 0);
}

TYPED_TEST(NestedTest, EventsThatAreThereAtTheStartCount) {
  this->machine.User(EV_ADD);
  this->Trigger();
  EXPECT_EQ(this->Seen(this->Chain(1)), 1);
}

TYPED_TEST(NestedTest, ClearAndOneshotHoldForNestedOnes) {
  this->machine.User(EV_ADD);
  const int clear = this->Kqueue(), once = this->Kqueue();
  this->Watch(clear, this->machine.kq, EV_CLEAR);
  this->Watch(once, this->machine.kq, EV_ONESHOT);
  this->Trigger();
  EXPECT_EQ(this->Seen(clear), 1);
  EXPECT_EQ(this->Seen(once), 1);
  EXPECT_EQ(this->Seen(clear), 0);
  EXPECT_EQ(this->Seen(once), 0);
}

TYPED_TEST(NestedTest, ChainsPassEventsOnFromEndToEnd) {
  this->machine.User(EV_ADD | EV_CLEAR);
  for (const int length : {1, 100, 120, 500}) {
    const int last = this->Chain(length);
    EXPECT_EQ(this->Seen(last), 0) << length;
    this->Trigger();
    EXPECT_EQ(this->Seen(last), 1) << length;
    EXPECT_EQ(this->machine.Poll().size(), 1u);
  }
}

TYPED_TEST(NestedTest, ASleeperAtTheEndOfAChainIsWoken) {
  auto& m = this->machine;
  m.User(EV_ADD);
  const int last = this->Chain(100);
  std::thread sleeper([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    kevent event;
    EXPECT_EQ(kevent1<TypeParam>(l, last, {}, {&event, 1}), 1);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  this->Trigger();
  sleeper.join();
}

TYPED_TEST(NestedTest, CyclesAreRefused) {
  const int kq = this->machine.kq;
  EXPECT_EQ(this->Watch(kq, kq), -ELOOP);
  const int last = this->Chain(3);
  EXPECT_EQ(this->Watch(kq, last), -ELOOP);
  EXPECT_EQ(this->Watch(this->kqueues[1], last), -ELOOP);
  // What was refused has left nothing behind.
  this->machine.User(EV_ADD);
  this->Trigger();
  EXPECT_EQ(this->Seen(last), 1);
  // Once the chain is cut, the other direction is none.
  EXPECT_EQ(close<TypeParam>(this->machine.main, this->kqueues[0]), 0);
  this->kqueues.erase(this->kqueues.begin());
  EXPECT_EQ(this->Watch(kq, last), 0);
}

TYPED_TEST(NestedTest, TwoWaysToOneKqueueAreNoCycle) {
  const int left = this->Kqueue(), right = this->Kqueue(), top = this->Kqueue();
  for (const int side : {left, right}) {
    EXPECT_EQ(this->Watch(side, this->machine.kq), 0);
    EXPECT_EQ(this->Watch(top, side), 0);
  }
  this->machine.User(EV_ADD);
  this->Trigger();
  kevent events[4];
  EXPECT_EQ(kevent1<TypeParam>(this->machine.main, top, {}, events, 0), 2);
}

TYPED_TEST(NestedTest, OnlyReadCanBeWatched) {
  const kevent change{.ident = static_cast<uintptr_t>(this->machine.kq),
                      .filter = EVFILT_WRITE,
                      .flags = EV_ADD};
  const int watcher = this->Kqueue();
  EXPECT_EQ(
      kevent1<TypeParam>(this->machine.main, watcher, {&change, 1}, {}, 0),
      -EINVAL);
}

TYPED_TEST(NestedTest, ClosingEitherOneIsClean) {
  auto& m = this->machine;
  m.User(EV_ADD);
  const int watcher = this->Chain(1);
  const int other = this->Chain(1);
  this->kqueues.clear();
  EXPECT_EQ(close<TypeParam>(m.main, watcher), 0);
  this->Trigger();
  EXPECT_EQ(this->Seen(other), 1);
  close<TypeParam>(m.main, m.kq);
  EXPECT_EQ(this->Seen(other), 0);
  m.kq = other;  // closed with the machine
}

TYPED_TEST(NestedTest, TriggersScansAndClosesInParallelEndWell) {
  auto& m = this->machine;
  m.User(EV_ADD | EV_CLEAR);
  std::atomic<bool> stop{false};
  std::thread trigger([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    while (!stop) m.Change(l, m.UserEvent(0, NOTE_TRIGGER));
  });
  std::thread scan([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    kevent event;
    while (!stop) kevent1<TypeParam>(l, m.kq, {}, {&event, 1}, 0);
  });
  for (int turn = 0; turn < 200; ++turn) {
    const int last = this->Chain(3);
    this->Seen(last);
    for (const int kq : this->kqueues) close<TypeParam>(m.main, kq);
    this->kqueues.clear();
  }
  stop = true;
  trigger.join();
  scan.join();
}

}  // namespace
}  // namespace knote
