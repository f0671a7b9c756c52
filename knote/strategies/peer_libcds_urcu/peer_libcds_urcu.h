// peer_libcds_urcu: libcds's general-purpose user-space RCU, whose grace period
// begins at once (general_instant).
//
// See peer_rcu.h. Origin: libcds, M. Khizhinsky, after liburcu.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_URCU_PEER_LIBCDS_URCU_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_URCU_PEER_LIBCDS_URCU_H_

#include "knote/strategies/peer_libcds.h"
#include "knote/strategies/peer_rcu.h"

namespace knote {

struct LibcdsUrcu {
  static constexpr std::string_view kName = "peer_libcds_urcu";
  static constexpr std::string_view kSummary =
      "libcds general_instant RCU: a full fence in every section";
  static constexpr int64_t kBytesPerThread = 64;  // its thread record
  static void Register() { Libcds::Join(); }
  static void Unregister() { Libcds::Leave(); }
  static void ReadLock() { LibcdsRcu::access_lock(); }
  static void ReadUnlock() { LibcdsRcu::access_unlock(); }
  static void Synchronize() { LibcdsRcu::synchronize(); }
};

template <class Env>
using PeerLibcdsUrcu = PeerRcu<Env, LibcdsUrcu>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_URCU_PEER_LIBCDS_URCU_H_
