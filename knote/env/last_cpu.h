// On which CPU a thread last ran, for those who wait for it.
//
// Whoever waits for a thread that it has preempted itself looks in vain: the
// thread goes on once the waiter sleeps. NetBSD's locks ask the scheduler, and
// spin only while the owner is on a CPU (mutex_oncpu() of kern_mutex.c). In
// userspace the kernel keeps in each thread's rseq(2) area the number of the
// CPU that it last returned to: if that is the waiter's own CPU, the thread is
// not running. If it is another one, it may or may not be. A hint and no more:
// it is no replacement for a membarrier, since a thread that comes back from a
// system call on another CPU may load before its new number is seen.
//
// Cost: nothing for the thread itself. For who looks, two atomic additions to
// one line that only lookers write, and a load of the thread's area.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_LAST_CPU_H_
#define KNOTESTAT_KNOTE_ENV_LAST_CPU_H_

#include <atomic>
#include <cstdint>

namespace knote {

class LastCpu {
 public:
  // Makes this object tell of the calling thread, until Withdraw(), which must
  // come before the thread's end.
  void Publish();

  // Makes it tell of nobody. Waits for those that look at this moment, for
  // some ns each.
  void Withdraw();

  // True if the thread last ran on the CPU that the caller runs on, so that it
  // does not run now. A hint: either thread may be moved at any time. False if
  // this tells of nobody, and in a process that was forked by one that had
  // published any. Thread-safe.
  bool IsCallers() const;

 private:
  std::atomic<const uint32_t*> cpu_{nullptr};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_LAST_CPU_H_
