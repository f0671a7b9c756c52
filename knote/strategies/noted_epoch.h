// A writer's first try, without any membarrier: threads note the epoch whenever
// they leave a section or enter one, and one that has noted the new epoch is
// done with the old one.
//
// The writer changes what readers load, begins an epoch, and looks at every
// thread's note for a moment. Who has noted the new epoch has left the section
// that he was in, and sees the change in all later ones. If that holds for all
// threads, there is nobody to wait for. A thread that is idle, asleep or
// preempted notes nothing: then the writer has to do what it would have done,
// and tries more seldom from one failure to the next. After a success it tries
// for longer: a reader that an interrupt holds up is back before a membarrier
// is.
// Origin: a global epoch that readers note is Fraser's (2004); to note it at
// the end of a section makes each end a quiescent state as QSBR has them.
//
// Cost: for each section a load of a line that nobody writes between two
// klist_fini(). A writer among busy threads: two transfers of a line for each,
// some 0.5 us where a membarrier takes 1 to 20 us. In vain: 10 us, then 1 us,
// in the end in one of kMostTurns klist_fini(). A thread that the writer itself
// has preempted ends the try at once.
//
// Ordering (the numbers of the strategies that use it refer to these)
//  N1  the writer's change; epoch_ advanced with release  <->  epoch_ loaded
//      with acquire; load of what was changed, in a later section, or in the
//      one that notes it as it begins. Two writers' advances are one release
//      sequence: the later epoch stands for both.
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

#include <algorithm>
#include <cstdint>

namespace knote {

// Epochs are kFirst, kFirst + kStep, ..., as suits where they are noted. A
// thread's record, in a ThreadRegistry, has beside its note
//
//   Owner owner;              of type NotedEpoch::Owner
//   uint64_t Noted() const;   what was noted last, loaded with acquire (N2)
//   bool IsOutside() const;   called by the owner: whether it is in no section
template <class Env, uint64_t kFirst, uint64_t kStep>
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
  // outermost section, or enters it.
  [[gnu::always_inline]] uint64_t Current() const {
    return epoch_.load(std::memory_order_acquire);  // N1
  }

  // Begins an epoch, after the caller's change; returns it. Who notes it, or a
  // later one, is in no section that began before the change.
  uint64_t Begin() {
    return epoch_.fetch_add(kStep, std::memory_order_release) + kStep;  // N1
  }

  // False if there is no use in trying.
  bool IsWorthATry() {
    const uint32_t left = turns_left_.load(std::memory_order_relaxed);
    if (left == 0) return true;
    turns_left_.store(left - 1, std::memory_order_relaxed);
    return false;
  }

  // True if all of `threads`, a ThreadRegistry, have noted `begun`.
  template <class Registry>
  bool AllNote(uint64_t begun, const Registry& threads) {
    Env::FullFence();  // N3
    const uint32_t turns = turns_.load(std::memory_order_relaxed);
    int looks = turns == 0 ? Env::kSpinTurns : kLooks;
    for (auto* node = threads.First(); node != nullptr;  // N3
         node = node->next) {
      if (!Notes(*node, begun, looks)) {
        Failed(turns);
        return false;
      }
    }
    if (turns != 0) turns_.store(0, std::memory_order_relaxed);
    return true;
  }

 private:
  // Whether the thread of `node` notes `begun` within so many `looks`, from
  // which those that it took are taken off.
  template <class Node>
  static bool Notes(Node& node, uint64_t begun, int& looks) {
    if (IsDone(node.record, begun)) return true;
    if (node.last_cpu.IsCallers()) return false;  // not while this one runs
    for (; looks > 0; --looks) {
      Env::Pause();
      if (IsDone(node.record, begun)) return true;
    }
    return false;
  }

  // After as many turns as `turns` says.
  void Failed(uint32_t turns) {
    const uint32_t next = std::clamp(2 * turns, 1u, kMostTurns);
    turns_.store(next, std::memory_order_relaxed);
    turns_left_.store(next - 1, std::memory_order_relaxed);
  }

  // Whether the thread of `record` is done with the epochs before `begun`.
  template <class Record>
  static bool IsDone(const Record& record, uint64_t begun) {
    const uintptr_t owner =
        record.owner.load(std::memory_order_acquire);  // N3 N4
    if (owner == 0) return true;
    if (owner == Env::ThreadId()) return record.IsOutside();
    return record.Noted() >= begun;  // N2
  }

  // Long enough for a thread that is at work to leave once more.
  static constexpr int kLooks = Env::kSpinTurns / 10;
  static constexpr uint32_t kMostTurns = 16;

  // Written once by each klist_fini() that tries, read by all readers.
  alignas(128) typename Env::template Atomic<uint64_t> epoch_{kFirst};
  // One klist_fini() of so many tries; 0 after a success. Hints, which writers
  // that come at once may lose.
  alignas(128) typename Env::template Atomic<uint32_t> turns_{1};
  typename Env::template Atomic<uint32_t> turns_left_{0};
};

// A thread's membership: has a record from construction on, until its end.
template <class Epochs, class Registry>
class NotedEpochMember {
 public:
  NotedEpochMember(Epochs& epochs, Registry& threads)
      : epochs_(epochs), threads_(threads), node_(threads.Join()) {
    epochs_.Join(record().owner);
  }
  ~NotedEpochMember() {
    epochs_.Leave(record().owner);
    threads_.Leave(node_);
  }
  NotedEpochMember(const NotedEpochMember&) = delete;
  NotedEpochMember& operator=(const NotedEpochMember&) = delete;

  auto& record() { return node_->record; }

 private:
  Epochs& epochs_;
  Registry& threads_;
  typename Registry::Node* node_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_NOTED_EPOCH_H_
