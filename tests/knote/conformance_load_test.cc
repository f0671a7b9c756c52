// The rules under load: thousands of knotes on one kqueue, threads that ask for
// the same event.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <set>
#include <thread>

#include "tests/knote/file_test.h"

namespace knote {
namespace {

class ConformanceLoadTest : public FileTest {};
INSTANTIATE_TEST_SUITE_P(Strategies, ConformanceLoadTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(ConformanceLoadTest, EachOf8192KnotesIsDeliveredOnce) {
  Machine& m = *machine;
  constexpr uintptr_t kKnotes = 8192;
  kevent change{.filter = EVFILT_USER, .flags = EV_ADD | EV_CLEAR};
  for (change.ident = 0; change.ident < kKnotes; ++change.ident)
    ASSERT_EQ(m.Change(change), 0);
  change.flags = 0;
  change.fflags = NOTE_TRIGGER;
  for (change.ident = 0; change.ident < kKnotes; ++change.ident)
    m.Change(change);
  std::set<uintptr_t> seen;
  size_t events = 0;
  for (auto some = m.Poll(100); !some.empty(); some = m.Poll(100)) {
    events += some.size();
    for (const kevent& event : some) seen.insert(event.ident);
  }
  EXPECT_EQ(events, kKnotes);
  EXPECT_EQ(seen.size(), kKnotes);
}

// Calls that found another number of events than one, of `calls` zero-timeout
// ones by each of two threads at once.
int Misses(Machine& m, int calls) {
  std::atomic<int> misses{0}, ready{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      const auto l = m.NewThread();
      ++ready;
      while (ready != 2) std::this_thread::yield();
      for (int call = 0; call < calls; ++call) {
        kevent events[2];
        misses += l->Kevent(m.kq, nullptr, 0, events, 2, &kNow) != 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return misses;
}

// While one thread has the only knote in hand, it is on no queue, and the other
// thread must not take that for "no event". (NetBSD's kern/50094; golang/go
// issue 42515.)
TEST_P(ConformanceLoadTest, TwoThreadsSeeALevelTriggeredPipeEveryTime) {
  Pipe();
  Watch(fds[0], EVFILT_READ);
  Write(fds[1], 1);
  EXPECT_EQ(Misses(*machine, 10'000), 0);
}

// The same with an f_event that sleeps, so that the other thread surely looks
// meanwhile. Fails if kq_count leaves out the knote that is KN_BUSY.
TEST_P(ConformanceLoadTest, TwoThreadsSeeAnEventWhoseFilterSleeps) {
  Machine& m = *machine;
  m.softc->sc_hold = {20'000, true};
  m.Add(m.Open());
  m.Pulse(1);
  EXPECT_EQ(Misses(m, 100), 0);
}

}  // namespace
}  // namespace knote
