// A thread of a truth workload: an emulated process, a kqueue, and what it does
// to devices. It notes what it is in the middle of, so that one
// who never comes back can be explained.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_ACTOR_H_
#define KNOTESTAT_KNOTE_TRUTH_ACTOR_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "knote/netbsd/system.h"
#include "knote/truth/device.h"
#include "knote/truth/frame.h"

namespace knote::truth {

class Stage;

// Its calls are made on its own thread, but for State().
class Actor {
 public:
  // Of the process and with the kqueue of `sibling`, which starts before it;
  // of its own if that is null.
  Actor(Stage& stage, std::string name, Actor* sibling);
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // The actor whose thread this is; null on other threads.
  static Actor* Current();

  const std::string& name() const { return name_; }
  Stage& stage() { return stage_; }
  netbsd::Thread& thread() { return *thread_; }
  int kqueue() const { return kqueue_; }

  // Opens the device and adds a knote on it, which calls f_event. The
  // descriptor, or an errno negated: ENXIO once the device detaches.
  int Watch(Device& device);
  // kevent() for at most `most` events; how many came, or an errno negated.
  // `timeout_ns` of 0 does not wait.
  int Scan(uint64_t timeout_ns = 0, int most = 8);
  // Watches the device, which becomes ready, and scans: its script runs once,
  // in a section.
  void Read(Device& device);
  // EV_ADD, EV_DELETE, ... of one knote; 0 or an errno negated.
  int Change(const kevent& change);
  // The driver's interrupt: KNOTE() under the object lock. False once the
  // device detaches.
  bool Submit(Device& device);
  // KNOTE() by a driver that breaks the contract: it does not look whether the
  // device detaches, and does not hold the lock.
  void SubmitRegardless(Device& device);
  // A driver that breaks it further: calls the f_event of a knote itself.
  void CallEventOutsideSection(Device& device);
  // The driver's detach: refuses new knotes, then klist_fini(). ns of the call.
  uint64_t Fini(Device& device);
  // The same with the object lock held throughout, which is forbidden.
  uint64_t FiniUnderLock(Device& device);

  // Takes the object lock and lets go of it, as f_event may.
  void TouchLock(Device& device);

  // Waits until `condition` holds. `what`, for who asks, outlives the call.
  void Await(std::string_view what, const std::function<bool()>& condition);
  // Waits until somebody is in the device's klist_fini() and has been for a
  // while, or has returned from it.
  void AwaitFini(const Device& device);
  // The same, for `ns` at most; false if the time is up.
  bool AwaitFor(std::string_view what, uint64_t ns,
                const std::function<bool()>& condition);

  ActorState State() const;

 private:
  friend class Device;
  friend class Stage;

  // A frame while this lives.
  class Scope {
   public:
    Scope(Actor& actor, const Frame& frame);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Actor& actor_;
  };

  void Run(const std::function<void(Actor&)>& part);
  void Lock(Device& device);
  uint64_t RunFini(Device& device);
  // One of the frames is of this kind.
  bool Inside(Doing doing) const;

  Stage& stage_;
  const std::string name_;
  Actor* const sibling_;
  const std::shared_ptr<netbsd::Process> process_;
  std::unique_ptr<netbsd::Thread> thread_;
  std::atomic<int> kqueue_{-1};
  mutable std::mutex mutex_;  // guards the two below
  std::vector<Frame> frames_;
  bool done_ = false;
  std::atomic<pid_t> thread_id_{0};
  std::thread worker_;
};

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_ACTOR_H_
