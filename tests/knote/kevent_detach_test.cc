// Who detaches a knote, and who waits: KN_WILLDETACH, knotes in flux, closes
// under sleepers. Under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KeventDetachTest : public testing::Test {
 protected:
  using Lwp = typename Machine<S>::Lwp;

  // The knote of EVFILT_USER 1, in flux.
  auto& KnoteInFlux() {
    machine.User(EV_ADD);
    auto& kn = *machine.process.p_fd.HashList(1);
    const kmutex_guard guard(Lock(kn));
    EXPECT_TRUE(kn_enter_flux<S>(kn));
    return kn;
  }

  static auto& Lock(knote<HwEnv>& kn) { return kernel<S>::KqOf(kn).kq_lock; }

  static void WaitUntilClaimed(knote<HwEnv>& kn) {
    for (;;) {
      const kmutex_guard guard(Lock(kn));
      if (kn.kn_status & KN_WILLDETACH) return;
    }
  }

  Machine<S> machine;
};
TYPED_TEST_SUITE(KeventDetachTest, AllStrategies, StrategyName);

TYPED_TEST(KeventDetachTest, ClosingTheKqueueSendsSleepersAway) {
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

TYPED_TEST(KeventDetachTest, ADeleteWaitsForAKnoteInFlux) {
  auto& m = this->machine;
  auto& kn = this->KnoteInFlux();
  std::atomic<bool> deleted{false};
  std::thread deleter([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    m.Change(l, m.UserEvent(EV_DELETE));
    deleted = true;
  });
  this->WaitUntilClaimed(kn);
  EXPECT_FALSE(deleted);
  // Another delete finds it on its way out, and is done.
  EXPECT_EQ(m.User(EV_DELETE), 0);
  EXPECT_FALSE(deleted);
  {
    const kmutex_guard guard(this->Lock(kn));
    EXPECT_FALSE(kn_enter_flux<TypeParam>(kn));
    kn_leave_flux<TypeParam>(kn);
  }
  deleter.join();
  EXPECT_EQ(m.process.p_fd.HashList(1), nullptr);
}

TYPED_TEST(KeventDetachTest, AnAddWaitsUntilTheOldKnoteIsGone) {
  auto& m = this->machine;
  auto& kn = this->KnoteInFlux();
  std::thread deleter([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    m.Change(l, m.UserEvent(EV_DELETE));
  });
  this->WaitUntilClaimed(kn);
  std::atomic<bool> added{false};
  std::thread adder([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    EXPECT_EQ(m.Change(l, m.UserEvent(EV_ADD)), 0);
    added = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(added);
  {
    const kmutex_guard guard(this->Lock(kn));
    kn_leave_flux<TypeParam>(kn);
  }
  deleter.join();
  adder.join();
  m.User(0, NOTE_TRIGGER);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventDetachTest, AKnoteInFluxIsNotActivatedOnceItIsClaimed) {
  auto& m = this->machine;
  auto& kn = this->KnoteInFlux();
  std::thread deleter([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    m.Change(l, m.UserEvent(EV_DELETE));
  });
  this->WaitUntilClaimed(kn);
  knote_activate<TypeParam>(kn);
  EXPECT_TRUE(m.Poll().empty());
  {
    const kmutex_guard guard(this->Lock(kn));
    kn_leave_flux<TypeParam>(kn);
  }
  deleter.join();
}

TYPED_TEST(KeventDetachTest, TheCloseOfAKqueueStartsOverAfterAWait) {
  auto& m = this->machine;
  auto& kn = this->KnoteInFlux();
  std::thread closer([&] {
    typename Machine<TypeParam>::Lwp l(m.process);
    EXPECT_EQ(close<TypeParam>(l, m.kq), 0);
  });
  this->WaitUntilClaimed(kn);
  // fd_lock was dropped for the wait: the list may change under the close.
  m.process.p_fd.fd_lock.mutex_enter();
  {
    const kmutex_guard guard(this->Lock(kn));
    kn_leave_flux<TypeParam>(kn);
  }
  EXPECT_EQ(m.process.p_fd.HashList(1), &kn);
  m.process.p_fd.fd_lock.mutex_exit();
  closer.join();
  m.kq = -1;
  EXPECT_EQ(m.process.p_fd.HashList(1), nullptr);
}

}  // namespace
}  // namespace knote
