// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/device.h"

#include <sched.h>
#include <sys/resource.h>

#include <utility>

#include "knote/drivers/driver_text.h"
#include "knote/truth/stage.h"

namespace knote::truth {
namespace {

// How often the calling thread has given up its CPU of its own accord.
uint64_t VoluntarySwitches() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return static_cast<uint64_t>(usage.ru_nvcsw);
}

void Count(std::atomic<uint64_t>& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

Device::Device(std::string name, Sightings& sightings)
    : name_(std::move(name)), sightings_(sightings) {
  klist_init(&selinfo_.sel_klist, &lock_);
  file_.f_ops = &kFileops;
  file_.f_data = this;
}

int Device::Attach(file<HwEnv>* fp, knote<HwEnv>* kn) {
  if (kn->kn_kevent.filter != EVFILT_READ) return EINVAL;
  auto& device = *static_cast<Device*>(fp->f_data);
  kmutex_guard guard(device.lock_);
  if (device.dying_) return ENXIO;
  kn->kn_hook = &device;
  kn->kn_fop.store(&kFiltops, std::memory_order_release);
  selrecord_knote(&device.selinfo_, kn);
  return 0;
}

int Device::RunEvent(Device& device, Actor& actor, long hint) {
  Sightings& seen = device.sightings_;
  if (device.fini_done()) Count(seen.after_fini);
  const bool submitted = hint == NOTE_SUBMIT;
  if (submitted && actor.stage().info().covers_submit)
    Count(seen.entered_locked);
  if (actor.Inside(Doing::kInEvent) && actor.stage().WriterWaits())
    Count(seen.recursed);
  const Actor::Scope scope(actor, {Doing::kInEvent, &device, {}});
  if (device.armed_.load(std::memory_order_acquire))
    device.script_(actor, submitted);
  return device.ready_.load(std::memory_order_relaxed);
}

int Device::Event(knote<HwEnv>* kn, long hint) {
  auto& device = *static_cast<Device*>(kn->kn_hook);
  Actor* actor = Actor::Current();
  if (actor == nullptr) return 0;
  const int cpu = sched_getcpu();
  const uint64_t switches = VoluntarySwitches();
  const int active = RunEvent(device, *actor, hint);
  if (VoluntarySwitches() != switches) Count(device.sightings_.slept);
  if (sched_getcpu() != cpu) Count(device.sightings_.migrated);
  if (device.fini_done()) Count(device.sightings_.after_fini);
  return active;
}

void Device::Detach(knote<HwEnv>* kn) {
  auto& device = *static_cast<Device*>(kn->kn_hook);
  if (device.fini_done()) Count(device.sightings_.after_fini);
  {
    kmutex_guard guard(device.lock_);
    const klist<HwEnv>& list = device.selinfo_.sel_klist;
    for (knote<HwEnv>* at = list.slh_first; at != nullptr; at = at->kn_selnext)
      if (at == kn) Count(device.detaches_);
    selremove_knote(&device.selinfo_, kn);
  }
  if (device.fini_done()) Count(device.sightings_.after_fini);
}

// Both count last, so that they are on the stack until then: a tail call would
// take the driver's text off it.
KNOTESTAT_DRIVER_TEXT int Device::f_event(knote<HwEnv>* kn, long hint) {
  auto& device = *static_cast<Device*>(kn->kn_hook);
  const int active = Event(kn, hint);
  Count(device.events_);
  return active;
}

KNOTESTAT_DRIVER_TEXT void Device::f_detach(knote<HwEnv>* kn) {
  auto& device = *static_cast<Device*>(kn->kn_hook);
  Detach(kn);
  Count(device.f_detaches_);
}

const filterops<HwEnv> Device::kFiltops{
    .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
    .f_detach = f_detach,
    .f_event = f_event};

const fileops<HwEnv> Device::kFileops{.fo_kqfilter = Attach};

}  // namespace knote::truth
