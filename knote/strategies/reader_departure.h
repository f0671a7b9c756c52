// How a writer waits for a reader that only stores plainly: spin a little,
// unless it has preempted the reader itself, then sleep until it leaves.
//
// Each reader has one of these, beside what it stores, and a writer marks the
// one that it is about to sleep for: readers that nobody waits for lose
// nothing, however long a klist_fini() elsewhere takes. The reader's side is
// one load of its own line. Origin: the futex of liburcu's synchronize_rcu(),
// of which all readers share one.
//
// Ordering (the numbers of the strategies that use it refer to these)
//  D1  reader: leaves; LightFence; loads awaited_  <->  writer: makes it odd;
//      HeavyFence; asks `gone`: the reader wakes the writer or the writer sees
//      that it is gone.
//  D2  the reader makes awaited_ another even number, then wakes  <->  the
//      writer sleeps only while it is what the writer made it before `gone`: no
//      wake-up falls between the look and the sleep, whatever other writers
//      do. All wake, and who still waits makes it odd again.
// With DepartureFences::kFull, for readers that leave rarely, both sides of D1
// pass a full fence, and no membarrier is needed.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_READER_DEPARTURE_H_
#define KNOTESTAT_KNOTE_STRATEGIES_READER_DEPARTURE_H_

#include <climits>
#include <cstdint>

namespace knote {

enum class DepartureFences { kLightAndHeavy, kFull };

template <class Env, DepartureFences kFences = DepartureFences::kLightAndHeavy>
class ReaderDeparture {
 public:
  // The writer's half of the fence, which it passes once before it looks at
  // the first reader.
  static void WriterFence() {
    if constexpr (kFences == DepartureFences::kFull) {
      Env::FullFence();
    } else {
      Env::HeavyFence();
    }
  }

  // The caller, whose departure this is, has left its section and passed its
  // fence.
  [[gnu::always_inline]] void ReaderLeft() {
    if (awaited_.load(std::memory_order_relaxed) % 2 != 0) [[unlikely]]  // D1
      Wake();
  }

  // Returns once `gone()` is true; it must become true through the reader, who
  // then calls ReaderLeft(). Returns the ns that it kept the caller waiting, 0
  // if it was true at once. `is_away()`: the reader cannot leave while the
  // caller runs, so that there is no use in spinning.
  template <class Gone, class IsAway>
  uint64_t WaitUntil(Gone&& gone, IsAway&& is_away) {
    if (gone()) return 0;
    const uint64_t begin = Env::Now();
    if (is_away() || !SpinUntil(gone)) SleepUntil(gone);
    return Env::Now() - begin + 1;
  }

 private:
  template <class Gone>
  static bool SpinUntil(Gone&& gone) {
    for (int i = 0; i < Env::kSpinTurns; ++i) {
      Env::Pause();
      if (gone()) return true;
    }
    return false;
  }

  template <class Gone>
  void SleepUntil(Gone&& gone) {
    for (;;) {
      const uint32_t seen =
          awaited_.fetch_or(1, std::memory_order_relaxed) | 1;  // D1 D2
      WriterFence();                                            // D1
      if (gone()) return;
      Env::FutexWait(awaited_, seen);  // D2
    }
  }

  [[gnu::noinline]] void Wake() {
    awaited_.fetch_add(1, std::memory_order_relaxed);  // D2
    Env::FutexWake(awaited_, INT_MAX);                 // D2
  }

  // Odd: a writer sleeps for it, or is about to.
  typename Env::template Atomic<uint32_t> awaited_{0};
};

// Passes the writer's fence, then waits for one thread of `registry` after the
// other until `gone(record)`; its record has the thread's `departure`. A thread
// once passed is done, and one that joins later has seen what the caller
// changed. Returns the ns that they kept the caller waiting.
template <class Registry, class Gone>
uint64_t AwaitEach(const Registry& registry, Gone&& gone) {
  decltype(registry.First()->record.departure)::WriterFence();
  uint64_t waited = 0;
  for (auto* node = registry.First(); node != nullptr; node = node->next) {
    auto& record = node->record;
    waited +=
        record.departure.WaitUntil([&] { return gone(record); },
                                   [&] { return node->last_cpu.IsCallers(); });
  }
  return waited;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_READER_DEPARTURE_H_
