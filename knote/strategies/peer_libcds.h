// libcds, for the peers that use it: one library state for the process, and
// its threads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_H_

#include <cds/gc/hp.h>
#include <cds/init.h>
#include <cds/urcu/general_instant.h>

namespace knote {

using LibcdsRcu = cds::urcu::gc<cds::urcu::general_instant<>>;

// What libcds keeps of the process. Never destroyed: threads may outlive it.
class Libcds {
 public:
  // Sections of one thread at a time, beyond which the library throws and the
  // process ends; and a size that it takes for threads.
  static constexpr size_t kHazards = 16, kThreads = 128;

  static void Start() {
    [[maybe_unused]] static Libcds* const library = new Libcds;
  }

  // The calling thread uses it from here on, until Leave() as often.
  static void Join() {
    Start();
    if (joined_++ == 0) cds::threading::Manager::attachThread();
  }
  static void Leave() {
    if (--joined_ == 0) cds::threading::Manager::detachThread();
  }

 private:
  struct Initialized {
    Initialized() { cds::Initialize(); }
  };

  Libcds() = default;

  Initialized initialized_;
  cds::gc::HP hazard_pointers_{kHazards, kThreads};
  LibcdsRcu rcu_;
  static inline thread_local int joined_ = 0;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_H_
