// One execution of a program of threads, step by step.
//
// Every atomic operation, fence, futex call and free of a thread arrives here
// before it happens. The engine lets a Chooser pick whose step comes next,
// then carries it out in the memory model. Between two such points a thread
// runs undisturbed: plain data is not interleaved.
//
// A program's set-up and tear-down run alone, before Run() and after it; their
// operations take effect at once and are no steps.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_ENGINE_H_
#define KNOTESTAT_CHECK_ENGINE_H_

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "check/chooser.h"
#include "check/fiber.h"
#include "check/finding.h"
#include "check/heap.h"
#include "check/memory.h"
#include "check/mutation.h"
#include "check/story.h"

namespace knotestat::check {

// An atomic variable's memory, as far as it is not in Memory.
struct Cell {
  mutable uint64_t bits = 0;
  mutable uint32_t run = 0;  // the execution that `location` belongs to
  mutable uint16_t location = 0;
};

// Plain data that is watched for races.
struct PlainCell {
  uint32_t run = 0;
  int writer = -1;
  uint16_t write_epoch = 0;
  uint16_t read_epochs[kMaxThreads] = {};
};

struct Settings {
  Model model = Model::kTso;
  Mutation mutation;
  int max_steps = 4000;
  int cpus = 2;
  bool tell = false;   // record the story
  bool sites = false;  // record the places that were passed
};

// What one execution came to.
struct Outcome {
  Finding finding;
  bool pruned = false;     // the chooser stopped it
  bool truncated = false;  // max_steps, in a schedule that starved a thread
  bool yielded = false;    // somebody waited by sched_yield()
  // What it needs more of than the checker has ("more than 64 MiB"), for which
  // it was given up. Else empty.
  std::string beyond;
  int steps = 0;
};

class Engine final : public Pending {
 public:
  // A program sets up, calls Spawn() and Run(), and looks at what it got.
  using Program = std::function<void(Engine&)>;

  static constexpr size_t kDefaultMemory = size_t{64} << 20;

  // Holds `memory` bytes at most, a search included. See MemoryBudget.
  explicit Engine(size_t memory = kDefaultMemory);
  ~Engine();

  // Runs `program` once.
  Outcome Execute(const Program& program, const Settings& settings,
                  Chooser& chooser);

  // Gives back what earlier executions have made it hold, so that the next ones
  // do not depend on them.
  void Trim();
  MemoryBudget& budget() { return budget_; }
  const MemoryBudget& budget() const { return budget_; }
  // Bytes by which the process has grown since the engine was made. Far more
  // than the budget's limit if a strategy allocates elsewhere than on the heap
  // here: what an execution that is given up holds, nobody frees.
  size_t Growth() const;

  // The engine of the calling OS thread while it executes, else null.
  static Engine* current() { return current_engine; }

  // --- for programs -------------------------------------------------------
  // Adds a thread; `body` must live until Run() returns.
  template <class Body>
  void Spawn(std::string_view name, Body& body) {
    Add(
        name, [](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
  }
  // Runs all threads to their ends.
  void Run();
  // Ends the execution with a finding.
  [[noreturn]] void Report(FindingKind kind, std::string text);
  // Ends it because the checker has no more of something; see Outcome::beyond.
  [[noreturn]] void GiveUp(std::string beyond);
  // Names memory for the story.
  void Name(const void* address, size_t bytes, std::string_view name);
  // Which thread runs; kSetUp outside of Run().
  static constexpr int kSetUp = -1;
  int thread() const { return running_ ? self_ : kSetUp; }
  std::string ThreadName(int thread) const;
  const Heap& heap() const { return heap_; }
  Heap& heap() { return heap_; }
  int steps() const { return steps_; }

  // --- for CheckEnv -------------------------------------------------------
  using Where = std::source_location;
  uint64_t Load(const Cell& cell, std::memory_order order, const Where& where) {
    return running_ ? LoadStep(cell, order, where) : Direct(cell);
  }
  void Store(Cell& cell, uint64_t bits, std::memory_order order,
             const Where& where) {
    if (running_) return StoreStep(cell, bits, order, where);
    Direct(cell) = bits;
  }
  // bits -> function(bits, argument); returns the old bits.
  using Change = uint64_t (*)(uint64_t bits, uint64_t argument);
  uint64_t Update(Cell& cell, Change change, uint64_t argument,
                  std::memory_order order, const Where& where) {
    if (running_) return UpdateStep(cell, change, argument, order, where);
    uint64_t& bits = Direct(cell);
    const uint64_t before = bits;
    bits = change(before, argument);
    return before;
  }
  bool CompareExchange(Cell& cell, uint64_t& expected, uint64_t desired,
                       std::memory_order success, std::memory_order failure,
                       const Where& where) {
    if (running_) {
      return CompareExchangeStep(cell, expected, desired, success, failure,
                                 where);
    }
    uint64_t& bits = Direct(cell);
    const bool equal = bits == expected;
    (equal ? bits : expected) = equal ? desired : bits;
    return equal;
  }
  using Slot = Cell* (*)(void* pairs, int cpu);
  void PercpuAdd(Slot slot, void* pairs, bool releases, const Where& where);
  // A look at `flag`, then the add, in one restartable sequence; false, and
  // nothing is added, if it is set.
  bool PercpuAddUnless(const Cell& flag, Slot slot, void* pairs,
                       const Where& where);
  // A CPU that the calling thread may be on, a hint.
  int Cpu() { return running_ ? Candidate(settings_.cpus) : 0; }
  void LightFence(const Where& where);
  void HeavyFence(const Where& where);
  // A heavy fence that also restarts the sequences in progress.
  void RestartFence(const Where& where);
  void ThreadFence(std::memory_order order, const Where& where);
  void FutexWait(const Cell& word, uint32_t expected, bool timed,
                 const Where& where);
  void FutexWake(const void* word, int count, const Where& where);
  void Yield(const Where& where);
  uint64_t Now() { return ++now_; }
  int cpus() const { return settings_.cpus; }
  void* Allocate(size_t bytes, size_t alignment);
  void Free(void* address, const Where& where);
  void PlainAccess(PlainCell& cell, bool write, const Where& where);
  // A step that only touches `address`'s heap object, as a load of it would.
  void Touch(const void* address, const Where& where);

  // --- Pending ------------------------------------------------------------
  const Operation& NextOf(Proc proc) const override;

  const CountedVector<Step>& story() const { return story_; }
  const CountedVector<SeenSite>& sites() const { return sites_; }
  // The choices that were open, in order: how many, which.
  struct Choice {
    uint8_t count = 0;
    uint8_t chosen = 0;
  };
  const CountedVector<Choice>& choices() const { return choices_; }
  // A checksum over all steps: two executions with the same one are the same.
  uint32_t fingerprint() const { return fingerprint_; }

 private:
  enum class State : uint8_t { kReady, kAsleep, kWoken, kYielded, kDone };

  struct Thread {
    std::unique_ptr<Fiber> fiber;
    std::string_view name;
    void (*body)(void*) = nullptr;
    void* argument = nullptr;
    State state = State::kDone;
    bool timed = false;
    const void* futex = nullptr;  // asleep on it
    int futex_location = -1;
    uint32_t futex_expected = 0;
    int cpu = -1;
    uint32_t writes_at_yield = 0;
    int last_step = 0;
    Operation next;
  };
  // What a location is part of.
  struct Place {
    const void* address = nullptr;
    int heap_object = -1;
    uint16_t object = 0;
  };
  struct Range {
    uintptr_t begin = 0, end = 0;
    std::string_view name;
  };

  static void OutOfMemory(void* engine);
  static void HarnessEntry(void* engine);
  static void ThreadEntry(void* thread_argument);
  void Add(std::string_view name, void (*body)(void*), void* argument);
  [[noreturn]] void Leave();  // for the caller of Execute()

  // Scheduling (engine_schedule.cc).
  // The calling thread's next step, of which nothing else is known yet.
  Operation& Prepare(OperationKind kind, std::memory_order order,
                     const Where& where);
  // Returns when that step is to be taken.
  void Schedule();
  void Dispatch();
  Proc Next();
  ProcSet Enabled() const;
  bool ThreadEnabled(int thread) const;
  void TakeFlush(int thread);
  void CountStep(Proc proc, const Operation& operation);
  void ReportStuck();
  std::string DescribeWait(int thread) const;
  Origin ChangedFor(int sleeper) const;
  int Candidate(int count);

  // Places.
  int LocationOf(const Cell& cell, const Where& where);
  int NewObject();
  void CheckPlace(int location, const Where& where, bool flush);
  bool PercpuCommit(Slot slot, void* pairs, bool releases,
                    std::optional<uint32_t> restarts, const Where& where);
  void HeavyFenceStep(OperationKind kind, const Where& where);
  void CheckHeapObject(int index, const Where& where);
  std::string Describe(int location) const;
  std::string DescribeAddress(const void* address) const;
  void AddAccess(Operation& operation, int location, bool write);
  uint64_t LoadStep(const Cell& cell, std::memory_order order,
                    const Where& where);
  void StoreStep(Cell& cell, uint64_t bits, std::memory_order order,
                 const Where& where);
  uint64_t UpdateStep(Cell& cell, Change change, uint64_t argument,
                      std::memory_order order, const Where& where);
  bool CompareExchangeStep(Cell& cell, uint64_t& expected, uint64_t desired,
                           std::memory_order success, std::memory_order failure,
                           const Where& where);
  // The value of a variable while nobody else runs.
  uint64_t& Direct(const Cell& cell) {
    if (cell.run == Heap::kPoisonedWord) [[unlikely]]
      ReportPoisoned(cell);
    if (++alone_ == kMostAlone) [[unlikely]]
      ReportAlone();
    if (cell.run != run_) return cell.bits;
    return const_cast<uint64_t&>(memory_.Newest(cell.location).bits);
  }
  void ReportPoisoned(const Cell& cell);
  // Set-up or tear-down spins.
  [[noreturn]] void ReportAlone();
  static constexpr int kMostAlone = 1'000'000;
  std::memory_order Ordered(std::memory_order order, const Where& where);
  bool Mutated(MutationKind kind, const Where& where) const;
  void Saw(OperationKind kind, std::memory_order order, const Where& where);
  void Tell(OperationKind kind, int location, uint64_t value, uint64_t stored,
            Origin origin, std::memory_order order, const Where& where);
  uint16_t FutexObject(const void* word);

  static inline thread_local constinit Engine* current_engine = nullptr;

  Settings settings_;
  Chooser* chooser_ = nullptr;
  const Program* program_ = nullptr;
  Outcome outcome_;
  MemoryBudget budget_;
  size_t resident_before_ = 0;
  Heap heap_;
  Memory memory_;
  Fiber main_;
  Fiber harness_;
  std::array<Thread, kMaxThreads> threads_;
  // What NextOf() returns for buffers; made anew each time.
  mutable std::array<Operation, kMaxThreads> flushes_;
  int thread_count_ = 0;
  bool running_ = false;
  bool starting_ = false;
  int self_ = 0;
  uint32_t run_ = 0;
  int steps_ = 0;
  int alone_ = 0;  // operations of set-up and tear-down
  uint32_t writes_ = 0;
  uint64_t now_ = 0;
  uint32_t restarts_ = 0;  // restart fences so far
  uint32_t fingerprint_ = 0;
  int next_object_ = kFirstObject;
  CountedVector<Place> places_;
  CountedVector<std::pair<const void*, uint16_t>> futexes_;
  CountedVector<Range> names_;
  CountedVector<Choice> choices_;
  CountedVector<Step> story_;
  size_t story_text_ = 0;  // bytes of its strings, in the budget
  CountedVector<SeenSite> sites_;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_ENGINE_H_
