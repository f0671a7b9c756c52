// A library's reader/writer mutex as a lock of lock_strategy.h.
//
// `Mutex` is default-constructible, with lock_shared(), unlock_shared(), lock()
// and unlock(), as std::shared_mutex has. A peer adds its kInfo.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_LOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_LOCK_H_

#include "knote/strategies/lock_strategy.h"

namespace knote {

template <class E, class Mutex>
class PeerLock {
 public:
  using Env = E;
  using Thread = NoThread;
  using Hold = NoHold;

  explicit PeerLock(int /*cpus*/) {}

  NoHold EnterReader(NoThread&) {
    mutex_.lock_shared();
    return {};
  }
  void LeaveReader(NoThread&, NoHold) { mutex_.unlock_shared(); }
  uint64_t EnterWriter() {
    mutex_.lock();
    return 0;  // how long it waited is the library's secret
  }
  void LeaveWriter() { mutex_.unlock(); }

 protected:
  // What a peer says of itself. `sleeps` is false for spin locks: whoever
  // waits for a sleeping reader would burn its CPU.
  static constexpr StrategyInfo Info(std::string_view name,
                                     std::string_view summary, bool sleeps) {
    return {.name = name,
            .scope = "global",
            .summary = summary,
            .group = Group::kPeer,
            .reader_may_block = sleeps,
            .reader_may_migrate = true,
            .covers_submit = true,
            .writer_waits_for = "all readers"};
  }

 private:
  alignas(128) Mutex mutex_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_LOCK_H_
