// Memory as the threads of one execution see it.
//
//  TSO  One FIFO store buffer for each thread, which empties at any time. A
//       heavy fence empties all, as far as the stores in them are sealed: a
//       store that no LightFence, system call or other fence follows yet could
//       still be delayed by the compiler.
//       Source: Sewell et al., "x86-TSO", CACM 2010.
//  RA   Every location has a history of stores; a load takes any that its
//       thread's view allows, acquire loads take over the view that a release
//       store came with. The operational form of RC11 without promises: no
//       load buffering, and a new store is always the newest of its location.
//       Source: Kang et al., "A promising semantics", POPL 2017.
//
// In both, a read-modify-write, a failed compare-exchange and a futex call see
// the newest value, as hardware and kernel do.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_MEMORY_H_
#define KNOTESTAT_CHECK_MEMORY_H_

#include "check/memory_budget.h"
#include "check/operation.h"

namespace knotestat::check {

enum class Model { kTso, kReleaseAcquire };

// "tso", "ra".
std::string_view NameOf(Model model);

// Who stored a value, for the story. step < 0: before the threads began.
struct Origin {
  int thread = -1;
  int step = -1;
};

struct Value {
  uint64_t bits = 0;
  Origin origin;
};

class Memory {
 public:
  explicit Memory(MemoryBudget& budget)
      : locations_(Counted<Location>(budget)),
        messages_(Counted<Message>(budget)) {}

  void Begin(Model model, int threads);
  // Gives memory back. Begin() must follow.
  void Trim();

  Model model() const { return model_; }
  int AddLocation(uint64_t initial);  // its number, or -1: too many

  // RA: more locations were written than views have room for.
  bool Full() const { return view_count_ + 1 == View::kSize; }

  // The newest value in memory (not in buffers).
  const Value& Newest(int location) const { return Of(location).newest; }
  void SetNewest(int location, uint64_t bits) {
    Of(location).newest.bits = bits;
  }

  // How many values a load can see, 1 at least; only more under RA.
  int Candidates(int thread, int location, std::memory_order order) const;
  // Value 0 is the newest that the thread can see.
  Value Load(int thread, int location, std::memory_order order, int candidate);
  void Store(int thread, int location, uint64_t bits, std::memory_order order,
             int step);
  // Reads the newest value, to be followed by FinishUpdate() at once or not.
  Value ReadNewest(int thread, int location, std::memory_order order);
  void FinishUpdate(int thread, int location, uint64_t bits,
                    std::memory_order order, int step);
  // The kernel's look at a futex word.
  Value KernelRead(int thread, int location);
  // Adds 1 where only one CPU writes; the store can be delayed under TSO.
  Value PercpuAdd(int thread, int location, bool releases, int step);

  void ThreadFence(int thread, std::memory_order order);
  void HeavyFence(int thread);
  // What the compiler keeps before whatever comes next.
  void Seal(int thread);

  // TSO: store buffers.
  struct BufferedStore {
    uint16_t location = 0;
    bool sealed = false;
    int step = 0;
    uint64_t bits = 0;
  };
  bool BufferEmpty(int thread) const { return Buffer(thread).Empty(); }
  const BufferedStore& Head(int thread) const { return Buffer(thread).Front(); }
  // True if `thread` has a sealed store that is not yet in memory.
  bool AwaitsFlush(int thread) const;
  bool Buffers(int thread, int location) const;
  void Flush(int thread);

  // RA: how far each thread is known to have come.
  uint16_t Tick(int thread);  // the thread's own clock, advanced
  bool Knows(int thread, int other, uint16_t epoch) const {
    return threads_[thread].current.Get(other) >= epoch;
  }
  // One thread continues where another's effects are known (thread start/end).
  void JoinAll(int thread);

 private:
  struct Message {
    Value value;
    uint16_t timestamp = 0;
    int previous = -1;
    View view;
  };
  struct Location {
    Value newest;
    int view = -1;     // entry of views; -1: never written
    int message = -1;  // newest; -1: only the initial value
    Value initial;
    uint16_t sc_timestamp = 0;  // newest seq_cst store
  };
  struct Thread {
    View current, acquired, released, sealed;
    uint16_t epoch = 0;
  };
  // A fixed ring.
  struct Ring {
    static constexpr int kSize = 32;
    BufferedStore stores[kSize];
    int begin = 0, end = 0;
    bool Empty() const { return begin == end; }
    bool Full() const { return end - begin == kSize; }
    const BufferedStore& Front() const { return stores[begin % kSize]; }
    BufferedStore& At(int i) { return stores[i % kSize]; }
    const BufferedStore& At(int i) const { return stores[i % kSize]; }
  };

  Location& Of(int l) { return locations_[static_cast<size_t>(l)]; }
  const Location& Of(int l) const { return locations_[static_cast<size_t>(l)]; }
  Message& Of(const Location& l) {
    return messages_[static_cast<size_t>(l.message)];
  }
  const Ring& Buffer(int thread) const { return buffers_[thread]; }
  void Push(int thread, int location, uint64_t bits, int step);
  void Append(int thread, int location, uint64_t bits, std::memory_order order,
              int step, bool update);
  void Read(Thread& me, const Location& location, const Message* message,
            std::memory_order order);
  uint16_t OldestReadable(const Thread& me, const Location& location,
                          std::memory_order order) const;

  Model model_ = Model::kTso;
  int thread_count_ = 0;
  CountedVector<Location> locations_;
  CountedVector<Message> messages_;
  size_t message_count_ = 0;
  int view_count_ = View::kThreads;
  Thread threads_[kMaxThreads];
  View sc_;
  Ring buffers_[kMaxThreads];
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_MEMORY_H_
