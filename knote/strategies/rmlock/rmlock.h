// rmlock: FreeBSD's read-mostly lock: readers with a read token leave a
// tracker, the writer takes the tokens away.
//
// Reader: marks its tracker and looks at its token, both on a line of its own.
// Without the token it takes the writers' mutex, which gives the token back.
// Writer: holds the mutex, revokes every thread's token, makes all pass a
// barrier, and waits for each tracker that is still marked.
// Origin: FreeBSD's sys/kern/kern_rmlock.c (rm_*). There tokens and trackers
// are per CPU, a reader is pinned with preemption off, and the writer's
// cross-call collects the trackers; here both are per thread, since nothing
// pins a thread, and the cross-call is a membarrier. Priority is not lent.
//
// Reader cost: two plain stores and a load of the own line, about 1 ns; a
// mutex once after every klist_fini(). Writer cost: a membarrier (about 1 us),
// a store and a look per thread, and all readers.
// A reader may migrate, and recurse: who has a tracker out needs no token. It
// may not be entered under an object lock that other readers wait for. It may
// not sleep: that is FreeBSD's rule, kept because its reason (priority lending
// to a reader that runs) is part of the mechanism; here it would only be slow.
//
// Ordering
//  R1  tracker marked; LightFence; load of the token  <->  tokens revoked;
//      HeavyFence; loads of trackers: T3 of thread_sections.h.
//  R2  what a section did happened before the writer goes on: T4; the last
//      reader wakes it: T5.
//  M1  (kmutex.h) a token comes back under the writers' mutex: the writer
//      before happened before every section with that token, and a tracker
//      marked under it is seen by the next.
//  R3  a thread that joins has no token, a record that is used again keeps
//      what it has (T2 of thread_registry.h): neither escapes a writer.
// The traversal hazard cannot arise: klist_fini() walks with readers shut out.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_RMLOCK_RMLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_RMLOCK_RMLOCK_H_

#include "knote/knote.h"
#include "knote/strategies/lock_strategy.h"
#include "knote/strategies/thread_sections.h"

namespace knote {

template <class E>
class Rmlock {
 public:
  using Env = E;

  struct Token {
    typename Env::template Atomic<uint32_t> revoked{1};
  };
  using Trackers = ThreadSections<Env, Token>;
  using Record = typename Trackers::Record;

  struct KnoteState {};
  struct ThreadState : ThreadSectionsMember<Env, Token> {
    explicit ThreadState(Rmlock& strategy)
        : ThreadSectionsMember<Env, Token>(strategy.trackers_) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "rmlock",
      .scope = "global",
      .summary = "FreeBSD's read-mostly lock: read tokens and trackers",
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .plain_reader = true,
      .writer_waits_for = "all readers",
      .needs_heavy_fence = true,
      .bytes_per_thread = sizeof(typename Trackers::Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(Rmlock& strategy, ThreadState& thread,
                                   knote<Env>&, KnoteState&)
        : record_(thread.record()), outer_(Trackers::Enter(record_)) {  // R1
      if (record_.more.revoked.load(std::memory_order_relaxed) != 0 &&  // R1
          !Trackers::Inside(outer_)) [[unlikely]]
        outer_ = strategy.EnterSlow(record_, outer_);
    }
    [[gnu::always_inline]] ~Section() {
      Trackers::Leave(record_, outer_);  // R2
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Record& record_;
    uint64_t outer_;
  };

  explicit Rmlock(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    uint64_t waited = writers_.mutex_enter();
    trackers_.ForEach([](Record& record) {
      record.more.revoked.store(1, std::memory_order_relaxed);  // R1
    });
    waited += trackers_.WaitForOpenSections();  // R1 R2
    fini.Waited(waited);
    fini.NeuterAll(list);
    fini.Published();
    writers_.mutex_exit();  // M1
    fini.Reclaimed();
  }

 private:
  // Takes the tracker back, waits for the writer, marks it with a token.
  [[gnu::noinline]] uint64_t EnterSlow(Record& record, uint64_t outer) {
    Trackers::Leave(record, outer);
    const uint64_t waited = writers_.mutex_enter();
    record.more.revoked.store(0, std::memory_order_relaxed);  // M1
    outer = Trackers::Enter(record);                          // M1
    writers_.mutex_exit();
    if (waited != 0) ReportReaderBlocked(waited, kInfo.name.data());
    return outer;
  }

  Trackers trackers_;
  kmutex<Env> writers_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_RMLOCK_RMLOCK_H_
