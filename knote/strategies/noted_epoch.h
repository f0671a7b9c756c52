// A writer's first try, without any membarrier: threads note the epoch whenever
// they leave a section, and one that has noted the new epoch is done with the
// old one.
//
// The writer changes what readers load, begins an epoch, and looks at every
// thread's note for a moment. Who has noted the new epoch has left the section
// that he was in, and sees the change in all later ones. If that holds for all
// threads, there is nobody to wait for. A thread that is idle, asleep or
// preempted notes nothing: then the writer has to do what it would have done,
// and does not try again for a while.
// Origin: a global epoch that readers note is Fraser's (2004); to note it at
// the end of a section makes each end a quiescent state as QSBR has them.
//
// Cost: for each section a load of a line that nobody writes between two
// klist_fini(). A writer among busy threads: two transfers of a line for each,
// some 0.5 us where a membarrier takes 1 to 20 us. In vain: 1 us, in one of
// kSkipped + 1 attempts.
//
// Ordering (the numbers of the strategies that use it refer to these)
//  N1  the writer's change; epoch_ advanced with release  <->  epoch_ loaded
//      with acquire; load of what was changed, in a later section. Two writers'
//      advances are one release sequence: the later epoch stands for both.
//  N2  the epoch noted with release  <->  loaded with acquire: the sections
//      before happened before the writer goes on.
//  N3  Join(): owner stored; full fence; load of what was changed  <->  the
//      writer's change; full fence; list of threads and owner loaded: a thread
//      that the writer does not see yet gets the change.
//  N4  Leave(): owner cleared with release  <->  loaded with acquire, as N2.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_NOTED_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_NOTED_EPOCH_H_

#include <cstdint>

namespace knote {

// Epochs are odd numbers, so that they can stand where addresses do.
template <class Env>
class NotedEpoch {
 public:
  // In the record of each thread: who it is, 0 if nobody has the record.
  using Owner = typename Env::template Atomic<uintptr_t>;

  // The calling thread's record, before its first section and after its last.
  void Join(Owner& owner) {
    owner.store(Env::ThreadId(), std::memory_order_relaxed);  // N3
    Env::FullFence();                                         // N3
  }
  void Leave(Owner& owner) {
    owner.store(0, std::memory_order_release);  // N4
  }

  // What the calling thread notes with a release store (N2) when it leaves its
  // outermost section.
  [[gnu::always_inline]] uint64_t Current() const {
    return epoch_.load(std::memory_order_acquire);  // N1
  }

  // Begins an epoch, if it tries. True if no section is open that began before
  // the caller's change, of any of `threads`, a ThreadRegistry. Of a record,
  // `owner_of` is its Owner, `noted_in` what was noted there last, loaded with
  // acquire (N2), and `is_outside` says whether the caller itself, whose it is,
  // is in no section.
  template <class Registry, class OwnerOf, class NotedIn, class IsOutside>
  bool NobodyIsLeft(const Registry& threads, OwnerOf&& owner_of,
                    NotedIn&& noted_in, IsOutside&& is_outside) {
    if (const uint32_t skip = skip_.load(std::memory_order_relaxed);
        skip != 0) {
      skip_.store(skip - 1, std::memory_order_relaxed);
      return false;
    }
    const uint64_t begun =
        epoch_.fetch_add(2, std::memory_order_release) + 2;  // N1
    Env::FullFence();                                        // N3
    auto* node = threads.First();                            // N3
    const auto is_done = [&](const auto& record) {
      const uintptr_t owner =
          owner_of(record).load(std::memory_order_acquire);  // N3 N4
      if (owner == 0) return true;
      if (owner == Env::ThreadId()) return is_outside(record);
      return noted_in(record) >= begun;
    };
    for (int looks = 0; looks < kLooks; ++looks) {
      while (node != nullptr && is_done(node->record)) node = node->next;
      if (node == nullptr) return true;
      Env::Pause();
    }
    skip_.store(kSkipped, std::memory_order_relaxed);
    return false;
  }

 private:
  // Long enough for a thread that is at work to leave once more.
  static constexpr int kLooks = Env::kSpinTurns < 10 ? 1 : Env::kSpinTurns / 10;
  static constexpr uint32_t kSkipped = 15;

  // Written once by each klist_fini() that tries, read by all readers.
  alignas(128) typename Env::template Atomic<uint64_t> epoch_{1};
  alignas(128) typename Env::template Atomic<uint32_t> skip_{0};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_NOTED_EPOCH_H_
