// The waiting half of Engine: futexes and yields.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "check/engine.h"

namespace knotestat::check {

// By address, because a wake-up may name a word that is gone.
uint16_t Engine::FutexObject(const void* word) {
  for (const auto& [address, object] : futexes_) {
    if (address == word) return object;
  }
  futexes_.emplace_back(word, static_cast<uint16_t>(NewObject()));
  return futexes_.back().second;
}

void Engine::FutexWait(const Cell& word, uint32_t expected, bool timed,
                       const Where& where) {
  if (!running_) {
    if (timed || static_cast<uint32_t>(Direct(word)) != expected) return;
    Report(FindingKind::kDeadlock,
           "set-up or tear-down sleeps at " + ShortName(Site(where)));
  }
  Saw(OperationKind::kFutexWait, std::memory_order_relaxed, where);
  const int location = LocationOf(word, where);
  Operation& operation =
      Prepare(OperationKind::kFutexWait, std::memory_order_relaxed, where);
  operation.drains = true;
  AddAccess(operation, location, false);
  operation.Add(FutexObject(&word), true);
  Schedule();
  CheckPlace(location, where, false);
  memory_.Seal(self_);
  const Value value = memory_.KernelRead(self_, location);
  Tell(OperationKind::kFutexWait, location, value.bits, 0, value.origin,
       std::memory_order_relaxed, where);
  const bool sleeps = static_cast<uint32_t>(value.bits) == expected;
  if (settings_.tell) story_.back().note = sleeps ? "falls asleep" : "goes on";
  if (!sleeps) return;
  Thread& me = threads_[static_cast<size_t>(self_)];
  me.state = State::kAsleep;
  me.timed = timed;
  me.futex = &word;
  me.futex_location = location;
  me.futex_expected = expected;
  me.next.kind = OperationKind::kFutexReturn;
  me.next.access_count = 0;
  me.next.drains = false;
  Dispatch();
  me.state = State::kReady;
  me.futex = nullptr;
  Tell(OperationKind::kFutexReturn, location, 0, 0, {},
       std::memory_order_relaxed, where);
}

void Engine::FutexWake(const void* word, int count, const Where& where) {
  if (!running_) return;
  Saw(OperationKind::kFutexWake, std::memory_order_relaxed, where);
  if (Mutated(MutationKind::kDropWake, where)) return;
  Operation& operation =
      Prepare(OperationKind::kFutexWake, std::memory_order_relaxed, where);
  operation.drains = true;
  operation.Add(FutexObject(word), true);
  if (settings_.model == Model::kReleaseAcquire)
    operation.Add(kHeavyFenceObject, false);
  Schedule();
  memory_.Seal(self_);
  Tell(OperationKind::kFutexWake, -1, 0, 0, {}, std::memory_order_relaxed,
       where);
  // First come, first served, as the kernel does among equals.
  int woken = 0;
  while (woken < count) {
    Thread* first = nullptr;
    for (int t = 0; t < thread_count_; ++t) {
      Thread& thread = threads_[static_cast<size_t>(t)];
      if (thread.state == State::kAsleep && thread.futex == word &&
          (first == nullptr || thread.last_step < first->last_step))
        first = &thread;
    }
    if (first == nullptr) break;
    first->state = State::kWoken;
    ++woken;
  }
  if (settings_.tell) {
    story_.back().place = DescribeAddress(word);
    story_.back().note = "wakes " + std::to_string(woken);
  }
}

void Engine::Yield(const Where& where) {
  if (!running_) return;
  outcome_.yielded = true;
  Thread& me = threads_[static_cast<size_t>(self_)];
  Operation& operation =
      Prepare(OperationKind::kYield, std::memory_order_relaxed, where);
  me.next = operation;
  me.state = State::kYielded;
  me.writes_at_yield = writes_;
  memory_.Seal(self_);
  if (starting_) {
    Fiber::Switch(*me.fiber, harness_);
  } else {
    Dispatch();
  }
  me.state = State::kReady;
  Tell(OperationKind::kYield, -1, 0, 0, {}, std::memory_order_relaxed, where);
}

}  // namespace knotestat::check
