// peer_urcu_bp: liburcu's bp flavour: threads register themselves.
//
// See peer_rcu.h. liburcu is LGPL and linked dynamically.
// Origin: liburcu, M. Desnoyers, P. McKenney.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_BP_PEER_URCU_BP_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_BP_PEER_URCU_BP_H_

// Its small functions inlined, as BSD-2-Clause code may have them.
#define _LGPL_SOURCE
#include <urcu/urcu-bp.h>
#undef _LGPL_SOURCE

#include "knote/strategies/peer_rcu.h"

namespace knote {

struct UrcuBpFlavour {
  static constexpr std::string_view kName = "peer_urcu_bp";
  static constexpr std::string_view kSummary =
      "liburcu-bp: threads register themselves";
  // A thread registers itself at its first ReadLock().
  static constexpr int64_t kBytesPerThread = 128;  // its reader record
  static void Register() {}
  static void Unregister() {}
  static void ReadLock() { urcu_bp_read_lock(); }
  static void ReadUnlock() { urcu_bp_read_unlock(); }
  static void Synchronize() { urcu_bp_synchronize_rcu(); }
};

template <class Env>
using PeerUrcuBp = PeerRcu<Env, UrcuBpFlavour>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_BP_PEER_URCU_BP_H_
