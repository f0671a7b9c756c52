// peer_xenium_epoch: xenium's epoch-based reclamation in the strategy slot.
//
// A reader guards a node that stays, so that its thread is in the current
// epoch. The library only frees later, and moves on to the next epoch as
// threads come in; so klist_fini() retires a node and comes in itself until
// that node is freed. Origin: xenium, M. Poeter; Fraser 2004.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_XENIUM_EPOCH_PEER_XENIUM_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_XENIUM_EPOCH_PEER_XENIUM_EPOCH_H_

#include <sched.h>

#include <array>  // which the next one needs and forgets
#include <atomic>
#include <xenium/reclamation/generic_epoch_based.hpp>

#include "knote/strategies/peer_rcu.h"

namespace knote {

class XeniumEpoch {
 public:
  static constexpr std::string_view kName = "peer_xenium_epoch";
  static constexpr std::string_view kSummary =
      "xenium epochs: a full fence in every section";
  static constexpr int64_t kBytesPerThread = 128;  // its control block

  static void Register() {}  // by itself, on first use
  static void Unregister() {}
  static void Synchronize() {
    std::atomic<bool> freed{false};
    {
      Guard guard(new Node);
      guard.reclaim(FreeNode{&freed});
    }
    while (!freed.load(std::memory_order_acquire)) {  // X1
      // As often as it takes the library to look whether it can move on.
      for (int i = 0; i <= kScanFrequency; ++i) const Guard come_in(&kept_);
      sched_yield();
    }
  }

 private:
  static constexpr int kScanFrequency = 100;  // the library's own
  using Reclaimer = xenium::reclamation::epoch_based<
      xenium::policy::scan_frequency<kScanFrequency>>;

  struct Node;
  // Called on the thread that finds the node free to go, maybe another one.
  struct FreeNode {
    std::atomic<bool>* freed = nullptr;
    void operator()(Node* node) const {
      std::atomic<bool>* const flag = freed;
      delete node;
      flag->store(true, std::memory_order_release);  // X1
    }
  };
  struct Node : Reclaimer::enable_concurrent_ptr<Node, 0, FreeNode> {};
  using Guard = Reclaimer::concurrent_ptr<Node>::guard_ptr;

  static Node kept_;

 public:
  struct ReadSection {
    Guard guard{&kept_};
  };
};

inline XeniumEpoch::Node XeniumEpoch::kept_;

template <class Env>
using PeerXeniumEpoch = PeerRcu<Env, XeniumEpoch>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_XENIUM_EPOCH_PEER_XENIUM_EPOCH_H_
