// pulse: an emulated driver. Its devices count pulses; EVFILT_READ is active
// when at least the low-water mark of them is there.
//
// A unit is what the bus knows: it stays. Its softc is what the driver
// allocates at attach and frees at detach; knotes point to it (kn_hook). The
// object lock is the unit's. f_event may hold its section for a given time,
// busy or asleep, as drivers do that move data or take locks there.
//
// The functions are given as templates; pulse_filterops.h makes filterops of
// them, in the program or in a shared object.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_DRIVERS_PULSE_H_
#define KNOTESTAT_KNOTE_DRIVERS_PULSE_H_

#include <cerrno>

#include "knote/filedesc.h"
#include "knote/klist_fini.h"
#include "knote/oracle.h"

namespace knote {

// What f_event does besides looking.
struct PulseHold {
  uint64_t ns = 0;
  bool sleeps = false;  // else it computes
};

template <class Env>
struct pulse_softc {
  static constexpr uint32_t kAttached = 0x50554c53, kDetached = 0xdeadbeef;

  typename Env::template Atomic<uint32_t> sc_state{kAttached};
  // Tells a reused softc from the one that a knote was attached to.
  typename Env::template Atomic<uint32_t> sc_generation{0};
  bool sc_dying = false;  // under the object lock
  int64_t sc_pulses = 0;  // under the object lock
  PulseHold sc_hold;
  kmutex<Env>* sc_lock = nullptr;  // the unit's
  Oracle* sc_oracle = nullptr;
  selinfo<Env> sc_sel;
};

template <class Env>
struct alignas(128) pulse_unit {
  kmutex<Env> lock{LockRank::kObject};      // the object lock
  pulse_softc<Env>* softc = nullptr;        // under lock; null: detached
  const filterops<Env>* filtops = nullptr;  // of the driver that is loaded
};

namespace internal {

// True if `kn` may use its softc; false, and counted, if that is gone.
template <class Env>
[[gnu::always_inline]] inline bool PulseEntered(pulse_softc<Env>& sc,
                                                const knote<Env>& kn) {
  if (sc.sc_state.load(std::memory_order_relaxed) == sc.kAttached &&
      sc.sc_generation.load(std::memory_order_relaxed) ==
          static_cast<uint32_t>(kn.kn_hookid)) [[likely]]
    return true;
  sc.sc_oracle->entered_after_fini.fetch_add(1, std::memory_order_relaxed);
  return false;
}

template <class Env>
[[gnu::always_inline]] inline void PulseLeaving(pulse_softc<Env>& sc,
                                                const knote<Env>& kn) {
  if (sc.sc_state.load(std::memory_order_relaxed) != sc.kAttached ||
      sc.sc_generation.load(std::memory_order_relaxed) !=
          static_cast<uint32_t>(kn.kn_hookid)) [[unlikely]]
    sc.sc_oracle->inside_after_fini.fetch_add(1, std::memory_order_relaxed);
}

template <class Env>
[[gnu::always_inline]] inline void PulseHoldSection(const PulseHold& hold) {
  if (hold.sleeps) {
    Env::Sleep(hold.ns);
    return;
  }
  for (const uint64_t end = Env::Now() + hold.ns; Env::Now() < end;)
    Env::Pause();
}

}  // namespace internal

// f_event. With NOTE_SUBMIT the object lock is held.
template <class Env>
[[gnu::always_inline]] inline int pulse_event(knote<Env>* kn, long hint) {
  auto& sc = *static_cast<pulse_softc<Env>*>(kn->kn_hook);
  if (!internal::PulseEntered(sc, *kn)) [[unlikely]]
    return 0;
  int64_t pulses;
  if (hint == NOTE_SUBMIT) {
    pulses = sc.sc_pulses;
  } else {
    kmutex_guard guard(*sc.sc_lock);
    pulses = sc.sc_pulses;
    kn->kn_kevent.data = pulses;
  }
  if (sc.sc_hold.ns != 0) [[unlikely]]
    internal::PulseHoldSection<Env>(sc.sc_hold);
  internal::PulseLeaving(sc, *kn);
  return pulses >= kn->kn_sdata.load(std::memory_order_relaxed);
}

// f_detach.
template <class Env>
[[gnu::always_inline]] inline void pulse_detach_knote(knote<Env>* kn) {
  auto& sc = *static_cast<pulse_softc<Env>*>(kn->kn_hook);
  if (!internal::PulseEntered(sc, *kn)) [[unlikely]]
    return;
  kmutex_guard guard(*sc.sc_lock);
  // Without synchronization the driver can have gone while we waited.
  if (!internal::PulseEntered(sc, *kn)) [[unlikely]]
    return;
  selremove_knote(&sc.sc_sel, kn);
  internal::PulseLeaving(sc, *kn);
}

// kqfilter: attaches `kn` to the unit behind `fp`. EINVAL unless it is an
// EVFILT_READ, ENXIO once the device detaches.
template <class Env>
int pulse_kqfilter(file<Env>* fp, knote<Env>* kn) {
  if (kn->kn_kevent.filter != EVFILT_READ) return EINVAL;
  auto& unit = *static_cast<pulse_unit<Env>*>(fp->f_data);
  kmutex_guard guard(unit.lock);
  auto* sc = unit.softc;
  if (sc == nullptr || sc->sc_dying) return ENXIO;
  kn->kn_hook = sc;
  kn->kn_hookid =
      static_cast<int32_t>(sc->sc_generation.load(std::memory_order_relaxed));
  kn->kn_fop.store(unit.filtops, std::memory_order_release);
  selrecord_knote(&sc->sc_sel, kn);
  return 0;
}

template <class Env>
inline constexpr fileops<Env> pulse_fileops{.fo_kqfilter = pulse_kqfilter<Env>};

// Attaches `sc` to the unit as a fresh device.
template <class Env>
void pulse_attach(pulse_unit<Env>& unit, pulse_softc<Env>& sc) {
  kmutex_guard guard(unit.lock);
  sc.sc_lock = &unit.lock;
  sc.sc_dying = false;
  klist_init(&sc.sc_sel.sel_klist, &unit.lock);
  sc.sc_generation.fetch_add(1, std::memory_order_relaxed);
  sc.sc_state.store(sc.kAttached, std::memory_order_relaxed);
  unit.softc = &sc;
}

// Detaches the unit's device; the caller then frees the softc that it gets.
template <class Kernel>
pulse_softc<typename Kernel::Env>* pulse_detach(
    Kernel& k, pulse_unit<typename Kernel::Env>& unit, FiniPhases& phases) {
  unit.lock.mutex_enter();
  auto* sc = unit.softc;
  unit.softc = nullptr;
  sc->sc_dying = true;  // from here on no KNOTE() and no new knote
  unit.lock.mutex_exit();
  phases = klist_fini(k, &sc->sc_sel.sel_klist);
  sc->sc_state.store(sc->kDetached, std::memory_order_relaxed);
  return sc;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_DRIVERS_PULSE_H_
