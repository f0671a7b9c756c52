// What the threads of a run did and saw: material for checker.h.
//
// Every call has the time at which it began and returned (CLOCK_MONOTONIC, so
// that the clock orders no memory accesses that the threads do not), and every
// change has its own udata, so that an event says which change was the last one
// that its knote had seen.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_HISTORY_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_HISTORY_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "knote/event.h"

namespace knote::history {

// One knote at a time has this name. Kqueues from kShortLived on are closed
// during the run; each has a number of its own.
inline constexpr int kShortLived = 3;

struct Key {
  int process = 0;
  int kqueue = 0;
  uint32_t filter = 0;
  uintptr_t ident = 0;
  friend bool operator==(const Key&, const Key&) = default;
  friend bool operator<(const Key& a, const Key& b) {
    return std::tie(a.process, a.kqueue, a.filter, a.ident) <
           std::tie(b.process, b.kqueue, b.filter, b.ident);
  }
};

// How a knote is registered: the same for all that ever have its name.
enum class Mode { kLevel, kClear, kOneshot, kDispatch, kPeriodic };

enum class Kind {
  kAdd,
  kDelete,
  kEnable,
  kDisable,
  kTrigger,  // NOTE_TRIGGER
  kScan,
  kClose,        // of descriptor `key.ident`
  kCloseKqueue,  // of short-lived kqueue `key.kqueue`
};

struct Operation {
  Kind kind = Kind::kScan;
  Key key;
  Mode mode = Mode::kLevel;  // of a change
  int64_t result = 0;        // what the call returned
  uint64_t begin = 0, end = 0;
  // A scan with room for everything, while nobody else did anything.
  bool settled = false;
};

struct Delivery {
  size_t scan = 0;  // index into the thread's operations
  kevent event;
};

struct ThreadHistory {
  std::vector<Operation> operations;
  std::vector<Delivery> deliveries;
};

// A knote as its driver or module saw it.
struct Instance {
  Key key;
  int detaches = 0;          // calls of f_detach
  int calls_after_gone = 0;  // of f_event after f_detach
};

struct History {
  std::vector<ThreadHistory> threads;
  std::vector<Instance> instances;
  uint64_t neutered = 0;  // FiniPhases::knotes of all klist_fini() calls
  // Those of them whose f_detach had begun: it found them off the list.
  uint64_t neutered_in_detach = 0;
  uint64_t calls_after_fini = 0;  // of a driver's functions
  // Per round of settled scans: knotes whose object was ready then.
  std::vector<std::vector<Key>> ready;
  std::vector<std::string> leaks;  // what was left when all was closed
};

// The period of timers that repeat, in ns.
inline constexpr uint64_t kPeriodNs = 500'000;
// Scans after each settled one: a timer that expires while a scan asks it
// whether it has is queued again, behind the scan's end.
inline constexpr size_t kFollowUps = 5;
// The number that the module's filter gets, the first that is free.
inline constexpr uint32_t kModuleFilter = EVFILT_SYSCOUNT;

// The udata of the change that is operation `index` of `thread`.
inline void* TokenOf(size_t thread, size_t index) {
  return reinterpret_cast<void*>((thread << 32) | (index + 1));
}

// The change whose udata this is; null if there is none.
inline const Operation* ChangeOf(const History& history, const void* udata) {
  const auto token = reinterpret_cast<uintptr_t>(udata);
  const size_t thread = token >> 32, index = (token & 0xffffffff) - 1;
  if (thread >= history.threads.size()) return nullptr;
  const auto& operations = history.threads[thread].operations;
  if (index >= operations.size() || operations[index].kind > Kind::kTrigger)
    return nullptr;
  return &operations[index];
}

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_HISTORY_H_
