// A lock in each knote as a strategy: scope knote.
//
// A lock is a class with Env, kInfo, EnterReader(), LeaveReader(),
// EnterWriter() and TryEnterWriter(), LeaveWriter(); the Enter functions
// return the ns waited, 0 if it was free.
//
// Writer cost: one lock and unlock per knote, each waiting for the calls in
// progress on that knote, one after the other. A section may not be entered
// under an object lock (the object lock comes after it), so KNOTE() is covered
// by contract only.
//
// The traversal hazard. klist_fini() must lock a knote that another thread may
// be about to unlink and free. It walks under the object lock, which unlinking
// needs, and takes a hold on the knote before it waits for the knote's lock or
// gives that back: a reader that was let in may be the one that frees it.
// Whoever drops the last hold frees the knote. (NetBSD's loop has no such
// hold.) Neutered knotes leave the list, so the walk always goes on at the
// head; their f_detach is a stub by then and nobody else unlinks them.
//
// An f_detach that has unlinked its knote is not done: nothing on the list
// tells of the instructions that it still runs in the driver. So threads in
// f_detach are counted in the klist, and klist_fini() waits for them last.
// (NetBSD's loop does not; `knotestat check` found it, program close-linger.)
//
// Ordering
//  L1  the lock's own: klist_fini() stores the stub while no section of this
//      knote is open.
//  K1  a hold taken under the object lock happens before unlinking, hence
//      before Retire(): a knote is freed by the last of the two, and the
//      fetch_sub releases what the last one acquires.
//  K2  fetch_add before f_detach unlinks under the object lock  <->  load after
//      klist_fini() found the list empty under that lock: it counts whoever
//      has unlinked. The klist is alive at the fetch_add: this knote is not
//      neutered, so klist_fini() has yet to find it or this count.
//  K3  fetch_sub is the last access to the klist, and the driver's last to
//      anything  <->  acquire load that sees 0: whatever klist_fini()'s caller
//      frees, f_detach has done with.
//  D1, D2  (reader_departure.h) wake a klist_fini() that sleeps until then.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_KNOTE_LOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_KNOTE_LOCK_H_

#include "knote/klist_fini.h"
#include "knote/strategies/reader_departure.h"
#include "knote/strategies/reader_wait.h"
#include "knote/strategy.h"

namespace knote {

template <class Lock>
class KnoteLock {
 public:
  using Env = typename Lock::Env;

  struct KnoteState : KeepsKlist {
    Lock ki_foplock;
    typename Env::template Atomic<uint32_t> holds{1};  // 1: not yet retired
  };
  struct ThreadState {
    explicit ThreadState(KnoteLock&) {}
  };

  static constexpr StrategyInfo kInfo = [] {
    StrategyInfo info = Lock::kInfo;
    info.needs_heavy_fence = true;  // for DetachSection
    info.bytes_per_knote = kKnoteBytes<Env, KnoteState>;
    info.bytes_per_klist = sizeof(klist<Env>::kl_detaching);
    return info;
  }();

  class Section {
   public:
    [[gnu::always_inline]] Section(KnoteLock&, ThreadState&, knote<Env>&,
                                   KnoteState& state)
        : lock_(state.ki_foplock) {
      if (const auto waited = lock_.EnterReader()) [[unlikely]]  // L1
        ReportReaderBlocked(waited, kInfo.name.data());
    }
    [[gnu::always_inline]] ~Section() { lock_.LeaveReader(); }  // L1
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Lock& lock_;
  };

  // The section of f_detach.
  class DetachSection {
   public:
    DetachSection(KnoteLock& strategy, ThreadState& thread, knote<Env>& kn,
                  KnoteState& state)
        : strategy_(strategy), section_(strategy, thread, kn, state) {
      if (KlistOf(kn) == nullptr || IsNeutered(kn)) return;
      klist_ = KlistOf(kn);
      klist_->kl_detaching.fetch_add(1, std::memory_order_relaxed);  // K2
    }
    ~DetachSection() {
      if (klist_ == nullptr) return;
      klist_->kl_detaching.fetch_sub(1, std::memory_order_release);  // K3
      Env::LightFence();                                             // D1
      strategy_.departure_.ReaderLeft();                             // D1
    }
    DetachSection(const DetachSection&) = delete;
    DetachSection& operator=(const DetachSection&) = delete;

   private:
    KnoteLock& strategy_;
    Section section_;
    klist<Env>* klist_ = nullptr;  // counted in, if any
  };

  explicit KnoteLock(int /*cpus*/) {}

  // False: a klist_fini() still holds the knote and frees it.
  bool Retire(KnoteState& knote) { return DropHold(knote); }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    list.kl_lock->mutex_enter();
    while (auto* kn = list.slh_first) {
      KnoteState& state = fini.state(*kn);
      state.holds.fetch_add(1, std::memory_order_relaxed);  // K1
      if (!state.ki_foplock.TryEnterWriter()) {
        list.kl_lock->mutex_exit();
        fini.Published();
        fini.Waited(state.ki_foplock.EnterWriter());  // L1
        // Having waited, neuter it now if it is still on the list: else a
        // stream of readers could outrun the try for ever.
        list.kl_lock->mutex_enter();
      }
      if (OnList(list, *kn)) NeuterAndUnlink(list, *kn, fini);
      state.ki_foplock.LeaveWriter();
      if (DropHold(state)) fini.Free(*kn);
    }
    list.kl_lock->mutex_exit();
    fini.Published();
    const auto none_detaching = [&] {
      return list.kl_detaching.load(std::memory_order_acquire) == 0;  // K2 K3
    };
    if (!none_detaching())
      fini.Waited(departure_.WaitUntil(none_detaching, [] { return false; }));
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

  ReaderDeparture<Env> departure_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_KNOTE_LOCK_H_
