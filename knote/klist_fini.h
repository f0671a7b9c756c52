// klist_fini(): takes a driver's functions out of use, for good.
//
// When it returns, every knote that was on the list has one of the two stub
// filterops, and no thread is inside the driver's functions or will enter
// them. How it waits for that is the strategy's; which phases that took is
// what knotestat measures.
//
// The traversal hazard. While klist_fini() walks the list, a thread that
// closes a descriptor may call the driver's f_detach, which unlinks a knote
// from it, and free that knote. An exclusive lock around all of it hides that
// (rwlock, percpu_rwlock). A strategy that lets readers run must walk under
// the object lock, which f_detach needs to unlink: NeuterUnderObjectLock().
// And it must leave the list empty: the stub does not unlink, so the thread
// that calls it may free a knote that is still linked, while another, already
// in the driver's f_detach, walks the list to unlink its own. (NetBSD's list
// stays as it is; `knotestat check` found it, program closes.)
//
// As in NetBSD, the caller guarantees that no knote is added and knote() is
// not called any more, and does not hold the object lock.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_KLIST_FINI_H_
#define KNOTESTAT_KNOTE_KLIST_FINI_H_

#include "knote/called_function.h"
#include "knote/knote.h"
#include "probes/usdt/usdt.h"

namespace knote {

// Stubs in two variants, so that knote_detach() still finds the knote in the
// table that FILTEROP_ISFD says.
template <class Env>
struct nop_filterops {
  static void filt_nopdetach(knote<Env>*) {}
  static int filt_nopevent(knote<Env>*, long) { return 0; }
  static constexpr filterops<Env> nop_fd_filtops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = filt_nopdetach,
      .f_event = filt_nopevent};
  static constexpr filterops<Env> nop_filtops{.f_flags = FILTEROP_MPSAFE,
                                              .f_detach = filt_nopdetach,
                                              .f_event = filt_nopevent};
};

// True once klist_fini() has been at `kn`. The caller keeps it from being
// neutered meanwhile.
template <class Env>
bool IsNeutered(knote<Env>& kn) {
  using nop = nop_filterops<Env>;
  const auto* fop = kn.kn_fop.load(std::memory_order_relaxed);
  return fop == &nop::nop_fd_filtops || fop == &nop::nop_filtops;
}

// Phases of one klist_fini() in ns, and all of it. No probe has fired yet when
// the clock stops.
struct FiniPhases {
  uint64_t publish_ns = 0;  // stores of the stubs, and the walk
  uint64_t wait_ns = 0;     // for readers, or for the lock
  uint64_t reclaim_ns = 0;  // after the wait
  uint64_t total_ns = 0;    // from the call until the strategy was done
  uint64_t done_at = 0;     // when that was, CLOCK_MONOTONIC
  uint64_t knotes = 0;
};

// What Invalidate() works through: neuters knotes and times its phases.
template <class Impl>
class Fini {
 public:
  using Env = typename Impl::Env;
  using State = typename Impl::KnoteState;

  Fini() : begin_(Env::Now()), last_(begin_) {}

  // Replaces the filterops of one knote.
  void Neuter(knote<Env>& kn) {
    using nop = nop_filterops<Env>;
    const filterops<Env>* fop = kn.kn_fop.load(std::memory_order_relaxed);
    // Release: a reader that sees the stub sees all that came before it.
    kn.kn_fop.store((fop->f_flags & FILTEROP_ISFD) ? &nop::nop_fd_filtops
                                                   : &nop::nop_filtops,
                    std::memory_order_release);
    ++phases_.knotes;
  }

  // Neuters all and empties the list; nobody else may change the list
  // meanwhile. A neutered knote is not looked at again: its f_detach is a stub
  // now, which takes no lock, so a thread that closes the descriptor may free
  // it at any moment.
  void NeuterAll(klist<Env>& list) {
    for (knote<Env>*kn = list.slh_first, *next; kn != nullptr; kn = next) {
      next = kn->kn_selnext;
      Neuter(*kn);
    }
    list.slh_first = nullptr;
  }

  // Neuters all with the object lock held, so that no f_detach unlinks (and
  // nobody frees) a knote under the walk.
  void NeuterUnderObjectLock(klist<Env>& list) {
    kmutex_guard<Env> guard(*list.kl_lock);
    NeuterAll(list);
  }

  State& state(knote<Env>& kn) { return Impl::Of(kn).ki_sync; }
  void Free(knote<Env>& kn) { delete &Impl::Of(kn); }

  // Each ends a phase: the time since the last one goes to it.
  void Published() { phases_.publish_ns += Lap(); }
  // `blocked_ns` of it, if any, readers or other writers kept it waiting.
  void Waited(uint64_t blocked_ns = 0) {
    if (wait_begin_ == 0) wait_begin_ = last_;
    phases_.wait_ns += Lap();
    wait_end_ = last_;
    blocked_ns_ += blocked_ns;
  }
  void Reclaimed() { phases_.reclaim_ns += Lap(); }

  // Stops the clock.
  const FiniPhases& Done() {
    phases_.done_at = Env::Now();
    phases_.total_ns = phases_.done_at - begin_;
    return phases_;
  }
  uint64_t blocked_ns() const { return blocked_ns_; }
  // How long before Done() the first wait began and the last one ended, for
  // what they slept on. A strategy may publish before, after and between.
  uint64_t since_wait_began() const { return Since(wait_begin_); }
  uint64_t since_wait_ended() const { return Since(wait_end_); }

 private:
  uint64_t Since(uint64_t when) const {
    return when == 0 ? 0 : phases_.done_at - when;
  }
  uint64_t Lap() {
    const uint64_t now = Env::Now();
    const uint64_t lap = now - last_;
    last_ = now;
    return lap;
  }

  const uint64_t begin_;
  uint64_t last_;
  uint64_t wait_begin_ = 0, wait_end_ = 0;  // 0: no wait so far
  uint64_t blocked_ns_ = 0;
  FiniPhases phases_;
};

// Returns the phases, and fires writer__waiting and klist__fini after them.
template <class Kernel>
FiniPhases klist_fini(Kernel& k, klist<typename Kernel::Env>* list) {
  ForgetCall<typename Kernel::Env>();
  Fini<typename Kernel::knote_impl> fini;
  k.filterops_sync.Invalidate(*list, fini);
  const FiniPhases& phases = fini.Done();
  if (knotestat::usdt::KlistFiniWatched()) {
    knotestat::usdt::FireKlistFini(
        phases.publish_ns, phases.wait_ns, phases.reclaim_ns, phases.knotes,
        Kernel::Strategy::kInfo.name.data(), fini.since_wait_began(),
        fini.since_wait_ended());
  }
  if (fini.blocked_ns() != 0 && knotestat::usdt::WriterWaitingWatched()) {
    knotestat::usdt::FireWriterWaiting(fini.blocked_ns(),
                                       Kernel::Strategy::kInfo.name.data());
  }
  return phases;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KLIST_FINI_H_
