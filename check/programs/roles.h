// What the threads of the programs do, and the devices that they do it to.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_PROGRAMS_ROLES_H_
#define KNOTESTAT_CHECK_PROGRAMS_ROLES_H_

#include "check/programs/driver.h"
#include "check/programs/machine.h"

namespace knotestat::check::programs {

// filter_event() on one knote.
template <class S>
struct Reader {
  Machine<S>& machine;
  Knote& kn;
  typename Machine<S>::Lwp lwp{machine.first.proc};
  int times = 1;
  void operator()() {
    const knote::lwp_onproc<S> onproc(lwp);
    for (int i = 0; i < times; ++i) {
      filter_event(machine.k, lwp, kn, 0);
      mi_userret(machine.k, lwp);
    }
  }
};

template <class S>
struct Detacher {
  Machine<S>& machine;
  void operator()() { DetachDevice(machine.k, machine.unit); }
};

// close() of a knote's descriptor.
template <class S>
struct Closer {
  Machine<S>& machine;
  typename Machine<S>::Process& process;
  int fd;
  typename Machine<S>::Lwp lwp{process.proc};
  void operator()() { knote::close<S>(lwp, fd); }
};

// A second device, with a knote of the first process on it.
template <class S>
struct SecondDevice {
  explicit SecondDevice(Machine<S>& m) : machine(m) {
    AttachDevice(unit);
    m.engine.Name(unit.softc, sizeof(Softc), "softc 2");
  }
  ~SecondDevice() { DetachDevice(machine.k, unit); }
  Machine<S>& machine;
  Unit unit;
};

// A section of one klist, then one of another.
template <class S>
struct ReaderInTurn {
  ReaderInTurn(Machine<S>& m, SecondDevice<S>& second)
      : machine(m),
        a(m.OpenAndWatch(m.first, "knote A")),
        b(m.OpenAndWatch(m.first, "knote B", second.unit)),
        lwp(m.first.proc) {}
  void operator()() {
    const knote::lwp_onproc<S> onproc(lwp);
    filter_event(machine.k, lwp, a, 0);
    filter_event(machine.k, lwp, b, 0);
  }
  Machine<S>& machine;
  Knote &a, &b;
  typename Machine<S>::Lwp lwp;
};

}  // namespace knotestat::check::programs

#endif  // KNOTESTAT_CHECK_PROGRAMS_ROLES_H_
