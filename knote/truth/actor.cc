// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/actor.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "knote/truth/stage.h"

namespace knote::truth {
namespace {

thread_local Actor* current_actor = nullptr;

constexpr uint64_t kLookNs = 1'000'000;
// A klist_fini() that is still there after so long waits for something.
constexpr uint64_t kSettledNs = 20'000'000;

}  // namespace

Actor::Actor(Stage& stage, std::string name, Actor* sibling)
    : stage_(stage),
      name_(std::move(name)),
      sibling_(sibling),
      process_(sibling != nullptr ? sibling->process_
                                  : stage.system().NewProcess()) {}

Actor* Actor::Current() { return current_actor; }

Actor::Scope::Scope(Actor& actor, const Frame& frame) : actor_(actor) {
  const std::lock_guard lock(actor_.mutex_);
  actor_.frames_.push_back(frame);
  actor_.stage_.Progress();
}

Actor::Scope::~Scope() {
  const std::lock_guard lock(actor_.mutex_);
  actor_.frames_.pop_back();
  actor_.stage_.Progress();
}

void Actor::Run(const std::function<void(Actor&)>& part) {
  current_actor = this;
  thread_id_.store(gettid());
  thread_ = process_->NewThread();
  if (sibling_ == nullptr) {
    kqueue_.store(thread_->Kqueue());
  } else {
    Await("its process", [&] { return sibling_->kqueue() >= 0; });
    kqueue_.store(sibling_->kqueue());
  }
  stage_.AwaitCurtain();
  part(*this);
  thread_.reset();
  const std::lock_guard lock(mutex_);
  done_ = true;
  stage_.Progress();
}

int Actor::Watch(Device& device) {
  const Scope scope(*this, {Doing::kScanning, &device, {}});
  const int fd = thread_->Open(device.file_);
  if (fd < 0) return fd;
  const int error = Change({.ident = static_cast<uintptr_t>(fd),
                            .filter = EVFILT_READ,
                            .flags = EV_ADD});
  if (error == 0) return fd;
  thread_->Close(fd);
  return error;
}

int Actor::Scan(uint64_t timeout_ns, int most) {
  const Scope scope(*this, {Doing::kScanning, nullptr, {}});
  std::array<kevent, 64> events;
  const timespec timeout{static_cast<time_t>(timeout_ns / 1'000'000'000),
                         static_cast<long>(timeout_ns % 1'000'000'000)};
  return thread_->Kevent(kqueue_, nullptr, 0, events.data(),
                         std::min(static_cast<size_t>(most), events.size()),
                         &timeout);
}

void Actor::Read(Device& device) {
  device.SetReady(true);
  Watch(device);
  device.Arm();
  Scan();
}

int Actor::Change(const kevent& change) {
  return thread_->Kevent(kqueue_, &change, 1, nullptr, 0, nullptr);
}

void Actor::Lock(Device& device) {
  const Scope scope(*this, {Doing::kWantsObjectLock, &device, {}});
  device.lock_.mutex_enter();
}

void Actor::TouchLock(Device& device) {
  Lock(device);
  device.lock_.mutex_exit();
}

bool Actor::Submit(Device& device) {
  Lock(device);
  const Scope held(*this, {Doing::kHoldsObjectLock, &device, {}});
  const bool dying = device.dying_;
  if (!dying) {
    const Scope scope(*this, {Doing::kSubmitting, &device, {}});
    thread_->KnoteInSection(device.selinfo_.sel_klist);
  }
  device.lock_.mutex_exit();
  return !dying;
}

void Actor::SubmitRegardless(Device& device) {
  const Scope scope(*this, {Doing::kSubmitting, &device, {}});
  thread_->KnoteInSection(device.selinfo_.sel_klist);
}

void Actor::CallEventOutsideSection(Device& device) {
  Lock(device);
  knote<HwEnv>* kn = device.selinfo_.sel_klist.slh_first;
  device.lock_.mutex_exit();
  if (kn != nullptr) Device::f_event(kn, NOTE_SUBMIT);
}

uint64_t Actor::RunFini(Device& device) {
  const Scope scope(*this, {Doing::kKlistFini, &device, {}});
  device.fini_.store(Device::Fini::kBegun);
  const FiniPhases phases =
      stage_.system().KlistFini(device.selinfo_.sel_klist);
  device.neutered_.fetch_add(phases.knotes);
  device.fini_.store(Device::Fini::kDone);
  return phases.total_ns;
}

uint64_t Actor::Fini(Device& device) {
  Lock(device);
  device.dying_ = true;
  device.lock_.mutex_exit();
  return RunFini(device);
}

uint64_t Actor::FiniUnderLock(Device& device) {
  Lock(device);
  const Scope held(*this, {Doing::kHoldsObjectLock, &device, {}});
  device.dying_ = true;
  stage_.sightings().waited_locked.fetch_add(1);
  const uint64_t ns = RunFini(device);
  device.lock_.mutex_exit();
  return ns;
}

void Actor::Await(std::string_view what,
                  const std::function<bool()>& condition) {
  AwaitFor(what, UINT64_MAX, condition);
}

bool Actor::AwaitFor(std::string_view what, uint64_t ns,
                     const std::function<bool()>& condition) {
  const bool inside_event = Inside(Doing::kInEvent);
  const Scope scope(*this, {Doing::kAwaiting, nullptr, what});
  const uint64_t begin = HwEnv::Now();
  while (!condition()) {
    if (HwEnv::Now() - begin > ns) return false;
    // Not asleep inside a section: that would be the play's doing.
    if (inside_event) {
      HwEnv::Yield();
    } else {
      HwEnv::Sleep(kLookNs);
    }
  }
  return true;
}

void Actor::AwaitFini(const Device& device) {
  Await("klist_fini()", [&] { return device.fini_begun(); });
  AwaitFor("klist_fini()", kSettledNs, [&] { return device.fini_done(); });
}

bool Actor::Inside(Doing doing) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(frames_.begin(), frames_.end(),
                     [&](const Frame& frame) { return frame.doing == doing; });
}

ActorState Actor::State() const {
  const std::lock_guard lock(mutex_);
  return {name_, thread_id_.load(), done_, frames_};
}

}  // namespace knote::truth
