// peer_urcu_memb: liburcu's memb flavour: a membarrier in place of the readers'
// fences.
//
// See peer_rcu.h. liburcu is LGPL and linked dynamically.
// Origin: liburcu, M. Desnoyers, P. McKenney.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MEMB_PEER_URCU_MEMB_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MEMB_PEER_URCU_MEMB_H_

// Its small functions inlined, as BSD-2-Clause code may have them.
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>
#undef _LGPL_SOURCE

#include "knote/strategies/peer_rcu.h"

namespace knote {

struct UrcuMembFlavour {
  static constexpr std::string_view kName = "peer_urcu_memb";
  static constexpr std::string_view kSummary =
      "liburcu-memb: rcu_read_lock and synchronize_rcu";
  static constexpr int64_t kBytesPerThread = 128;  // its reader record
  static void Register() { urcu_memb_register_thread(); }
  static void Unregister() { urcu_memb_unregister_thread(); }
  static void ReadLock() { urcu_memb_read_lock(); }
  static void ReadUnlock() { urcu_memb_read_unlock(); }
  static void Synchronize() { urcu_memb_synchronize_rcu(); }
};

template <class Env>
using PeerUrcuMemb = PeerRcu<Env, UrcuMembFlavour>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MEMB_PEER_URCU_MEMB_H_
