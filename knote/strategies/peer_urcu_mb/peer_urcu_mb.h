// peer_urcu_mb: liburcu's mb flavour: two full fences in every section.
//
// See peer_rcu.h. liburcu is LGPL and linked dynamically.
// Origin: liburcu, M. Desnoyers, P. McKenney.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MB_PEER_URCU_MB_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MB_PEER_URCU_MB_H_

// Its small functions inlined, as BSD-2-Clause code may have them.
#define _LGPL_SOURCE
#include <urcu/urcu-mb.h>
#undef _LGPL_SOURCE

#include "knote/strategies/peer_rcu.h"

namespace knote {

struct UrcuMbFlavour {
  static constexpr std::string_view kName = "peer_urcu_mb";
  static constexpr std::string_view kSummary =
      "liburcu-mb: two full fences in every section";
  static constexpr int64_t kBytesPerThread = 128;  // its reader record
  static void Register() { urcu_mb_register_thread(); }
  static void Unregister() { urcu_mb_unregister_thread(); }
  static void ReadLock() { urcu_mb_read_lock(); }
  static void ReadUnlock() { urcu_mb_read_unlock(); }
  static void Synchronize() { urcu_mb_synchronize_rcu(); }
};

template <class Env>
using PeerUrcuMb = PeerRcu<Env, UrcuMbFlavour>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MB_PEER_URCU_MB_H_
