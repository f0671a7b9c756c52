// The emulated kernel under one strategy: its global locks, its processes'
// and threads' types, its kqueues.
//
// Locks, in the order in which they are taken:
//
//   kqueue_filter_lock      reader while a filter is registered or used by
//                           kqueue_register()
//   filedesc::fd_lock       one per process
//   a strategy's Section
//   object lock             a driver's, a pipe's; a watched kqueue's kq_lock
//   kqueue::kq_lock         a watched kqueue's before its watchers'
//
// A strategy whose Section may also be entered under an object lock says so
// (StrategyInfo::enter_under_spin_lock); only such a one can cover knote()
// while other threads wait for the same object lock inside sections.
// KERNEL_LOCK is recursive and taken inside sections by filters that are not
// MPSAFE.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_KERNEL_H_
#define KNOTESTAT_KNOTE_KERNEL_H_

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "knote/callout.h"
#include "knote/filedesc.h"
#include "knote/klist_fini.h"
#include "knote/locks/krwlock.h"
#include "knote/strategy.h"

namespace knote {

// A filter as kqueue_register() finds it. In use while refcnt is not 0.
template <class Env>
struct kfilter {
  const filterops<Env>* filtops = nullptr;
  typename Env::template Atomic<uint32_t> refcnt{0};
  // Of a filter that a module has registered; under kqueue_filter_lock.
  std::string name = {};
  std::unique_ptr<filterops<Env>> registered = {};
};

// The big lock: recursive, for code that is not MPSAFE.
template <class Env>
class kernel_lock {
 public:
  void Enter() {
    if (owner_.load(std::memory_order_relaxed) != Env::ThreadId()) {
      mutex_.mutex_enter();
      owner_.store(Env::ThreadId(), std::memory_order_relaxed);
    }
    ++depth_;
  }
  void Exit() {
    if (--depth_ != 0) return;
    owner_.store(0, std::memory_order_relaxed);
    mutex_.mutex_exit();
  }

 private:
  kmutex<Env> mutex_;
  typename Env::template Atomic<uintptr_t> owner_{0};
  int depth_ = 0;  // under mutex_
};

template <class S>
struct kernel {
  using Strategy = S;
  using Env = typename S::Env;
  using knote = ::knote::knote<Env>;

  // A knote as the kernel allocates it.
  struct knote_impl : knote_with<Env, typename S::KnoteState>, Env::LineObject {
    using Env = typename S::Env;
    static knote_impl& Of(knote& kn) { return static_cast<knote_impl&>(kn); }
  };

  // Aligned, as kqueues and knotes are, so that what threads of different
  // processes write never shares a line (or a prefetched pair of lines).
  struct alignas(128) proc {
    explicit proc(kernel& kern) : p_kernel(kern) {}
    kernel& p_kernel;
    filedesc<Env> p_fd;
  };

  // A thread; construct and use it on that thread only.
  struct lwp : lwp_base {
    explicit lwp(proc& process)
        : l_proc(&process), l_sync(process.p_kernel.filterops_sync) {}
    proc* l_proc;  // a kernel thread may work for one process after another
    typename S::ThreadState l_sync;
    lwp_signal<Env> l_signal;  // ends its sleeps in kevent(), read(), write()
    // System calls that it is in, one within the other; see userret.h, which
    // alone counts them, for strategies that need it.
    unsigned l_syscalls = 0;
  };

  struct alignas(128) kqueue : kqueue_base, Env::Object {
    // A bit of kq_count above the number of queued knotes.
    static constexpr uint32_t KQ_CLOSING = 0x40000000, KQ_MAXCOUNT = 0x3fffffff;
    kqueue(kernel& kern, filedesc<Env>& fdp) : kq_kernel(kern), kq_fdp(fdp) {
      klist_init(&kq_sel.sel_klist, &kq_lock);
    }
    kernel& kq_kernel;
    filedesc<Env>& kq_fdp;
    kmutex<Env> kq_lock{LockRank::kQueue};
    kcondvar<Env> kq_cv;
    knote* kq_first = nullptr;  // kq_head
    knote* kq_last = nullptr;
    uint32_t kq_count = 0;
    selinfo<Env> kq_sel;  // kqueues that watch this one; list: fd_lock, too
    kqueue* kq_walk = nullptr;  // see kqueue_reaches(); under fd_lock
    file<Env> kq_file;

    uint32_t Count() const { return kq_count & KQ_MAXCOUNT; }
    void InsertTail(knote& kn) {
      kn.kn_next = nullptr;
      kn.kn_prev = kq_last;
      (kq_last == nullptr ? kq_first : kq_last->kn_next) = &kn;
      kq_last = &kn;
    }
    void Remove(knote& kn) {
      (kn.kn_prev == nullptr ? kq_first : kn.kn_prev->kn_next) = kn.kn_next;
      (kn.kn_next == nullptr ? kq_last : kn.kn_next->kn_prev) = kn.kn_prev;
    }
  };

  explicit kernel(int cpus) : filterops_sync(cpus) {}

  static kqueue& KqOf(knote& kn) { return *static_cast<kqueue*>(kn.kn_kq); }

  S filterops_sync;
  alignas(64) krwlock<Env> kqueue_filter_lock;
  alignas(64) kernel_lock<Env> KERNEL_LOCK;
  std::array<kfilter<Env>, EVFILT_SYSCOUNT> kfilters;
  // Numbered from EVFILT_SYSCOUNT on, under kqueue_filter_lock. They stay where
  // they are: knotes point to them. A deque would allocate at once, and a
  // schedule that a checker gives up midway is not unwound.
  std::vector<std::unique_ptr<kfilter<Env>>> user_kfilters;
  callout_wheel callouts;
  typename Env::template Atomic<uint32_t> kq_ncallouts{0};  // EVFILT_TIMERs
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KERNEL_H_
