// How a truth workload ended under a strategy, and what that says of it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_TESTIMONY_H_
#define KNOTESTAT_KNOTE_TRUTH_TESTIMONY_H_

#include <string>
#include <vector>

#include "knote/truth/truth_workload.h"
#include "knote/truth/wait_chain.h"

namespace knote::truth {

enum class Ending {
  kFinished,
  kDeadlock,  // actors wait for each other in a circle
  kStuck,     // nobody goes on, and no circle explains it
  kCrashed,   // the process ended before it could say
};

// What was seen. Counts are those of Sightings.
struct Testimony {
  Ending ending = Ending::kFinished;
  std::string crash;  // how the process ended: "signal 11 (...)"
  WaitChain chain;    // of kDeadlock and kStuck
  uint64_t slept = 0;
  uint64_t migrated = 0;
  uint64_t recursed = 0;
  uint64_t entered_locked = 0;
  uint64_t after_fini = 0;
  uint64_t waited_locked = 0;
  bool sighted = false;      // TruthWorkload::sighting was seen
  bool seen_by_bpf = false;  // `slept` and `migrated` are eBPF's
  std::vector<std::string> wrongs;
  std::vector<std::string> notes;
  std::vector<Figure> figures;
  ParameterValues parameters;  // as the play used them
};

enum class Verdict {
  kKept,        // promised, and held
  kBroken,      // promised, and failed
  kAsDeclared,  // not promised, and failed
  kUnpromised,  // not promised, and went well
  kCaught,      // a control that failed, as it must
  kMissed,      // a control that did not
};

// What went wrong, in a few words; empty if nothing did.
std::string Failure(const TruthWorkload& workload, const StrategyInfo& info,
                    const Testimony& seen);

Verdict Judge(const TruthWorkload& workload, const StrategyInfo& info,
              const Testimony& seen);

// "kept", "BROKEN", "as declared", ...
std::string_view VerdictText(Verdict verdict);

// True of what a user has to know of: exit code 3.
bool IsDifference(Verdict verdict);

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_TESTIMONY_H_
