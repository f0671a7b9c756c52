// peer_xenium_hazard_pointer: xenium's hazard pointers in the strategy slot.
//
// A reader guards a node of its klist. klist_fini() takes the node out and
// retires it; the library scans at every retirement, so that klist_fini()
// retires others until the node is freed. A reader that finds no node gets the
// stubs. Origin: xenium, M. Poeter; hazard pointers, M. Michael 2004.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_XENIUM_HAZARD_POINTER_PEER_XENIUM_HAZARD_POINTER_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_XENIUM_HAZARD_POINTER_PEER_XENIUM_HAZARD_POINTER_H_

#include <atomic>
#include <xenium/reclamation/hazard_pointer.hpp>

#include "knote/strategies/grace_strategy.h"
#include "knote/strategies/lock_strategy.h"

namespace knote {

// Drained once.
template <class E>
class KlistXeniumHazards {
 public:
  // Some hazard pointers for each thread, and a scan at every retirement.
  using Reclaimer = xenium::reclamation::hazard_pointer<>::with<
      xenium::policy::allocation_strategy<
          xenium::reclamation::hp_allocation::dynamic_strategy<4, 0, 0>>>;
  struct Node;
  struct FreeNode {
    std::atomic<bool>* freed = nullptr;  // null: nobody waits
    void operator()(Node* node) const {
      std::atomic<bool>* const flag = freed;
      delete node;
      if (flag != nullptr) flag->store(true, std::memory_order_release);  // X1
    }
  };
  struct Node : Reclaimer::template enable_concurrent_ptr<Node, 0, FreeNode> {};
  using Pointer = typename Reclaimer::template concurrent_ptr<Node>;

  using Env = E;
  using Thread = NoThread;
  using Hold = typename Pointer::guard_ptr;

  static constexpr StrategyInfo kInfo{
      .name = "peer_xenium_hazard_pointer",
      .scope = "klist",
      .summary = "xenium hazard pointers: a full fence in every section",
      .group = Group::kPeer,
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .grace_period = true,
      .writer_waits_for = "readers of the klist",
      .bytes_per_thread = 128};  // its control block

  explicit KlistXeniumHazards(int /*cpus*/) : node_(new Node) {}
  ~KlistXeniumHazards() { delete node_.load().get(); }

  Hold Enter(NoThread&) {
    Hold hold;
    hold.acquire(node_);
    return hold;
  }
  void Leave(NoThread&, const Hold&) {}  // the guard's own destructor

  uint64_t Drain() {
    std::atomic<bool> freed{false};
    Retire(node_, FreeNode{&freed});
    while (!freed.load(std::memory_order_acquire)) {  // X1
      Pointer another(new Node);
      Retire(another, FreeNode{});
      if (!freed.load(std::memory_order_acquire)) Env::Yield();  // X1
    }
    return 0;
  }

 private:
  static void Retire(Pointer& pointer, FreeNode how) {
    Hold hold;
    hold.acquire(pointer);
    pointer.store(nullptr);
    hold.reclaim(how);
  }

  Pointer node_;
};

template <class Env>
using PeerXeniumHazardPointer =
    GraceStrategy<KlistXeniumHazards<Env>, Scope::kKlist>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_XENIUM_HAZARD_POINTER_PEER_XENIUM_HAZARD_POINTER_H_
