// Which threads are in a section: a word per thread, written by that thread
// alone with plain stores.
//
// Low bits: how deep the thread is inside; above: its section number, which
// leaving the outermost section advances. A writer looks at one thread after
// the other and waits for who is inside then to leave that section: of each
// thread for one at most, which may have begun since the writer came.
// Origin: epoch-based reclamation (Fraser 2004) and liburcu's memb flavour;
// the section number in the reader's own word replaces a global epoch, so a
// reader loads nothing that another thread writes.
//
// Ordering (the numbers of the strategies that use it refer to these)
//  T3  Enter() stores the word; LightFence; the reader loads what a writer
//      changes  <->  the writer changes it; HeavyFence; loads the word: the
//      reader sees the change or is seen inside.
//  T4  Leave() stores the word with release, the writer loads it with acquire:
//      the section happened before the writer goes on. Enter() releases too,
//      for a writer that only sees the next section.
//  T5  Leave(); LightFence; load of departure  <->  D1 of reader_departure.h.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_THREAD_SECTIONS_H_
#define KNOTESTAT_KNOTE_STRATEGIES_THREAD_SECTIONS_H_

#include "knote/env/thread_registry.h"
#include "knote/strategies/reader_departure.h"

namespace knote {

struct NoMore {};

// `More` is what else a thread's record holds, idle as constructed.
template <class Env, class More = NoMore>
class ThreadSections {
 public:
  struct Record {
    typename Env::template Atomic<uint64_t> word{0};
    ReaderDeparture<Env> departure;
    [[no_unique_address]] More more;
  };
  using Registry = ThreadRegistry<Env, Record>;
  using Node = typename Registry::Node;

  // The calling thread's record; leave on the same thread.
  Node* Join() { return threads_.Join(); }
  void LeaveForGood(Node* node) { threads_.Leave(node); }

  // Returns what Leave() needs.
  [[gnu::always_inline]] static uint64_t Enter(Record& record) {
    const uint64_t outer = record.word.load(std::memory_order_relaxed);
    record.word.store(outer + 1, std::memory_order_release);  // T3 T4
    Env::LightFence();                                        // T3
    return outer;
  }
  [[gnu::always_inline]] static void Leave(Record& record, uint64_t outer) {
    record.word.store(Inside(outer) ? outer : outer + kNextSection,
                      std::memory_order_release);  // T4
    Env::LightFence();                             // T5
    record.departure.ReaderLeft();                 // T5
  }

  // True if the thread whose word this is was inside.
  [[gnu::always_inline]] static bool Inside(uint64_t word) {
    return (word & kDepthMask) != 0;
  }

  // Calls visit(Record&) for every thread's record.
  template <class Visit>
  void ForEach(Visit&& visit) {
    for (Node* node = threads_.First(); node != nullptr; node = node->next)
      visit(node->record);
  }

  // Passes a heavy fence and returns when every section that was open then has
  // ended: the ns that they kept the caller waiting.
  uint64_t WaitForOpenSections() {
    uint64_t first = 0;  // of the thread that is looked at; 0: not yet
    return AwaitEach(threads_, [&](const Record& record) {  // T3 T5
      const uint64_t now =
          record.word.load(std::memory_order_acquire);  // T3 T4
      if (first == 0) first = now;
      if (SameSection(first, now)) return false;
      first = 0;
      return true;
    });
  }

 private:
  static constexpr uint64_t kDepthMask = 0xffff, kNextSection = 0x10000;

  // True if a thread that was seen as `then` is still in that section.
  static bool SameSection(uint64_t then, uint64_t now) {
    return Inside(then) && then / kNextSection == now / kNextSection;
  }

  Registry threads_;
};

// A thread's membership: joins where it is constructed, leaves at its end.
template <class Env, class More = NoMore>
class ThreadSectionsMember {
 public:
  using Sections = ThreadSections<Env, More>;
  explicit ThreadSectionsMember(Sections& sections)
      : sections_(sections), node_(sections.Join()) {}
  ~ThreadSectionsMember() { sections_.LeaveForGood(node_); }
  ThreadSectionsMember(const ThreadSectionsMember&) = delete;
  ThreadSectionsMember& operator=(const ThreadSectionsMember&) = delete;

  typename Sections::Record& record() { return node_->record; }

 private:
  Sections& sections_;
  typename Sections::Node* node_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_THREAD_SECTIONS_H_
