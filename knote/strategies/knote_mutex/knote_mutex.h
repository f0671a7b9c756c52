// knote_mutex: a mutex per knote, the design that NetBSD shipped (foplock).
//
// Reader cost: one atomic read-modify-write in, one out, on the knote's own
// line: uncontended unless two threads dispatch the same knote, which then
// serialize. Writer cost: one lock and unlock per knote, each waiting for the
// call in progress on that knote, one after the other.
// A reader may block. It may not be entered under an object lock (the object
// lock comes after it), so KNOTE() is covered by contract only.
//
// The traversal hazard. klist_fini() must lock a knote that another thread may
// be about to unlink and free. It walks under the object lock, which unlinking
// needs, and takes a hold on the knote before it leaves that lock to wait for
// the mutex. Whoever drops the last hold frees the knote. (NetBSD's loop has
// no such hold.) Neutered knotes leave the list, so the walk always goes on at
// the head; their f_detach is a stub by then and nobody else unlinks them.
//
// Ordering
//  M1  (kmutex.h) on the knote's mutex: klist_fini() stores the stub while no
//      section of this knote is open.
//  K1  hold() under the object lock happens before unlinking, hence before
//      Retire(): a knote is freed by the last of the two, and the fetch_sub
//      releases what the last one acquires.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_KNOTE_MUTEX_KNOTE_MUTEX_H_
#define KNOTESTAT_KNOTE_STRATEGIES_KNOTE_MUTEX_KNOTE_MUTEX_H_

#include "knote/knote.h"
#include "knote/strategy.h"
#include "probes/usdt/usdt.h"

namespace knote {

template <class E>
class KnoteMutex {
 public:
  using Env = E;

  struct KnoteState {
    kmutex<Env> ki_foplock;
    typename Env::template Atomic<uint32_t> holds{1};  // 1: not yet retired
  };
  struct ThreadState {
    explicit ThreadState(KnoteMutex&) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "knote_mutex",
      .scope = "knote",
      .summary = "a mutex per knote, as NetBSD shipped it",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .writer_waits_for = "the call in progress on each knote, in turn",
      .bytes_per_knote = kStateBytes<KnoteState>};

  class Section {
   public:
    [[gnu::always_inline]] Section(KnoteMutex&, ThreadState&, knote<Env>&,
                                   KnoteState& state)
        : mutex_(state.ki_foplock) {
      if (const uint64_t waited = mutex_.mutex_enter()) [[unlikely]] {
        if (knotestat::usdt::ReaderBlockedWatched())
          knotestat::usdt::FireReaderBlocked(waited, kInfo.name.data());
      }
    }
    [[gnu::always_inline]] ~Section() { mutex_.mutex_exit(); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    kmutex<Env>& mutex_;
  };

  explicit KnoteMutex(int /*cpus*/) {}

  // False: a klist_fini() still holds the knote and frees it.
  bool Retire(KnoteState& knote) { return DropHold(knote); }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    list.kl_lock->mutex_enter();
    while (auto* kn = list.slh_first) {
      KnoteState& state = fini.state(*kn);
      if (!state.ki_foplock.mutex_tryenter()) {
        state.holds.fetch_add(1, std::memory_order_relaxed);  // K1
        list.kl_lock->mutex_exit();
        fini.Published();
        fini.Waited(state.ki_foplock.mutex_enter());
        // Having waited, neuter it now if it is still on the list: else a
        // stream of readers could outrun tryenter for ever.
        list.kl_lock->mutex_enter();
        if (OnList(list, *kn)) NeuterAndUnlink(list, *kn, fini);
        state.ki_foplock.mutex_exit();
        if (DropHold(state)) fini.Free(*kn);
        continue;
      }
      NeuterAndUnlink(list, *kn, fini);
      state.ki_foplock.mutex_exit();
    }
    list.kl_lock->mutex_exit();
    fini.Published();
  }

 private:
  static bool DropHold(KnoteState& knote) {
    return knote.holds.fetch_sub(1, std::memory_order_acq_rel) == 1;  // K1
  }

  // Under the object lock.
  static bool OnList(klist<Env>& list, knote<Env>& kn) {
    for (auto* it = list.slh_first; it != nullptr; it = it->kn_selnext) {
      if (it == &kn) return true;
    }
    return false;
  }

  template <class Fini>
  static void NeuterAndUnlink(klist<Env>& list, knote<Env>& kn, Fini& fini) {
    fini.Neuter(kn);
    klist_remove(&list, &kn);
  }
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_KNOTE_MUTEX_KNOTE_MUTEX_H_
