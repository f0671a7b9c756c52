// qsbr: quiescent-state-based reclamation: readers that do nothing at all.
//
// Reader: nothing. In place of that every thread says where it is outside of
// all sections: at the end of each operation it looks whether a grace period
// has begun, and if so notes its number in its own word. Writer: stores the
// stubs, begins a grace period, and waits until every thread's word has its
// number or says that the thread is offline.
// Origin: liburcu's qsbr flavour, after the quiescent states of Linux's RCU
// (McKenney, Slingwine 1998). A kernel has these places in its return to user
// mode and its scheduler; here they are knote/userret.h. A kernel may take a
// context switch for one; since filterops may sleep, this may not: a thread
// asleep inside a section is waited for.
//
// Cost of a section: none, charged is what stands for it. Reader: two loads and
// a comparison at the end of each operation, however many sections that has;
// in each grace period one fence per thread, and two when a thread comes to
// work and goes: a loop pays that once, a system call outside of one each time.
// Writer: two full fences, no membarrier; it waits for the end of the longest
// operation in progress in the whole system, sections in it or not. One grace
// period however many knotes.
// A reader may block, recurse, migrate, and be entered under any lock, and make
// system calls that sleep, which leave it online. It must not wait for a
// klist_fini(), nor call it. A thread at work outside of sections may call it:
// it is offline meanwhile.
//
// Who never comes by would be waited for without end, so a thread is offline
// unless it is at work: before its first and after its last operation, asleep
// in a system call that no driver's function made, waiting in klist_fini().
// What remains is a thread that another one's lock keeps from ending its
// operation: it waits for that thread, as it would without klist_fini().
//
// Ordering
//  Q1  Announce() and Offline() store the word with release, the writer loads
//      it with acquire: the sections before happened before the writer goes on.
//      Online() releases too, for a writer that only sees the next word.
//  Q2  stores of the stubs; grace_ advanced with release  <->  load of grace_;
//      full fence in Announce() or Online(); load of kn_fop: whoever notes the
//      new number gets the stubs from then on. Two writers' advances are one
//      release sequence, so the later number stands for both.
//  Q3  Online() stores the word; full fence; load of kn_fop  <->  stores of
//      stubs; full fence; load of the word: a thread that is taken for offline
//      gets the stubs.
//  Q4  Announce() and Offline(); full fence; load of departure  <->  D1
//      of reader_departure.h: a thread that is waited for wakes the writer or
//      is seen.
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_QSBR_QSBR_H_
#define KNOTESTAT_KNOTE_STRATEGIES_QSBR_QSBR_H_

#include <vector>

#include "knote/env/thread_registry.h"
#include "knote/knote.h"
#include "knote/strategies/reader_departure.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class Qsbr {
 public:
  using Env = E;

  struct Record {
    // The last grace period that its thread has noted, kOffline if not at work.
    typename Env::template Atomic<uint64_t> word{kOffline};
    // Whose it is; 0 if nobody's.
    typename Env::template Atomic<uintptr_t> thread{0};
    ReaderDeparture<Env, DepartureFences::kFull> departure;
  };
  using Registry = ThreadRegistry<Env, Record>;
  using Node = typename Registry::Node;

  struct KnoteState {};

  class ThreadState {
   public:
    explicit ThreadState(Qsbr& strategy)
        : registry_(strategy.threads_), node_(registry_.Join()) {
      record().thread.store(Env::ThreadId(), std::memory_order_relaxed);
    }
    ~ThreadState() {
      record().thread.store(0, std::memory_order_relaxed);
      registry_.Leave(node_);
    }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;

    Record& record() { return node_->record; }

   private:
    Registry& registry_;
    Node* node_;
  };

  static constexpr StrategyInfo kInfo{
      .name = "qsbr",
      .scope = "global",
      .summary = "readers do nothing, threads announce the end of operations",
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .plain_reader = true,
      .grace_period = true,
      .writer_waits_for = "the operation in progress of each thread",
      .bytes_per_thread = sizeof(Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(Qsbr&, ThreadState&, knote<Env>&,
                                   KnoteState&) {}
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;
  };

  explicit Qsbr(int /*cpus*/) {}

  bool Online(ThreadState& thread) { return Online(thread.record()); }
  bool Offline(ThreadState& thread) { return Offline(thread.record()); }
  [[gnu::always_inline]] void Quiescent(ThreadState& thread) {
    Record& record = thread.record();
    const uint64_t grace = grace_.load(std::memory_order_relaxed);  // Q2
    if (grace != record.word.load(std::memory_order_relaxed)) [[unlikely]]
      Announce(record, grace);
  }

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    const std::vector<Record*> own = TakeCallerOffline();
    fini.Waited(WaitForQuiescence());
    for (Record* record : own) Online(*record);
  }

 private:
  static constexpr uint64_t kOffline = 0;

  // False if it was online.
  bool Online(Record& record) {
    if (record.word.load(std::memory_order_relaxed) != kOffline) return false;
    record.word.store(grace_.load(std::memory_order_relaxed),  // Q2 Q3
                      std::memory_order_release);              // Q1
    Env::FullFence();                                          // Q2 Q3
    return true;
  }

  // False if it was offline.
  bool Offline(Record& record) {
    if (record.word.load(std::memory_order_relaxed) == kOffline) return false;
    Announce(record, kOffline);
    return true;
  }

  [[gnu::noinline]] static void Announce(Record& record, uint64_t word) {
    record.word.store(word, std::memory_order_release);  // Q1
    Env::FullFence();                                    // Q2 Q4
    record.departure.ReaderLeft();                       // Q4
  }

  // The caller is outside of sections, whatever it says in its records: it
  // must not wait for itself, nor for another thread that does the same.
  std::vector<Record*> TakeCallerOffline() {
    std::vector<Record*> taken;
    for (Node* node = threads_.First(); node != nullptr; node = node->next) {
      Record& record = node->record;
      if (record.thread.load(std::memory_order_relaxed) == Env::ThreadId() &&
          Offline(record))
        taken.push_back(&record);
    }
    return taken;
  }

  // One grace period. Returns the ns that threads kept the caller waiting.
  uint64_t WaitForQuiescence() {
    const uint64_t grace =
        grace_.fetch_add(1, std::memory_order_release) + 1;     // Q2
    return AwaitEach(threads_, [grace](const Record& record) {  // Q2 Q4
      const uint64_t word =
          record.word.load(std::memory_order_acquire);  // Q1 Q3
      return word == kOffline || word >= grace;
    });
  }

  Registry threads_;
  // Written once in a grace period, read by all at each end of an operation.
  alignas(128) typename Env::template Atomic<uint64_t> grace_{1};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_QSBR_QSBR_H_
