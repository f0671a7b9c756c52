// A driver and a module whose functions keep count of themselves.
//
// Memory of a device stays after it is detached, so that a function which is
// called too late is counted and harms nothing.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_DEVICE_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_DEVICE_H_

#include <atomic>
#include <cerrno>
#include <deque>
#include <memory>
#include <mutex>

#include "knote/filedesc.h"
#include "knote/netbsd/system.h"

namespace knote::history {

// What was attached, and what became of it. Thread-safe.
class Registrar {
 public:
  struct Entry {
    void* udata = nullptr;  // of the EV_ADD
    std::atomic<int> detaches{0};
    std::atomic<int> calls_after_gone{0};
  };

  Entry* Attached(void* udata) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_.emplace_back();
    entry.udata = udata;
    return &entry;
  }
  const std::deque<Entry>& entries() const { return entries_; }

 private:
  std::mutex mutex_;
  std::deque<Entry> entries_;  // stay where they are
};

// What the bus knows of a device; the device itself comes and goes.
class Unit {
 public:
  explicit Unit(Registrar& registrar) : registrar_(registrar) { Attach(); }

  // A file of this unit, for netbsd::Thread::Open(): goes with its last
  // descriptor.
  file<HwEnv>* NewFile() {
    auto* fp = new file<HwEnv>;
    fp->f_ops = &kFileops;
    fp->f_data = this;
    return fp;
  }

  // The device's interrupt.
  void Pulse(netbsd::Thread& thread) {
    const kmutex_guard guard(lock_);
    if (device_ == nullptr) return;
    ++device_->pulses;
    thread.Knote(device_->knotes);
  }

  // Detaches the device if there is one, and attaches a new one.
  void Replace(netbsd::System& system) {
    Device* gone;
    {
      const kmutex_guard guard(lock_);
      gone = device_;
      device_ = nullptr;
    }
    if (gone == nullptr) return;  // somebody else is at it
    neutered_ += system.KlistFini(gone->knotes).knotes;
    gone->gone.store(true, std::memory_order_relaxed);
    Attach();
  }

  // Nobody uses the unit: the udata of each knote of the device, if it is
  // active.
  std::vector<void*> ActiveKnotes() {
    std::vector<void*> active;
    const kmutex_guard guard(lock_);
    if (device_ == nullptr || device_->pulses == 0) return active;
    for (auto* kn = device_->knotes.slh_first; kn != nullptr;
         kn = kn->kn_selnext)
      active.push_back(kn->kn_kevent.udata);
    return active;
  }

  uint64_t neutered() const { return neutered_; }
  uint64_t neutered_in_detach() const { return neutered_in_detach_; }
  uint64_t calls_after_fini() const { return calls_after_fini_; }

 private:
  struct Device {
    Unit* unit = nullptr;
    klist<HwEnv> knotes;
    int64_t pulses = 0;  // under lock_
    std::atomic<bool> gone{false};
  };
  struct Hook {
    Device* device = nullptr;
    Registrar::Entry* entry = nullptr;
  };

  void Attach() {
    const kmutex_guard guard(lock_);
    Device& device = devices_.emplace_back();
    device.unit = this;
    klist_init(&device.knotes, &lock_);
    device_ = &device;
  }

  static int Kqfilter(file<HwEnv>* fp, knote<HwEnv>* kn) {
    if (kn->kn_kevent.filter != EVFILT_READ) return EINVAL;
    auto& unit = *static_cast<Unit*>(fp->f_data);
    const kmutex_guard guard(unit.lock_);
    if (unit.device_ == nullptr) return ENXIO;
    kn->kn_hook = &unit.hooks_.emplace_back(
        Hook{unit.device_, unit.registrar_.Attached(kn->kn_kevent.udata)});
    kn->kn_fop.store(&kFilterops, std::memory_order_release);
    klist_insert(&unit.device_->knotes, kn);
    return 0;
  }

  static Hook& Called(knote<HwEnv>* kn) {
    Hook& hook = *static_cast<Hook*>(kn->kn_hook);
    if (hook.device->gone.load(std::memory_order_relaxed))
      ++hook.device->unit->calls_after_fini_;
    if (hook.entry->detaches != 0) ++hook.entry->calls_after_gone;
    return hook;
  }

  static void Detach(knote<HwEnv>* kn) {
    Hook& hook = Called(kn);
    const kmutex_guard guard(hook.device->unit->lock_);
    auto& list = hook.device->knotes;
    auto* linked = list.slh_first;
    while (linked != nullptr && linked != kn) linked = linked->kn_selnext;
    if (linked == nullptr) ++hook.device->unit->neutered_in_detach_;
    klist_remove(&list, kn);
    ++hook.entry->detaches;
  }

  static int Event(knote<HwEnv>* kn, long hint) {
    Hook& hook = Called(kn);
    if (hint == NOTE_SUBMIT) return hook.device->pulses > 0;
    const kmutex_guard guard(hook.device->unit->lock_);
    return hook.device->pulses > 0;
  }

  static void CloseFile(file<HwEnv>* fp, lwp_base&) { delete fp; }

  static constexpr filterops<HwEnv> kFilterops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = Detach,
      .f_event = Event};
  static constexpr fileops<HwEnv> kFileops{.fo_kqfilter = Kqfilter,
                                           .fo_close = CloseFile};

  kmutex<HwEnv> lock_{LockRank::kObject};
  Registrar& registrar_;
  Device* device_ = nullptr;    // under lock_
  std::deque<Device> devices_;  // under lock_
  std::deque<Hook> hooks_;      // under lock_
  std::atomic<uint64_t> neutered_{0}, neutered_in_detach_{0},
      calls_after_fini_{0};
};

// A filter that a module registers: always active. One at a time.
struct CountingModule {
  static inline Registrar* registrar = nullptr;

  static int Attach(knote<HwEnv>* kn) {
    kn->kn_hook = registrar->Attached(kn->kn_kevent.udata);
    return 0;
  }
  static void Detach(knote<HwEnv>* kn) {
    ++static_cast<Registrar::Entry*>(kn->kn_hook)->detaches;
  }
  static int Event(knote<HwEnv>* kn, long) {
    auto& entry = *static_cast<Registrar::Entry*>(kn->kn_hook);
    if (entry.detaches != 0) ++entry.calls_after_gone;
    return 1;
  }
  static constexpr filterops<HwEnv> kFilterops{.f_flags = FILTEROP_MPSAFE,
                                               .f_attach = Attach,
                                               .f_detach = Detach,
                                               .f_event = Event};
};

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_DEVICE_H_
