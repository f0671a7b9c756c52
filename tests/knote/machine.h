// One process with one kqueue and one pulse device, to test against.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_MACHINE_H_
#define KNOTESTAT_TESTS_KNOTE_MACHINE_H_

#include <memory>
#include <optional>
#include <vector>

#include "knote/drivers/driver.h"
#include "knote/drivers/pulse.h"
#include "tests/knote/named_strategies.h"

namespace knote {

// The timeout of a kevent() that does not sleep.
inline constexpr timespec kNow{0, 0};

// A system as pulse_detach() wants one.
struct PulseSystem {
  using Env = HwEnv;
  netbsd::System& system;
};
inline FiniPhases klist_fini(PulseSystem& k, klist<HwEnv>* list) {
  return k.system.KlistFini(*list);
}

struct Machine {
  using Thread = netbsd::Thread;

  explicit Machine(std::unique_ptr<netbsd::System> booted)
      : system(std::move(booted)),
        process(system->NewProcess()),
        main(process->NewThread()) {
    unit.filtops = BuiltInDriver();
    Attach();
    kq = main->Kqueue();
  }
  ~Machine() {
    if (kq >= 0) main->Close(kq);
    for (const int fd : opened) main->Close(fd);
    if (unit.softc != nullptr) Detach();
  }

  // The calling thread as one of the process.
  std::unique_ptr<Thread> NewThread() { return process->NewThread(); }

  void Attach() {
    softc = std::make_unique<pulse_softc<HwEnv>>();
    softc->sc_oracle = &oracle;
    pulse_attach(unit, *softc);
  }

  // Detaches the device, whose softc stays, poisoned.
  FiniPhases DetachAndKeep() {
    FiniPhases phases;
    PulseSystem k{*system};
    pulse_detach(k, unit, phases);
    return phases;
  }

  // Detaches the device and frees its softc.
  FiniPhases Detach() {
    const FiniPhases phases = DetachAndKeep();
    softc.reset();
    return phases;
  }

  // A descriptor of the device.
  int Open() {
    auto& handle = handles.emplace_back(std::make_unique<file<HwEnv>>());
    handle->f_ops = &pulse_fileops<HwEnv>;
    handle->f_data = &unit;
    opened.push_back(main->Open(*handle));
    return opened.back();
  }

  int Close(int fd) {
    std::erase(opened, fd);
    return main->Close(fd);
  }

  // One change; 0 or a negative errno.
  int Change(Thread& l, const kevent& kev) {
    return l.Kevent(kq, &kev, 1, nullptr, 0, &kNow);
  }
  int Change(const kevent& kev) { return Change(*main, kev); }
  int Add(int fd, uint32_t flags = 0, int64_t lowat = 1) {
    return Change({.ident = static_cast<uintptr_t>(fd),
                   .filter = EVFILT_READ,
                   .flags = EV_ADD | flags,
                   .data = lowat});
  }

  // A change of the EVFILT_USER that has number 1.
  int User(uint32_t flags, uint32_t fflags = 0, int64_t data = 0) {
    return Change(UserEvent(flags, fflags, data));
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
    const int n = main->Kevent(kq, nullptr, 0, events.data(), room, &kNow);
    events.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return events;
  }

  // The device's interrupt: `pulses` more, and an event for it.
  void Pulse(int64_t pulses) {
    kmutex_guard guard(unit.lock);
    if (unit.softc == nullptr) return;
    unit.softc->sc_pulses += pulses;
    main->Knote(unit.softc->sc_sel.sel_klist);
  }

  const std::unique_ptr<netbsd::System> system;
  const std::unique_ptr<netbsd::Process> process;
  const std::unique_ptr<Thread> main;
  Oracle oracle;
  pulse_unit<HwEnv> unit;
  std::unique_ptr<pulse_softc<HwEnv>> softc;
  std::vector<std::unique_ptr<file<HwEnv>>> handles;
  std::vector<int> opened;
  int kq = -1;
};

// Waits in `l` for one event, as long as it takes.
inline int WaitForOne(netbsd::Thread& l, int kq) {
  kevent event;
  return l.Kevent(kq, nullptr, 0, &event, 1, nullptr);
}
// Looks whether there is one.
inline int LookForOne(netbsd::Thread& l, int kq) {
  kevent event;
  return l.Kevent(kq, nullptr, 0, &event, 1, &kNow);
}

// A machine under the strategy that is the parameter.
class MachineTest : public netbsd::NamedStrategyTest {
 protected:
  void SetUp() override {
    NamedStrategyTest::SetUp();
    if (system != nullptr) machine.emplace(std::move(system));
  }

  std::optional<Machine> machine;
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_MACHINE_H_
