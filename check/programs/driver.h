// The driver of the checked programs: it knows when it is called too late.
//
// It keeps the pulse driver's rules (knote/drivers/pulse.h): knotes on the
// klist of its softc, an object lock that stays, refusal once it detaches. Its
// functions begin and end with a look at the softc, which is freed as soon as
// klist_fini() has returned.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_PROGRAMS_DRIVER_H_
#define KNOTESTAT_CHECK_PROGRAMS_DRIVER_H_

#include "check/check_env.h"
#include "knote/filedesc.h"
#include "knote/klist_fini.h"

namespace knotestat::check {

using Knote = knote::knote<CheckEnv>;

// Flags are int: what is read from poisoned memory is a value, too.
struct Softc : CheckEnv::Object {
  CheckEnv::Atomic<uint32_t> sc_state{1};
  int sc_takes_lock = 0;  // f_event does
  int sc_active = 0;      // what f_event says
  int sc_lingers = 0;     // f_detach runs on after it has unlinked
  Plain<int> sc_pulses;   // under the object lock
  knote::kmutex<CheckEnv>* sc_lock = nullptr;
  knote::selinfo<CheckEnv> sc_sel;
};

struct Unit {
  knote::kmutex<CheckEnv> lock;  // the object lock
  Softc* softc = nullptr;        // under lock; null: detached
};

// A driver's function runs.
class DriverCall {
 public:
  DriverCall(Softc& softc, const char* function);
  ~DriverCall() { Leave(); }
  // The function will not use its softc from here on.
  void Leave();
  DriverCall(const DriverCall&) = delete;
  DriverCall& operator=(const DriverCall&) = delete;

 private:
  void Look(const char* what) const;
  Softc& softc_;
  bool left_ = false;
  const char* const function_;
};

extern const knote::filterops<CheckEnv> kDriverFilterops;
extern const knote::fileops<CheckEnv> kDriverFileops;

struct DeviceOptions {
  bool takes_lock = false;
  bool active = false;
  bool lingers = false;
};

void AttachDevice(Unit& unit, const DeviceOptions& options = {});

// Detaches the device and frees its softc at once.
template <class Kernel>
void DetachDevice(Kernel& k, Unit& unit) {
  unit.lock.mutex_enter();
  Softc* softc = unit.softc;
  unit.softc = nullptr;
  if (softc != nullptr) softc->sc_pulses.Write(0);
  unit.lock.mutex_exit();
  if (softc == nullptr) return;
  knote::klist_fini(k, &softc->sc_sel.sel_klist);
  delete softc;
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_PROGRAMS_DRIVER_H_
