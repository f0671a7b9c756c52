// Checks of the model itself, in debug and sanitizer builds; nothing elsewhere.
//
//  KASSERT(x)     x holds, or the program ends with panic()
//  LockOrder      locks are taken in the order of kernel.h: each lock has a
//                 rank, and a thread that holds one enters none of a lower rank
//
// kqueue_check.h has kqueue_check(). Only environments whose threads are the
// machine's can follow who holds what: those with kThreadLocals.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_INVARIANTS_H_
#define KNOTESTAT_KNOTE_INVARIANTS_H_

#include <cstdint>

// Not by NDEBUG: plug-ins are built with and without, and locks get larger.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KNOTESTAT_INVARIANTS 1
#elif !defined(KNOTESTAT_INVARIANTS)
#define KNOTESTAT_INVARIANTS 0
#endif

#if KNOTESTAT_INVARIANTS
#define KASSERT(condition) \
  ((condition) ? void() : ::knote::panic(#condition, __FILE__, __LINE__))
#else
#define KASSERT(condition) static_cast<void>(0)
#endif

namespace knote {

inline constexpr bool kInvariants = KNOTESTAT_INVARIANTS;

// Says what does not hold and where, and aborts.
[[noreturn]] void panic(const char* what, const char* file, int line);

// In the order in which they are taken. kNone is any lock of a strategy's own,
// or one that is only ever taken alone: it is not followed. Neither are
// sections: which of them may be entered under an object lock is a promise of
// the strategy.
enum class LockRank : uint8_t {
  kNone,
  kFilter,    // kqueue_filter_lock
  kFiledesc,  // fd_lock
  kObject,    // a driver's, a pipe's
  kQueue,     // kq_lock; of a watched kqueue before those of its watchers
};

// What the calling thread holds. A rank may be held several times: kq_locks in
// a chain of kqueues.
class LockOrder {
 public:
  static void Enter(LockRank rank);
  static void Tried(LockRank rank);  // entered without waiting, in any order
  static void Exit(LockRank rank);
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_INVARIANTS_H_
