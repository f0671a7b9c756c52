// A device whose f_event does what a script says.
//
// It stays in memory until the stage goes, so that a call into it after its
// klist_fini() is seen and harms nothing.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_DEVICE_H_
#define KNOTESTAT_KNOTE_TRUTH_DEVICE_H_

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "knote/env/hw_env.h"
#include "knote/filedesc.h"
#include "knote/truth/sightings.h"

namespace knote::truth {

class Actor;

// Thread-safe, but for the members that say otherwise.
class Device {
 public:
  // What f_event does. `submitted`: called by KNOTE(), under the object lock.
  using Script = std::function<void(Actor& actor, bool submitted)>;

  Device(std::string name, Sightings& sightings);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const std::string& name() const { return name_; }

  // What f_event does from Arm() on. Before the actors that call it start.
  void OnEvent(Script script) { script_ = std::move(script); }
  void Arm() { armed_.store(true, std::memory_order_release); }
  // What f_event returns: whether there is something to read.
  void SetReady(bool ready) { ready_.store(ready, std::memory_order_relaxed); }

  bool fini_begun() const { return fini_.load() != Fini::kNo; }
  bool fini_done() const { return fini_.load() == Fini::kDone; }
  // Calls of f_event that ran to their end.
  uint64_t events() const { return events_.load(); }
  // Knotes that f_detach took off the list.
  uint64_t detaches() const { return detaches_.load(); }
  // Knotes that klist_fini() neutered.
  uint64_t neutered() const { return neutered_.load(); }

 private:
  friend class Actor;
  enum class Fini { kNo, kBegun, kDone };

  static int Attach(file<HwEnv>* fp, knote<HwEnv>* kn);
  static int Event(knote<HwEnv>* kn, long hint);
  static void Detach(knote<HwEnv>* kn);
  static int RunEvent(Device& device, Actor& actor, long hint);
  // The filterops' functions: in the driver's text, where eBPF looks for them.
  static int f_event(knote<HwEnv>* kn, long hint);
  static void f_detach(knote<HwEnv>* kn);

  static const filterops<HwEnv> kFiltops;
  static const fileops<HwEnv> kFileops;

  const std::string name_;
  Sightings& sightings_;
  kmutex<HwEnv> lock_{LockRank::kObject};  // the object lock
  selinfo<HwEnv> selinfo_;
  bool dying_ = false;  // under the object lock
  file<HwEnv> file_;
  Script script_;
  std::atomic<bool> armed_{false}, ready_{false};
  std::atomic<Fini> fini_{Fini::kNo};
  std::atomic<uint64_t> events_{0}, f_detaches_{0}, detaches_{0}, neutered_{0};
};

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_DEVICE_H_
