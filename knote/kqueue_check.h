// kqueue_check(): what holds of a kqueue's queue whenever kq_lock is free, and
// around each change of it. NetBSD's, of kernels with DEBUG.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_KQUEUE_CHECK_H_
#define KNOTESTAT_KNOTE_KQUEUE_CHECK_H_

#include "knote/invariants.h"
#include "knote/kernel.h"

namespace knote {

// How many queued knotes are looked at; of a longer queue only its head, so
// that thousands of knotes can be tested.
inline constexpr uint32_t kCheckedQueue = 256;

// Everything queued is a marker, or queued, active and of this kqueue; the
// list is linked in both directions; kq_count counts at least what is queued
// (and who is BUSY in a scan). kq_lock held. Nothing in release builds.
template <class S>
void kqueue_check([[maybe_unused]] typename kernel<S>::kqueue& kq) {
#if KNOTESTAT_INVARIANTS
  KASSERT(kq.kq_lock.mutex_held());
  uint32_t count = 0;
  const knote<typename S::Env>* before = nullptr;
  for (auto* kn = kq.kq_first; kn != nullptr; kn = kn->kn_next) {
    if (kq.Count() > kCheckedQueue && count == 1) return;
    KASSERT(kn->kn_prev == before);
    before = kn;
    KASSERT((kn->kn_status & (KN_MARKER | KN_QUEUED)) != 0);
    KASSERT(kn->kn_kq == &kq);
    if (kn->kn_status & KN_MARKER) continue;
    KASSERT((kn->kn_status & KN_ACTIVE) != 0);
    ++count;
  }
  KASSERT(kq.kq_last == before);
  KASSERT(count <= kq.Count());
#endif
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KQUEUE_CHECK_H_
