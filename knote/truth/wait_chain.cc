// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/wait_chain.h"

#include <algorithm>
#include <fstream>
#include <functional>

#include "knote/truth/device.h"

namespace knote::truth {
namespace {

using States = std::vector<ActorState>;

bool Has(const ActorState& actor, Doing doing, const Device* device) {
  return !actor.done &&
         std::any_of(actor.frames.begin(), actor.frames.end(),
                     [&](const Frame& frame) {
                       return frame.doing == doing &&
                              (device == nullptr || frame.device == device);
                     });
}

// The actor that does so, which may be `self` only if no other does.
const ActorState* WhoDoes(const States& actors, const ActorState& self,
                          Doing doing, const Device* device) {
  const ActorState* found = nullptr;
  for (const ActorState& actor : actors) {
    if (!Has(actor, doing, device)) continue;
    if (&actor != &self) return &actor;
    found = &actor;
  }
  return found;
}

// The first of several guesses, most exact first, that somebody fits.
const ActorState* Keeper(const States& actors, const ActorState& waiter) {
  if (waiter.frames.empty()) return nullptr;
  const Frame& top = waiter.frames.back();
  const auto who = [&](Doing doing, const Device* device) {
    return WhoDoes(actors, waiter, doing, device);
  };
  const ActorState* keeper = nullptr;
  switch (top.doing) {
    case Doing::kWantsObjectLock:
      return who(Doing::kHoldsObjectLock, top.device);
    case Doing::kSubmitting:
    case Doing::kScanning:
      // A writer that waits, or has the lock, keeps new readers out.
      if ((keeper = who(Doing::kKlistFini, nullptr)) != nullptr) return keeper;
      return who(Doing::kInEvent, top.device);
    case Doing::kKlistFini:
      if ((keeper = who(Doing::kInEvent, top.device)) != nullptr) return keeper;
      if ((keeper = who(Doing::kInEvent, nullptr)) != nullptr) return keeper;
      return who(Doing::kHoldsObjectLock, top.device);
    case Doing::kAwaiting:
    case Doing::kHoldsObjectLock:
    case Doing::kInEvent:
      return nullptr;
  }
  return nullptr;
}

std::string OfDevice(const Frame& frame) {
  return frame.device == nullptr ? "" : " of " + frame.device->name();
}

std::string Wants(const Frame& frame) {
  switch (frame.doing) {
    case Doing::kAwaiting:
      return "waits for " + std::string(frame.awaited);
    case Doing::kWantsObjectLock:
      return "wants the object lock" + OfDevice(frame);
    case Doing::kSubmitting:
      return "in KNOTE(), wants a section" + OfDevice(frame);
    case Doing::kScanning:
      return "in kevent(), wants a section" + OfDevice(frame);
    case Doing::kKlistFini:
      return "in klist_fini()" + OfDevice(frame);
    case Doing::kInEvent:
      return "runs f_event" + OfDevice(frame);
    case Doing::kHoldsObjectLock:
      return "runs";
  }
  return "";
}

std::string Holds(const ActorState& actor) {
  std::string text;
  for (const Frame& frame : actor.frames) {
    if (&frame == &actor.frames.back()) break;
    const std::string held = frame.doing == Doing::kInEvent
                                 ? "a section" + OfDevice(frame)
                             : frame.doing == Doing::kHoldsObjectLock
                                 ? "the object lock" + OfDevice(frame)
                                 : "";
    if (held.empty()) continue;
    if (!text.empty()) text += " and ";
    text += held;
  }
  return text;
}

std::string Running(pid_t thread) {
  std::ifstream stat("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(stat, line);
  const size_t name_end = line.rfind(')');
  if (name_end == line.npos || name_end + 2 >= line.size()) return "";
  const char state = line[name_end + 2];
  return state == 'S' || state == 'D' ? "asleep"
         : state == 'R'               ? "spinning"
                                      : "";
}

Wait WaitOf(const States& actors, const ActorState& waiter) {
  const ActorState* keeper = Keeper(actors, waiter);
  return {.actor = waiter.name,
          .holds = Holds(waiter),
          .wants = waiter.frames.empty() ? "runs" : Wants(waiter.frames.back()),
          .keeper = keeper == nullptr ? "" : keeper->name,
          .running = Running(waiter.thread_id)};
}

}  // namespace

WaitChain FindWaitChain(const States& actors) {
  const ActorState* at = nullptr;
  for (const ActorState& actor : actors) {
    if (actor.done) continue;
    if (Has(actor, Doing::kKlistFini, nullptr)) {
      at = &actor;
      break;
    }
    if (at == nullptr) at = &actor;
  }
  WaitChain chain;
  std::vector<const ActorState*> met;
  while (at != nullptr) {
    met.push_back(at);
    chain.waits.push_back(WaitOf(actors, *at));
    at = Keeper(actors, *at);
    if (std::find(met.begin(), met.end(), at) != met.end()) {
      chain.cycle = at != nullptr;
      break;
    }
  }
  return chain;
}

std::string ToText(const Wait& wait) {
  std::string text = wait.actor + " ";
  if (!wait.holds.empty()) text += "holds " + wait.holds + ", ";
  text += wait.wants;
  if (!wait.running.empty()) text += ", " + wait.running;
  text += wait.keeper.empty()         ? ""
          : wait.keeper == wait.actor ? ": waits for itself"
                                      : ": waits for " + wait.keeper;
  return text;
}

}  // namespace knote::truth
