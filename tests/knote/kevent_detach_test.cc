// Who detaches a knote, and who waits: KN_WILLDETACH, and knotes in flux, which
// only who looks inside can make.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/kernel_machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KeventDetachTest : public testing::Test {
 protected:
  // The knote of EVFILT_USER 1, in flux.
  auto& KnoteInFlux() {
    machine.User(EV_ADD);
    auto& kn = *machine.KnoteOf(1);
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

  KernelMachine<S> machine;
};
TYPED_TEST_SUITE(KeventDetachTest, OneOfEachKind, StrategyName);

TYPED_TEST(KeventDetachTest, ADeleteWaitsForAKnoteInFlux) {
  auto& m = this->machine;
  auto& kn = this->KnoteInFlux();
  std::atomic<bool> deleted{false};
  std::thread deleter([&] {
    const auto l = m.NewThread();
    m.Change(*l, m.UserEvent(EV_DELETE));
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
  EXPECT_EQ(m.KnoteOf(1), nullptr);
}

TYPED_TEST(KeventDetachTest, AnAddWaitsUntilTheOldKnoteIsGone) {
  auto& m = this->machine;
  auto& kn = this->KnoteInFlux();
  std::thread deleter([&] {
    const auto l = m.NewThread();
    m.Change(*l, m.UserEvent(EV_DELETE));
  });
  this->WaitUntilClaimed(kn);
  std::atomic<bool> added{false};
  std::thread adder([&] {
    const auto l = m.NewThread();
    EXPECT_EQ(m.Change(*l, m.UserEvent(EV_ADD)), 0);
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
    const auto l = m.NewThread();
    m.Change(*l, m.UserEvent(EV_DELETE));
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
    const auto l = m.NewThread();
    EXPECT_EQ(l->Close(m.kq), 0);
  });
  this->WaitUntilClaimed(kn);
  // fd_lock was dropped for the wait: the list may change under the close.
  m.proc.p_fd.fd_lock.mutex_enter();
  {
    const kmutex_guard guard(this->Lock(kn));
    kn_leave_flux<TypeParam>(kn);
  }
  EXPECT_EQ(m.KnoteOf(1), &kn);
  m.proc.p_fd.fd_lock.mutex_exit();
  closer.join();
  m.kq = -1;
  EXPECT_EQ(m.KnoteOf(1), nullptr);
}

}  // namespace
}  // namespace knote
