// qsbr: whom klist_fini() waits for, and whom not.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/qsbr/qsbr.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "knote/netbsd/kqueue.h"
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

// A driver whose f_event reads from a pipe, if told to.
struct ReadingDriver {
  static inline int pipe = -1;
  static inline std::atomic<bool> reads{false}, inside{false}, left{false};
  static inline kmutex<HwEnv> object_lock;
  static inline selinfo<HwEnv> sel;

  static int Event(::knote::knote<HwEnv>*, long) {
    if (!reads) return 0;
    inside = true;
    char byte;
    EXPECT_EQ(netbsd::read(pipe, &byte, 1), 1);
    left = true;
    return 0;
  }
  static void Detach(::knote::knote<HwEnv>* kn) {
    kmutex_guard guard(object_lock);
    selremove_knote(&sel, kn);
  }
  static constexpr filterops<HwEnv> kFilterops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = Detach,
      .f_event = Event};
  static int Kqfilter(file<HwEnv>*, ::knote::knote<HwEnv>* kn) {
    kn->kn_fop.store(&kFilterops, std::memory_order_release);
    kmutex_guard guard(object_lock);
    selrecord_knote(&sel, kn);
    return 0;
  }
  static constexpr fileops<HwEnv> kFileops{.fo_kqfilter = Kqfilter};
};

// Whose readers announce nothing while they are inside.
void ExpectWaitForAReaderThatSleepsInASystemCall(const char* strategy) {
  using Driver = ReadingDriver;
  const auto system = netbsd::Boot(strategy);
  if (system == nullptr) GTEST_SKIP() << "no " << strategy << " here";
  const auto process = system->NewProcess();
  file<HwEnv> device;
  device.f_ops = &Driver::kFileops;
  klist_init(&Driver::sel.sel_klist, &Driver::object_lock);
  Driver::reads = Driver::inside = Driver::left = false;
  const netbsd::Attachment here(*process);
  int fds[2];
  ASSERT_EQ(netbsd::pipe(fds), 0);
  Driver::pipe = fds[0];
  const int kq = netbsd::kqueue();
  const int fd = process->NewThread()->Open(device);
  struct ::knote::kevent change;
  netbsd::EV_SET(&change, static_cast<uintptr_t>(fd), EVFILT_READ, EV_ADD, 0, 0,
                 nullptr);
  ASSERT_EQ(netbsd::kevent(kq, &change, 1, nullptr, 0, nullptr), 0);
  Driver::reads = true;
  std::thread reader([&] {  // a change calls f_event
    const netbsd::Attachment there(*process);
    EXPECT_EQ(netbsd::kevent(kq, &change, 1, nullptr, 0, nullptr), 0);
  });
  while (!Driver::inside) std::this_thread::yield();
  std::this_thread::sleep_for(milliseconds(5));  // it sleeps
  std::atomic<bool> done{false};
  std::thread writer([&] {
    system->KlistFini(Driver::sel.sel_klist);
    EXPECT_TRUE(Driver::left);
    done = true;
  });
  std::this_thread::sleep_for(milliseconds(30));
  EXPECT_FALSE(done);
  EXPECT_EQ(netbsd::write(fds[1], "x", 1), 1);
  reader.join();
  writer.join();
}

TEST(Qsbr, WaitsForAReaderThatSleepsInASystemCall) {
  ExpectWaitForAReaderThatSleepsInASystemCall("qsbr");
}
TEST(Qsbr, ThePeerWaitsForAReaderThatSleepsInASystemCall) {
  ExpectWaitForAReaderThatSleepsInASystemCall("peer_urcu_qsbr");
}

}  // namespace
}  // namespace knote
