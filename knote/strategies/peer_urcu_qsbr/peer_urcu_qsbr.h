// peer_urcu_qsbr: liburcu's qsbr flavour: readers that do nothing, threads that
// announce the end of operations.
//
// See peer_rcu.h, and strategies/qsbr/qsbr.h for what the threads do. liburcu
// is LGPL and linked dynamically.
// Origin: liburcu, M. Desnoyers, P. McKenney.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_QSBR_PEER_URCU_QSBR_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_QSBR_PEER_URCU_QSBR_H_

// Its small functions inlined, as BSD-2-Clause code may have them.
#define _LGPL_SOURCE
#include <urcu/urcu-qsbr.h>
#undef _LGPL_SOURCE

#include "knote/strategies/peer_rcu.h"

namespace knote {

struct UrcuQsbrFlavour {
  static constexpr std::string_view kName = "peer_urcu_qsbr";
  static constexpr std::string_view kSummary =
      "liburcu-qsbr: rcu_quiescent_state and synchronize_rcu";
  static constexpr int64_t kBytesPerThread = 128;  // its reader record
  static void Register() {
    urcu_qsbr_register_thread();
    urcu_qsbr_thread_offline();
  }
  static void Unregister() { urcu_qsbr_unregister_thread(); }
  static void ReadLock() { urcu_qsbr_read_lock(); }
  static void ReadUnlock() { urcu_qsbr_read_unlock(); }
  static void Synchronize() { urcu_qsbr_synchronize_rcu(); }
  static bool Online() { return urcu_qsbr_read_ongoing() != 0; }
  static void GoOnline() { urcu_qsbr_thread_online(); }
  static void GoOffline() { urcu_qsbr_thread_offline(); }
  static void QuiescentState() { urcu_qsbr_quiescent_state(); }
};

template <class Env>
using PeerUrcuQsbr = PeerRcu<Env, UrcuQsbrFlavour>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_QSBR_PEER_URCU_QSBR_H_
