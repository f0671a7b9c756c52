// Who waits for whom, holding what: read off the frames of actors that do not
// come back.
//
// The frames say what an actor wants (a lock, a section, a grace period) and
// what it has; who keeps it from that follows from what these are. Whether it
// sleeps or spins is the kernel's word (/proc/self/task).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_WAIT_CHAIN_H_
#define KNOTESTAT_KNOTE_TRUTH_WAIT_CHAIN_H_

#include <string>
#include <vector>

#include "knote/truth/frame.h"

namespace knote::truth {

// One actor that waits.
struct Wait {
  std::string actor;    // "reader"
  std::string holds;    // "a section of A"; empty: nothing
  std::string wants;    // "to enter a section of B"
  std::string keeper;   // the actor that it waits for; empty: nobody is known
  std::string running;  // "asleep", "spinning" or, if unknown, ""
};

struct WaitChain {
  std::vector<Wait> waits;  // each the keeper of the one before, if it has one
  bool cycle = false;       // the last one's keeper is among them
};

// The chain that begins with a writer if one waits, else with any actor that
// is not done. Empty if all are done.
WaitChain FindWaitChain(const std::vector<ActorState>& actors);

// "writer, in klist_fini(A), asleep, waits for reader".
std::string ToText(const Wait& wait);

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_WAIT_CHAIN_H_
