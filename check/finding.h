// What an execution can be found to do wrong.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_FINDING_H_
#define KNOTESTAT_CHECK_FINDING_H_

#include <string>
#include <string_view>

namespace knotestat::check {

enum class FindingKind {
  kNone,
  kUseAfterFree,   // an access, or a buffered store, reaches freed memory
  kUnorderedFree,  // nothing orders an access before the free
  kDriverGone,     // a driver's function runs though klist_fini() returned
  kDoubleDetach,   // f_detach twice for one knote
  kDoubleFree,
  kLeak,
  kDeadlock,         // everybody waits
  kLostWakeup,       // asleep on a word that has changed since
  kUnboundedWait,    // goes on for ever, though all threads get their turns
  kDataRace,         // unordered accesses to plain data
  kUnpublished,      // used before its construction is visible
  kBrokenInvariant,  // a program's own check
  kCrash,            // a wild pointer
};

// "use after free".
std::string_view NameOf(FindingKind kind);

struct Finding {
  FindingKind kind = FindingKind::kNone;
  std::string text;  // one sentence, or a wait chain
  explicit operator bool() const { return kind != FindingKind::kNone; }
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_FINDING_H_
