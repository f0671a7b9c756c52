// qsbr: whom klist_fini() waits for, and whom not.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/qsbr/qsbr.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/knote/kernel_machine.h"

namespace knote {
namespace {

using Subject = Qsbr<HwEnv>;
using std::chrono::milliseconds;

// Detaches the device of `m` on a thread of its own.
class Detachment {
 public:
  explicit Detachment(Machine& m)
      : thread_([this, &m] {
          m.DetachAndKeep();
          done_ = true;
        }) {}
  ~Detachment() { Join(); }
  bool done() const { return done_; }
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

TEST(Qsbr, WaitsForTheEndOfAnOperationAndNoLonger) {
  KernelMachine<Subject> m;
  m.Add(m.Open());
  const lwp_onproc<Subject> onproc(m.lwp);
  Detachment detachment(m);
  std::this_thread::sleep_for(milliseconds(30));
  EXPECT_FALSE(detachment.done());
  mi_userret(m.k, m.lwp);
  detachment.Join();  // though this thread is at work again
}

TEST(Qsbr, DoesNotTakeASystemCallsEndForTheEndOfTheOperationAroundIt) {
  KernelMachine<Subject> m;
  m.Add(m.Open());
  const lwp_onproc<Subject> onproc(m.lwp);
  Detachment detachment(m);
  EXPECT_TRUE(m.Poll().empty());
  std::this_thread::sleep_for(milliseconds(30));
  EXPECT_FALSE(detachment.done());
  mi_userret(m.k, m.lwp);
}

TEST(Qsbr, DoesNotWaitForAThreadThatSleepsOutsideOfSections) {
  KernelMachine<Subject> m;
  m.Add(m.Open());
  std::atomic<bool> back{false};
  std::thread scanner([&] {
    KernelMachine<Subject>::Lwp l(m.proc);
    const lwp_onproc<Subject> onproc(l);
    kevent event;
    EXPECT_EQ(kevent1<Subject>(l, m.kq, {}, {&event, 1}), -EBADF);
    back = true;
  });
  std::this_thread::sleep_for(milliseconds(30));
  m.Detach();
  EXPECT_FALSE(back);
  m.main->Close(m.kq);  // sends it away
  m.kq = -1;
  scanner.join();
}

// Nor do they wait for each other.
TEST(Qsbr, DoesNotWaitForThoseWhoAreInKlistFini) {
  KernelMachine<Subject> m;
  m.Add(m.Open());
  pulse_unit<HwEnv> other;
  other.filtops = BuiltInDriver();
  pulse_softc<HwEnv> softc;
  pulse_attach(other, softc);
  const auto detach_at_work = [&m](pulse_unit<HwEnv>& unit) {
    KernelMachine<Subject>::Lwp l(m.proc);
    const lwp_onproc<Subject> onproc(l);
    FiniPhases phases;
    pulse_detach(m.k, unit, phases);
  };
  std::thread second([&] { detach_at_work(other); });
  detach_at_work(m.unit);
  second.join();
}

}  // namespace
}  // namespace knote
