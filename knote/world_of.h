// WorldOf<S>: the world of world.h under strategy S.
//
// Built on the caller's thread: processes, one kqueue for each load thread,
// devices, and their knotes. Knote j of device d is on the kqueue of load
// thread (d + j) % threads; thread t is the interrupt of devices d % T == t.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_WORLD_OF_H_
#define KNOTESTAT_KNOTE_WORLD_OF_H_

#include <deque>
#include <random>

#include "knote/drivers/driver.h"
#include "knote/drivers/softc_pool.h"
#include "knote/filters/file.h"
#include "knote/netbsd/system_of.h"
#include "knote/syscalls.h"
#include "knote/world.h"

namespace knote {

template <class S>
class WorldOf final : public World {
 public:
  using Env = typename S::Env;
  using Kernel = kernel<S>;

  explicit WorldOf(const Load& load)
      : load_(load),
        kernel_(Env::CpuLimit()),
        units_(static_cast<size_t>(load.devices)),
        pool_(load.free_softcs, PulseHold{load.hold_ns, load.hold_sleeps},
              load.mix[static_cast<size_t>(Path::kScan)] != 0 ? 1 : 0,
              &oracle_),
        threads_(static_cast<size_t>(load.total_threads()) + 1) {
    kfilter_init(kernel_);
    for (int p = 0; p < load.processes; ++p) processes_.emplace_back(kernel_);
    typename Kernel::lwp lwp(processes_[0]);
    for (int t = 0; t < load.total_threads(); ++t) {
      lwp.l_proc = &ProcessOf(t);
      threads_[Index(t)].kqueue = kqueue1<S>(lwp);
      FillMix(threads_[Index(t)], t);
    }
    for (int d = 0; d < load.devices; ++d) {
      units_[Index(d)].filtops =
          load.mpsafe ? BuiltInDriver() : BuiltInDriverUnderKernelLock();
      pulse_attach(units_[Index(d)], *pool_.Allocate());
      for (int j = 0; j < load.knotes_per_device; ++j) {
        Watch& watch = watches_.emplace_back();
        watch.unit = &units_[Index(d)];
        watch.thread = (d + j) % load.total_threads();
        Open(lwp, watch);
        threads_[Index(watch.thread)].watches.push_back(&watch);
      }
    }
    for (int t = 0; t < load.total_threads(); ++t) {
      for (int d = t % load.devices; d < load.devices;
           d += load.total_threads())
        threads_[Index(t)].units.push_back(&units_[Index(d)]);
    }
  }

  ~WorldOf() override {
    typename Kernel::lwp lwp(processes_[0]);
    for (Watch& watch : watches_) {
      lwp.l_proc = &ProcessOf(watch.thread);
      close<S>(lwp, watch.fd);
    }
    for (int t = 0; t < load_.total_threads(); ++t) {
      lwp.l_proc = &ProcessOf(t);
      close<S>(lwp, threads_[Index(t)].kqueue);
    }
    for (auto& unit : units_) {
      FiniPhases phases;
      pool_.Free(pulse_detach(kernel_, unit, phases));
    }
  }

  void EnterThread(int thread) override {
    const bool writer = thread == load_.total_threads();
    threads_[Index(thread)].lwp = std::make_unique<typename Kernel::lwp>(
        writer ? processes_[0] : ProcessOf(thread));
  }

  void LeaveThread(int thread) override { threads_[Index(thread)].lwp.reset(); }

  void Run(int thread, Path path, uint64_t operations) override {
    Thread& me = threads_[Index(thread)];
    ReopenStale(me);
    const lwp_onproc<S> onproc(*me.lwp);
    switch (path) {
      case Path::kScan:
        return Repeat<Path::kScan>(me, operations);
      case Path::kSubmit:
        return Repeat<Path::kSubmit>(me, operations);
      case Path::kRegister:
        return Repeat<Path::kRegister>(me, operations);
    }
  }

  uint64_t Sample(int thread, uint64_t operations, int stride,
                  Samples& samples) override {
    Thread& me = threads_[Index(thread)];
    ReopenStale(me);
    const lwp_onproc<S> onproc(*me.lwp);
    return load_.submit_by_contract ? SampleLoop<SubmitProtection::kContract>(
                                          me, operations, stride, samples)
                                    : SampleLoop<SubmitProtection::kSection>(
                                          me, operations, stride, samples);
  }

  FiniPhases Detach(int device) override {
    auto& unit = units_[Index(device)];
    FiniPhases phases;
    auto* sc = pulse_detach(kernel_, unit, phases);
    pool_.Free(sc);
    pulse_attach(unit, *pool_.Allocate());
    const int first = device * load_.knotes_per_device;
    for (int j = 0; j < load_.knotes_per_device; ++j) {
      Watch& watch = watches_[Index(first + j)];
      if (writer_reopens_) {
        Reopen(*threads_.back().lwp, watch);
        continue;
      }
      watch.stale.store(true, std::memory_order_relaxed);
      threads_[Index(watch.thread)].stale.store(true,
                                                std::memory_order_release);
    }
    return phases;
  }

  uint64_t OracleViolations() const override { return oracle_.violations(); }

 private:
  // A descriptor of a device with a knote on it.
  struct Watch {
    pulse_unit<Env>* unit = nullptr;
    int thread = 0;  // whose kqueue
    file<Env> handle;
    int fd = -1;
    std::atomic<bool> stale{false};  // the device was detached meanwhile
  };

  // A load thread, or the writer. Aligned so that neighbours do not share.
  struct alignas(128) Thread {
    std::unique_ptr<typename Kernel::lwp> lwp;
    int kqueue = -1;
    std::vector<pulse_unit<Env>*> units;
    std::vector<Watch*> watches;
    size_t next_unit = 0;
    size_t next_watch = 0;
    std::vector<Path> mix;
    size_t next_path = 0;
    std::atomic<bool> stale{false};  // one of its watches is
  };

  static constexpr uint64_t kSectionReportNs = 1'000'000;

  static size_t Index(int i) { return static_cast<size_t>(i); }

  typename Kernel::proc& ProcessOf(int thread) {
    return processes_[Index(thread / load_.threads)];
  }

  // A shuffled sequence with the mix's shares, so that a turn costs no random
  // number.
  void FillMix(Thread& thread, int t) {
    for (int path = 0; path < kPaths; ++path)
      thread.mix.insert(thread.mix.end(), Index(load_.mix[Index(path)]),
                        static_cast<Path>(path));
    const size_t once = thread.mix.size();
    while (once != 0 && thread.mix.size() < 256) {
      for (size_t i = 0; i < once; ++i) thread.mix.push_back(thread.mix[i]);
    }
    std::mt19937_64 random(load_.seed * 1000003 + static_cast<uint64_t>(t));
    std::shuffle(thread.mix.begin(), thread.mix.end(), random);
  }

  // Closes a device that was detached, and opens it now that it is back.
  void Reopen(typename Kernel::lwp& lwp, Watch& watch) {
    lwp.l_proc = &ProcessOf(watch.thread);
    close<S>(lwp, watch.fd);
    Open(lwp, watch);
  }

  // A user notices which devices were detached. Between blocks and chunks, so
  // that no timed operation pays for it.
  void ReopenStale(Thread& me) {
    if (!me.stale.load(std::memory_order_relaxed)) return;
    me.stale.exchange(false, std::memory_order_acquire);
    for (Watch* watch : me.watches) {
      if (!watch->stale.exchange(false, std::memory_order_relaxed)) continue;
      Reopen(*me.lwp, *watch);
    }
  }

  // Opens the device of `watch` in its process and adds the knote.
  void Open(typename Kernel::lwp& lwp, Watch& watch) {
    lwp.l_proc = &ProcessOf(watch.thread);
    watch.handle.f_ops = &pulse_fileops<Env>;
    watch.handle.f_data = watch.unit;
    watch.fd = fd_open(lwp.l_proc->p_fd, &watch.handle);
    const kevent change = AddOf(watch.fd);
    kevent1<S>(lwp, threads_[Index(watch.thread)].kqueue, {&change, 1}, {});
  }

  static kevent AddOf(int fd) {
    return kevent{.ident = static_cast<uintptr_t>(fd),
                  .filter = EVFILT_READ,
                  .flags = EV_ADD,
                  .fflags = NOTE_LOWAT,
                  .data = 1};
  }

  template <class T>
  static T& Next(const std::vector<T*>& of, size_t& next) {
    T& item = *of[next];
    if (++next == of.size()) next = 0;
    return item;
  }

  // One operation of a path, back to user mode: the code whose cost is
  // measured.
  template <Path kPath, SubmitProtection kProtection>
  [[gnu::always_inline]] void Operate(Thread& me) {
    if constexpr (kPath == Path::kSubmit) {
      Interrupt<kProtection>(me, Next(me.units, me.next_unit));
    } else if constexpr (kPath == Path::kScan) {
      kevent event;
      kevent1<S>(*me.lwp, me.kqueue, {}, {&event, 1}, 0);
    } else {
      Watch& watch = Next(me.watches, me.next_watch);
      const kevent change = AddOf(watch.fd);
      kevent1<S>(*me.lwp, me.kqueue, {&change, 1}, {});
    }
    mi_userret(kernel_, *me.lwp);
  }

  template <SubmitProtection kProtection>
  [[gnu::always_inline]] void Interrupt(Thread& me, pulse_unit<Env>& unit) {
    kmutex_guard guard(unit.lock);
    if (auto* sc = unit.softc; sc != nullptr) [[likely]]
      KNOTE<kProtection>(kernel_, *me.lwp, &sc->sc_sel.sel_klist, NOTE_SUBMIT);
  }

  template <Path kPath>
  void Repeat(Thread& me, uint64_t operations) {
    if (kPath == Path::kSubmit && load_.submit_by_contract) {
      for (; operations > 0; --operations)
        Operate<kPath, SubmitProtection::kContract>(me);
    } else {
      for (; operations > 0; --operations)
        Operate<kPath, SubmitProtection::kSection>(me);
    }
  }

  template <SubmitProtection kProtection>
  Path OperateNext(Thread& me) {
    const Path path = me.mix[me.next_path];
    if (++me.next_path == me.mix.size()) me.next_path = 0;
    switch (path) {
      case Path::kScan:
        Operate<Path::kScan, kProtection>(me);
        break;
      case Path::kSubmit:
        Operate<Path::kSubmit, kProtection>(me);
        break;
      case Path::kRegister:
        Operate<Path::kRegister, kProtection>(me);
        break;
    }
    return path;
  }

  template <SubmitProtection kProtection>
  uint64_t SampleLoop(Thread& me, uint64_t operations, int stride,
                      Samples& samples) {
    const auto untimed = static_cast<uint64_t>(stride - 1);
    uint64_t done = 0;
    for (; done < operations; done += untimed + 1) {
      for (uint64_t i = 0; i < untimed; ++i) OperateNext<kProtection>(me);
      const uint64_t begin = Env::Cycles();
      const Path path = OperateNext<kProtection>(me);
      const uint64_t end = Env::Cycles();
      samples.ticks[static_cast<size_t>(path)].push_back(
          static_cast<uint32_t>(std::min<uint64_t>(end - begin, UINT32_MAX)));
      if (knotestat::usdt::ReaderSectionWatched() && end >= samples.next_report)
          [[unlikely]]
        ReportSection(begin, end, samples);
    }
    return done;
  }

  // Fires reader__section, at most once a millisecond.
  [[gnu::noinline]] static void ReportSection(uint64_t begin, uint64_t end,
                                              Samples& samples) {
    samples.next_report =
        end + static_cast<uint64_t>(kSectionReportNs / samples.ns_per_tick);
    const double ns = static_cast<double>(end - begin) * samples.ns_per_tick;
    knotestat::usdt::FireReaderSection(static_cast<uint64_t>(ns),
                                       S::kInfo.name.data());
  }

  const Load load_;
  // Who opens a device again. Its users, as in life; but where all do nothing
  // else than submit, in a section that may not be entered under an object
  // lock, a user's close deadlocks with a submitter once a writer waits (the
  // close holds a section and wants the object lock, the submitter has it and
  // wants a section). There the writer does it, between two klist_fini().
  const bool writer_reopens_ =
      !S::kInfo.enter_under_spin_lock && !load_.submit_by_contract;
  Oracle oracle_;
  Kernel kernel_;
  std::deque<typename Kernel::proc> processes_;
  std::vector<pulse_unit<Env>> units_;
  SoftcPool<Env> pool_;
  std::deque<Watch> watches_;
  std::vector<Thread> threads_;
};

// Registers S as a strategy: one line in NAME/NAME.cc.
template <class S>
StrategyEntry EntryOf() {
  using Env = typename S::Env;
  static_assert(sizeof(void*) != 8 || sizeof(knote<Env>) == 136,
                "struct knote is as large as NetBSD's");
  static_assert(alignof(typename kernel<S>::knote_impl) <= 64,
                "knotes lie on lines, not on more");
  static_assert(sizeof(typename kernel<S>::knote_impl) ==
                    sizeof(knote<Env>) + S::kInfo.bytes_per_knote,
                "kInfo.bytes_per_knote is kKnoteBytes<Env, KnoteState>");
  return {S::kInfo,
          [](const Load& load) -> std::unique_ptr<World> {
            return std::make_unique<WorldOf<S>>(load);
          },
          []() -> std::unique_ptr<netbsd::System> {
            return std::make_unique<netbsd::SystemOf<S>>();
          }};
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_WORLD_OF_H_
