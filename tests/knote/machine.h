// One process with one kqueue and one pulse device, to test against.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_MACHINE_H_
#define KNOTESTAT_TESTS_KNOTE_MACHINE_H_

#include <memory>
#include <vector>

#include "knote/drivers/driver.h"
#include "knote/drivers/pulse.h"
#include "knote/filters/file.h"
#include "knote/syscalls.h"

namespace knote {

template <class S>
struct Machine {
  using Kernel = kernel<S>;
  using Lwp = typename Kernel::lwp;

  Machine() : k(Prepared()), process(k), main(process) {
    kfilter_init(k);
    unit.filtops = BuiltInDriver();
    Attach();
    kq = kqueue1<S>(main);
  }
  ~Machine() {
    if (kq >= 0) close<S>(main, kq);
    for (int fd : opened) close<S>(main, fd);
    if (unit.softc != nullptr) Detach();
  }

  static int Prepared() {
    HwEnv::HeavyFenceMissing();  // registers the process for membarrier
    HwEnv::RestartFenceMissing();
    return HwEnv::CpuLimit();
  }

  void Attach() {
    softc = std::make_unique<pulse_softc<HwEnv>>();
    softc->sc_oracle = &oracle;
    pulse_attach(unit, *softc);
  }

  // Detaches the device and frees its softc.
  FiniPhases Detach() {
    FiniPhases phases;
    pulse_detach(k, unit, phases);
    softc.reset();
    return phases;
  }

  // A descriptor of the device.
  int Open() {
    auto& handle = handles.emplace_back(std::make_unique<file<HwEnv>>());
    handle->f_ops = &pulse_fileops<HwEnv>;
    handle->f_data = &unit;
    opened.push_back(fd_open(process.p_fd, handle.get()));
    return opened.back();
  }

  int Close(int fd) {
    std::erase(opened, fd);
    return close<S>(main, fd);
  }

  // One change; 0 or a negative errno.
  int Change(Lwp& l, const kevent& kev) {
    return kevent1<S>(l, kq, {&kev, 1}, {}, 0);
  }
  int Add(int fd, uint32_t flags = 0, int64_t lowat = 1) {
    return Change(main, {.ident = static_cast<uintptr_t>(fd),
                         .filter = EVFILT_READ,
                         .flags = EV_ADD | flags,
                         .data = lowat});
  }

  // A change of the EVFILT_USER that has number 1.
  int User(uint32_t flags, uint32_t fflags = 0, int64_t data = 0) {
    return Change(main, UserEvent(flags, fflags, data));
  }
  static kevent UserEvent(uint32_t flags, uint32_t fflags = 0,
                          int64_t data = 0) {
    return {.ident = 1,
            .filter = EVFILT_USER,
            .flags = flags,
            .fflags = fflags,
            .data = data};
  }

  // Events that are there now.
  std::vector<kevent> Poll(size_t room = 8) {
    std::vector<kevent> events(room);
    const int n = kevent1<S>(main, kq, {}, events, 0);
    events.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return events;
  }

  // The device's interrupt: `pulses` more, and an event for it.
  void Pulse(Lwp& l, int64_t pulses) {
    kmutex_guard guard(unit.lock);
    if (unit.softc == nullptr) return;
    unit.softc->sc_pulses += pulses;
    KNOTE<SubmitProtection::kContract>(k, l, &unit.softc->sc_sel.sel_klist,
                                       NOTE_SUBMIT);
  }

  Kernel k;
  typename Kernel::proc process;
  Lwp main;
  Oracle oracle;
  pulse_unit<HwEnv> unit;
  std::unique_ptr<pulse_softc<HwEnv>> softc;
  std::vector<std::unique_ptr<file<HwEnv>>> handles;
  std::vector<int> opened;
  int kq = -1;
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_MACHINE_H_
