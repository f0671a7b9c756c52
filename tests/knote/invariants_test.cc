// The invariants, each with the fault that it is there for. Where they are not
// compiled in, the same faults go unnoticed.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/invariants.h"

#include "tests/knote/kernel_machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

class InvariantsTest : public testing::Test {
 protected:
  using S = Epoch<HwEnv>;

  void SetUp() override {
    if (!kInvariants) GTEST_SKIP() << "this build has no invariants";
    testing::FLAGS_gtest_death_test_style = "threadsafe";
  }

  // The knote of EVFILT_USER 1, triggered.
  knote<HwEnv>& QueuedKnote(KernelMachine<S>& m) {
    m.User(EV_ADD);
    m.User(0, NOTE_TRIGGER);
    return *m.KnoteOf(1);
  }

  void Check(knote<HwEnv>& kn) {
    auto& kq = kernel<S>::KqOf(kn);
    const kmutex_guard guard(kq.kq_lock);
    kqueue_check<S>(kq);
  }
};

TEST_F(InvariantsTest, ASoundQueuePasses) {
  KernelMachine<S> m;
  Check(QueuedKnote(m));
}

TEST_F(InvariantsTest, AQueuedKnoteThatIsNotActiveIsFound) {
  KernelMachine<S> m;
  auto& kn = QueuedKnote(m);
  kn.kn_status &= ~KN_ACTIVE;
  EXPECT_DEATH(Check(kn), "panic: .*KN_ACTIVE");
  kn.kn_status |= KN_ACTIVE;
}

TEST_F(InvariantsTest, AKnoteOnTheQueueThatDoesNotSaySoIsFound) {
  KernelMachine<S> m;
  auto& kn = QueuedKnote(m);
  kn.kn_status &= ~KN_QUEUED;
  EXPECT_DEATH(Check(kn), "panic: .*KN_MARKER . KN_QUEUED");
  kn.kn_status |= KN_QUEUED;
}

TEST_F(InvariantsTest, ACountBelowTheQueueIsFound) {
  KernelMachine<S> m;
  auto& kn = QueuedKnote(m);
  --kernel<S>::KqOf(kn).kq_count;
  EXPECT_DEATH(Check(kn), "panic: count <= kq.Count");
  ++kernel<S>::KqOf(kn).kq_count;
}

TEST_F(InvariantsTest, AKqueueThatIsClosedWithEventsLeftIsFound) {
  KernelMachine<S> m;
  ++kernel<S>::KqOf(QueuedKnote(m)).kq_count;
  EXPECT_DEATH(m.main->Close(m.kq), "panic: .*kq_first == nullptr");
  --kernel<S>::KqOf(*m.KnoteOf(1)).kq_count;
}

TEST_F(InvariantsTest, LocksInTheWrongOrderAreFound) {
  KernelMachine<S> m;
  auto& kq = kernel<S>::KqOf(QueuedKnote(m));
  EXPECT_DEATH(
      {
        kq.kq_lock.mutex_enter();
        m.proc.p_fd.fd_lock.mutex_enter();
      },
      "lock order: fd_lock entered while holding kq_lock");
  const auto register_with_fd_lock = [&m] {
    const kmutex_guard fd_guard(m.proc.p_fd.fd_lock);
    const krw_guard<RW_READER, HwEnv> guard(m.k.kqueue_filter_lock);
  };
  EXPECT_DEATH(register_with_fd_lock(),
               "lock order: kqueue_filter_lock entered while holding fd_lock");
}

TEST(Invariants, CostNothingInARelease) {
  if (kInvariants) GTEST_SKIP() << "this build has invariants";
  EXPECT_EQ(sizeof(kmutex<HwEnv>), sizeof(uint32_t));
}

}  // namespace
}  // namespace knote
