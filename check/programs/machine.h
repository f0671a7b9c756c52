// What the checked programs run on: a kernel under one strategy, two processes
// with a kqueue each, and a device.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_PROGRAMS_MACHINE_H_
#define KNOTESTAT_CHECK_PROGRAMS_MACHINE_H_

#include "check/programs/driver.h"
#include "knote/filters/file.h"
#include "knote/syscalls.h"

namespace knotestat::check {

template <class S>
struct Machine {
  using Kernel = knote::kernel<S>;
  using Lwp = typename Kernel::lwp;
  static constexpr int kProcesses = 2, kFiles = 3;

  // A process with its kqueue.
  struct Process {
    explicit Process(Kernel& kern) : proc(kern) {}
    typename Kernel::proc proc;
    int kqueue = -1;
  };

  explicit Machine(Engine& e, DeviceOptions device = {})
      : engine(e), k(CheckEnv::CpuLimit()), first(k), second(k) {
    kfilter_init(k);
    AttachDevice(unit, device);
    engine.Name(&unit, sizeof(unit), "object lock");
    engine.Name(unit.softc, sizeof(Softc), "softc");
    engine.Name(&k.filterops_sync, sizeof(S), "strategy");
    engine.Name(&k.kqueue_filter_lock, sizeof(k.kqueue_filter_lock),
                "kqueue_filter_lock");
    engine.Name(&k.KERNEL_LOCK, sizeof(k.KERNEL_LOCK), "KERNEL_LOCK");
    Lwp lwp(first.proc);
    for (Process* process : {&first, &second}) {
      lwp.l_proc = &process->proc;
      process->kqueue = knote::kqueue1<S>(lwp);
      engine.Name(&process->proc.p_fd.fd_lock,
                  sizeof(process->proc.p_fd.fd_lock), "fd_lock");
    }
  }

  // Tears down: closes what is open, detaches, closes the kqueues.
  ~Machine() {
    Lwp lwp(first.proc);
    for (Process* process : {&first, &second}) {
      lwp.l_proc = &process->proc;
      for (int fd = 0; fd < kFiles + 1; ++fd) {
        if (fd != process->kqueue) knote::close<S>(lwp, fd);
      }
    }
    DetachDevice(k, unit);
    // If the threads have left the strategy in order, nobody is waited for.
    AttachDevice(unit);
    DetachDevice(k, unit);
    for (Process* process : {&first, &second}) {
      lwp.l_proc = &process->proc;
      knote::close<S>(lwp, process->kqueue);
    }
  }

  // A descriptor of `device`, in `process`.
  int Open(Process& process, Unit& device) {
    auto& handle = handles[opened++];
    handle.f_ops = &kDriverFileops;
    handle.f_data = &device;
    return knote::fd_open(process.proc.p_fd, &handle);
  }

  // A descriptor of the device with a knote on it. For set-up.
  Knote& OpenAndWatch(Process& process, std::string_view name) {
    return OpenAndWatch(process, name, unit);
  }
  Knote& OpenAndWatch(Process& process, std::string_view name, Unit& device) {
    const int fd = Open(process, device);
    Lwp lwp(process.proc);
    Change(lwp, process, fd, knote::EV_ADD);
    Knote& kn = *process.proc.p_fd.Slot(static_cast<uintptr_t>(fd))->ff_knlist;
    engine.Name(&kn, sizeof(typename Kernel::knote_impl), name);
    return kn;
  }

  static int DescriptorOf(const Knote& kn) {
    return static_cast<int>(kn.kn_kevent.ident);
  }

  // One kevent() change; 0 or a negative errno.
  int Change(Lwp& lwp, Process& process, int fd, uint32_t flags) {
    const knote::kevent change{.ident = static_cast<uintptr_t>(fd),
                               .filter = knote::EVFILT_READ,
                               .flags = flags,
                               .data = 1};
    return knote::kevent1<S>(lwp, process.kqueue, {&change, 1}, {}, 0);
  }

  // The device's interrupt.
  void Submit(Lwp& lwp) { Submit(lwp, unit); }
  void Submit(Lwp& lwp, Unit& device) {
    using knote::SubmitProtection;
    constexpr auto kProtection =
        S::kInfo.covers_submit && S::kInfo.enter_under_spin_lock
            ? SubmitProtection::kSection
            : SubmitProtection::kContract;
    const knote::lwp_onproc<S> onproc(lwp);
    const knote::kmutex_guard guard(device.lock);
    if (device.softc != nullptr)
      knote::KNOTE<kProtection>(k, lwp, &device.softc->sc_sel.sel_klist,
                                knote::NOTE_SUBMIT);
  }

  Engine& engine;
  Unit unit;
  knote::file<CheckEnv> handles[kFiles];
  size_t opened = 0;
  Kernel k;
  Process first, second;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_PROGRAMS_MACHINE_H_
