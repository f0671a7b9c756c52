// SPDX-License-Identifier: BSD-2-Clause
#include "check/programs/driver.h"

#include <string>

namespace knotestat::check {
namespace {

constexpr int32_t kAttached = 1, kDetached = 2;  // kn_hookid

Softc& SoftcOf(Knote* kn) { return *static_cast<Softc*>(kn->kn_hook); }

int DriverEvent(Knote* kn, long hint) {
  Softc& softc = SoftcOf(kn);
  const DriverCall call(softc, "f_event");
  if (hint == knote::NOTE_SUBMIT) {  // the object lock is held
    softc.sc_pulses.Write(softc.sc_pulses.Read() + 1);
  } else if (softc.sc_takes_lock != 0) {
    const knote::kmutex_guard guard(*softc.sc_lock);
    softc.sc_pulses.Write(softc.sc_pulses.Read() + 1);
  }
  return softc.sc_active;
}

void DriverDetach(Knote* kn) {
  Softc& softc = SoftcOf(kn);
  DriverCall call(softc, "f_detach");
  const knote::kmutex_guard guard(*softc.sc_lock);
  if (kn->kn_hookid != kAttached) {
    Engine& engine = *Engine::current();
    engine.Report(FindingKind::kDoubleDetach,
                  engine.ThreadName(engine.thread()) +
                      " calls f_detach for a knote that is detached already");
  }
  kn->kn_hookid = kDetached;
  softc.sc_pulses.Write(softc.sc_pulses.Read() + 1);
  const int lingers = softc.sc_lingers;
  if (lingers == 0) call.Leave();
  selremove_knote(&softc.sc_sel, kn);
}

int DriverKqfilter(knote::file<CheckEnv>* fp, Knote* kn) {
  auto& unit = *static_cast<Unit*>(fp->f_data);
  const knote::kmutex_guard guard(unit.lock);
  Softc* softc = unit.softc;
  if (softc == nullptr) return ENXIO;
  kn->kn_hook = softc;
  kn->kn_hookid = kAttached;
  kn->kn_fop.store(&kDriverFilterops, std::memory_order_release);
  softc->sc_pulses.Write(softc->sc_pulses.Read() + 1);
  selrecord_knote(&softc->sc_sel, kn);
  return 0;
}

}  // namespace

const knote::filterops<CheckEnv> kDriverFilterops{
    .f_flags = knote::FILTEROP_ISFD | knote::FILTEROP_MPSAFE,
    .f_detach = DriverDetach,
    .f_event = DriverEvent};

const knote::fileops<CheckEnv> kDriverFileops{.fo_kqfilter = DriverKqfilter};

DriverCall::DriverCall(Softc& softc, const char* function)
    : softc_(softc), function_(function) {
  Look(" is called");
}

void DriverCall::Leave() {
  if (!left_) Look(" still runs");
  left_ = true;
}

void DriverCall::Look(const char* what) const {
  Engine& engine = *Engine::current();
  const HeapObject* object = engine.heap().Find(&softc_);
  if (object == nullptr || object->freed) {
    engine.Report(FindingKind::kDriverGone,
                  std::string(function_) + what + " by " +
                      engine.ThreadName(engine.thread()) +
                      " though klist_fini() has returned");
  }
  softc_.sc_state.load(std::memory_order_relaxed);
}

void AttachDevice(Unit& unit, const DeviceOptions& options) {
  auto* softc = new Softc;
  softc->sc_takes_lock = options.takes_lock;
  softc->sc_active = options.active;
  softc->sc_lingers = options.lingers;
  softc->sc_lock = &unit.lock;
  klist_init(&softc->sc_sel.sel_klist, &unit.lock);
  const knote::kmutex_guard guard(unit.lock);
  unit.softc = softc;
}

}  // namespace knotestat::check
