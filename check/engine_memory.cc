// The memory half of Engine: what each operation does.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>

#include "check/engine.h"

namespace knotestat::check {

// --- places -----------------------------------------------------------------

int Engine::NewObject() {
  if (next_object_ == kMaxObjects) GiveUp("more than 1022 shared objects");
  return next_object_++;
}

int Engine::LocationOf(const Cell& cell, const Where& where) {
  if (cell.run != run_) {
    const int location = memory_.AddLocation(cell.bits);
    if (location < 0 || memory_.Full())
      GiveUp("more atomic variables than there is room for");
    Place& place = places_.emplace_back();
    place.address = &cell;
    place.object = static_cast<uint16_t>(NewObject());
    if (HeapObject* object = heap_.Find(&cell)) {
      if (object->object < 0) object->object = NewObject();
      place.heap_object = heap_.IndexOf(*object);
    } else if (reinterpret_cast<uintptr_t>(&cell) < 4096) {
      Report(FindingKind::kCrash, "null pointer at " + ShortName(Site(where)));
    }
    cell.run = run_;
    cell.location = static_cast<uint16_t>(location);
  }
  return cell.location;
}

void Engine::ReportPoisoned(const Cell& cell) {
  if (HeapObject* object = heap_.Find(&cell))
    CheckHeapObject(heap_.IndexOf(*object), {});
}

void Engine::CheckHeapObject(int index, const Where& where) {
  HeapObject& object = heap_.at(index);
  const int thread = running_ ? self_ : kSetUp;
  if (object.freed) {
    Report(
        FindingKind::kUseAfterFree,
        ThreadName(thread) + " uses " +
            DescribeAddress(reinterpret_cast<void*>(object.begin)) +
            (where.line() != 0 ? " at " + ShortName(Site(where)) : "") +
            ", which " + ThreadName(object.freed_by) + " has freed" +
            (settings_.tell ? " at #" + std::to_string(object.freed_at) : ""));
  }
  if (thread < 0 || settings_.model != Model::kReleaseAcquire) return;
  if (object.allocated_by >= 0 && object.allocated_by != thread &&
      !memory_.Knows(thread, object.allocated_by, object.allocated_epoch)) {
    Report(FindingKind::kUnpublished,
           ThreadName(thread) + " uses " +
               DescribeAddress(reinterpret_cast<void*>(object.begin)) + " at " +
               ShortName(Site(where)) + ", but nothing makes what " +
               ThreadName(object.allocated_by) + " put there visible to it");
  }
}

void Engine::CheckPlace(int location, const Where& where, bool flush) {
  const int index = places_[static_cast<size_t>(location)].heap_object;
  if (index < 0) return;
  HeapObject& object = heap_.at(index);
  if (flush && object.freed) {
    Report(FindingKind::kUseAfterFree,
           "a store of " + ThreadName(self_) + " reaches " +
               Describe(location) + " after " + ThreadName(object.freed_by) +
               " has freed it");
  }
  if (flush) return;
  CheckHeapObject(index, where);
  if (settings_.model == Model::kReleaseAcquire)
    object.last_access[self_] = memory_.Tick(self_);
}

void Engine::AddAccess(Operation& operation, int location, bool write) {
  const Place& place = places_[static_cast<size_t>(location)];
  operation.location = static_cast<uint16_t>(location);
  operation.Add(place.object, write);
  if (place.heap_object >= 0)
    operation.Add(heap_.at(place.heap_object).object, false);
  if (settings_.model == Model::kReleaseAcquire)
    operation.Add(kHeavyFenceObject, false);
}

void Engine::Name(const void* address, size_t bytes, std::string_view name) {
  if (!settings_.tell) {
    if (HeapObject* object = heap_.Find(address)) object->name = name;
    return;
  }
  const auto begin = reinterpret_cast<uintptr_t>(address);
  names_.push_back({begin, begin + bytes, name});
}

std::string Engine::DescribeAddress(const void* address) const {
  const auto at = reinterpret_cast<uintptr_t>(address);
  const Range* best = nullptr;
  for (const Range& range : names_) {
    if (at >= range.begin && at < range.end &&
        (best == nullptr || range.end - range.begin <= best->end - best->begin))
      best = &range;
  }
  if (best != nullptr) {
    const uintptr_t offset = at - best->begin;
    return std::string(best->name) +
           (offset == 0 ? "" : "+" + std::to_string(offset));
  }
  if (const HeapObject* object = heap_.Find(address)) {
    const uintptr_t offset = at - object->begin;
    return (object->name.empty()
                ? "object " + std::to_string(heap_.IndexOf(*object))
                : std::string(object->name)) +
           (offset == 0 ? "" : "+" + std::to_string(offset));
  }
  return "a variable";
}

std::string Engine::Describe(int location) const {
  return DescribeAddress(places_[static_cast<size_t>(location)].address);
}

// --- mutations, sites, the story
// ----------------------------------------------

bool Engine::Mutated(MutationKind kind, const Where& where) const {
  return settings_.mutation.kind == kind && settings_.mutation.site.Is(where);
}

std::memory_order Engine::Ordered(std::memory_order order, const Where& where) {
  if (settings_.mutation.kind == MutationKind::kNone) return order;
  if (Mutated(MutationKind::kDropAcquire, where))
    return Releases(order) ? std::memory_order_release
                           : std::memory_order_relaxed;
  if (Mutated(MutationKind::kDropRelease, where))
    return Acquires(order) ? std::memory_order_acquire
                           : std::memory_order_relaxed;
  if (Mutated(MutationKind::kDropSeqCst, where))
    return std::memory_order_acq_rel;
  return order;
}

void Engine::Saw(OperationKind kind, std::memory_order order,
                 const Where& where) {
  if (settings_.sites) sites_.push_back({Site(where), kind, order});
}

void Engine::Tell(OperationKind kind, int location, uint64_t value,
                  uint64_t stored, Origin origin, std::memory_order order,
                  const Where& where) {
  if (!settings_.tell) return;
  Step& step = story_.emplace_back();
  step.thread = self_;
  step.thread_name = ThreadName(self_);
  step.kind = kind;
  step.order = order;
  step.location = location;
  if (location >= 0) step.place = Describe(location);
  step.value = value;
  step.stored = stored;
  step.origin = origin;
  step.site = Site(where);
  if (kind == OperationKind::kLoad &&
      settings_.model == Model::kReleaseAcquire &&
      value != memory_.Newest(location).bits)
    step.note = "an older value";
  const size_t text = step.thread_name.capacity() + step.place.capacity();
  budget_.Take(text);
  story_text_ += text;
}

// --- atomics
// ------------------------------------------------------------------

uint64_t Engine::LoadStep(const Cell& cell, std::memory_order order,
                          const Where& where) {
  Saw(OperationKind::kLoad, order, where);
  order = Ordered(order, where);
  const int location = LocationOf(cell, where);
  Operation& operation = Prepare(OperationKind::kLoad, order, where);
  AddAccess(operation, location, false);
  Schedule();
  CheckPlace(location, where, false);
  const int candidate = Candidate(memory_.Candidates(self_, location, order));
  const Value value = memory_.Load(self_, location, order, candidate);
  Tell(OperationKind::kLoad, location, value.bits, 0, value.origin, order,
       where);
  return Mutated(MutationKind::kIgnoreLoad, where) ? 0 : value.bits;
}

void Engine::StoreStep(Cell& cell, uint64_t bits, std::memory_order order,
                       const Where& where) {
  Saw(OperationKind::kStore, order, where);
  order = Ordered(order, where);
  const int location = LocationOf(cell, where);
  const bool at_once = settings_.model == Model::kReleaseAcquire ||
                       order == std::memory_order_seq_cst;
  Operation& operation = Prepare(OperationKind::kStore, order, where);
  operation.drains = order == std::memory_order_seq_cst;
  if (at_once) {
    AddAccess(operation, location, true);
  } else {  // only into the buffer
    const int object = places_[static_cast<size_t>(location)].heap_object;
    operation.location = static_cast<uint16_t>(location);
    operation.Add(kHeavyFenceObject, false);
    if (object >= 0) operation.Add(heap_.at(object).object, false);
  }
  Schedule();
  CheckPlace(location, where, false);
  Tell(OperationKind::kStore, location, bits, 0, {}, order, where);
  if (at_once) ++writes_;
  memory_.Store(self_, location, bits, order, steps_ - 1);
}

uint64_t Engine::UpdateStep(Cell& cell, Change change, uint64_t argument,
                            std::memory_order order, const Where& where) {
  if (Mutated(MutationKind::kSplitUpdate, where)) {
    const uint64_t before = LoadStep(cell, order, where);
    Store(cell, change(before, argument), order, where);
    return before;
  }
  Saw(OperationKind::kUpdate, order, where);
  order = Ordered(order, where);
  const int location = LocationOf(cell, where);
  Operation& operation = Prepare(OperationKind::kUpdate, order, where);
  operation.drains = true;
  AddAccess(operation, location, true);
  Schedule();
  CheckPlace(location, where, false);
  const Value before = memory_.ReadNewest(self_, location, order);
  const uint64_t after = change(before.bits, argument);
  Tell(OperationKind::kUpdate, location, before.bits, after, before.origin,
       order, where);
  memory_.FinishUpdate(self_, location, after, order, steps_ - 1);
  ++writes_;
  return before.bits;
}

bool Engine::CompareExchangeStep(Cell& cell, uint64_t& expected,
                                 uint64_t desired, std::memory_order success,
                                 std::memory_order failure,
                                 const Where& where) {
  if (Mutated(MutationKind::kSplitUpdate, where)) {
    const uint64_t before = LoadStep(cell, failure, where);
    if (before == expected) {
      Store(cell, desired, success, where);
      return true;
    }
    expected = before;
    return false;
  }
  Saw(OperationKind::kCompareExchange, success, where);
  success = Ordered(success, where);
  const int location = LocationOf(cell, where);
  Operation& operation =
      Prepare(OperationKind::kCompareExchange, success, where);
  operation.drains = true;
  AddAccess(operation, location, true);
  Schedule();
  CheckPlace(location, where, false);
  const bool equal = memory_.Newest(location).bits == expected;
  const auto order = equal ? success : failure;
  const Value before = memory_.ReadNewest(self_, location, order);
  Tell(OperationKind::kCompareExchange, location, before.bits,
       equal ? desired : before.bits, before.origin, order, where);
  if (!equal) {
    expected = before.bits;
    return false;
  }
  memory_.FinishUpdate(self_, location, desired, success, steps_ - 1);
  ++writes_;
  return true;
}

void Engine::PercpuAdd(Slot slot, void* pairs, bool releases,
                       const Where& where) {
  PercpuCommit(slot, pairs, releases, std::nullopt, where);
}

bool Engine::PercpuAddUnless(const Cell& flag, Slot slot, void* pairs,
                             const Where& where) {
  for (;;) {
    const uint32_t restarts = restarts_;
    if (Load(flag, std::memory_order_acquire, where) != 0) return false;
    if (PercpuCommit(slot, pairs, false, restarts, where)) return true;
  }
}

// False, and nothing is added, if there has been a restart fence since there
// were `restarts` of them.
bool Engine::PercpuCommit(Slot slot, void* pairs, bool releases,
                          std::optional<uint32_t> restarts,
                          const Where& where) {
  const auto order =
      releases ? std::memory_order_release : std::memory_order_relaxed;
  if (!running_) {
    ++Direct(*slot(pairs, 0));
    return true;
  }
  Saw(OperationKind::kPercpuAdd, order, where);
  if (Ordered(order, where) != order) releases = false;
  Thread& me = threads_[static_cast<size_t>(self_)];
  // Where the thread is when the sequence commits. Restarts before that for
  // which nobody waits have no effect, so they need no steps.
  const int home = me.cpu < 0 ? self_ % settings_.cpus : me.cpu;
  const int moved = Candidate(settings_.cpus);
  const int cpu = (home + moved) % settings_.cpus;
  Cell& cell = *slot(pairs, cpu);
  if (Mutated(MutationKind::kStaleCpu, where)) {
    const uint64_t before = LoadStep(cell, std::memory_order_relaxed, where);
    Store(cell, before + 1, order, where);
    return true;
  }
  const int location = LocationOf(cell, where);
  Operation& operation = Prepare(OperationKind::kPercpuAdd, order, where);
  operation.cpu = static_cast<uint8_t>(cpu);
  AddAccess(operation, location, true);
  if (settings_.model == Model::kTso) operation.Add(kHeavyFenceObject, false);
  Schedule();
  me.cpu = cpu;
  if (restarts && *restarts != restarts_) return false;
  CheckPlace(location, where, false);
  const Value before = memory_.PercpuAdd(self_, location, releases, steps_ - 1);
  Tell(OperationKind::kPercpuAdd, location, before.bits, before.bits + 1,
       before.origin, order, where);
  if (settings_.model == Model::kReleaseAcquire) ++writes_;
  return true;
}

// --- fences
// -------------------------------------------------------------------

void Engine::LightFence(const Where& where) {
  if (!running_) return;
  Saw(OperationKind::kLightFence, std::memory_order_seq_cst, where);
  // No step of its own: between a store and the fence behind it nothing can
  // happen that could not happen before the store.
  if (!Mutated(MutationKind::kDropFence, where)) memory_.Seal(self_);
}

void Engine::ThreadFence(std::memory_order order, const Where& where) {
  if (!running_) return;
  Saw(OperationKind::kThreadFence, order, where);
  if (Mutated(MutationKind::kDropFence, where)) return;
  order = Ordered(order, where);
  if (order == std::memory_order_seq_cst) {
    Operation& operation = Prepare(OperationKind::kThreadFence, order, where);
    operation.drains = true;
    operation.Add(kScFenceObject, true);
    if (settings_.model == Model::kReleaseAcquire)
      operation.Add(kHeavyFenceObject, false);
    Schedule();
    Tell(OperationKind::kThreadFence, -1, 0, 0, {}, order, where);
  }
  memory_.ThreadFence(self_, order);
}

void Engine::HeavyFenceStep(OperationKind kind, const Where& where) {
  Operation& operation = Prepare(kind, std::memory_order_relaxed, where);
  operation.drains = true;
  operation.Add(kHeavyFenceObject, true);
  operation.Add(kScFenceObject, true);
  Schedule();
  Tell(kind, -1, 0, 0, {}, std::memory_order_seq_cst, where);
  memory_.HeavyFence(self_);
}

void Engine::HeavyFence(const Where& where) {
  if (!running_) return;
  Saw(OperationKind::kHeavyFence, std::memory_order_seq_cst, where);
  if (Mutated(MutationKind::kDropFence, where)) return;
  HeavyFenceStep(OperationKind::kHeavyFence, where);
}

void Engine::RestartFence(const Where& where) {
  if (!running_) return;
  Saw(OperationKind::kRestartFence, std::memory_order_seq_cst, where);
  if (Mutated(MutationKind::kDropFence, where)) return;
  HeavyFenceStep(OperationKind::kRestartFence, where);
  if (!Mutated(MutationKind::kDropRestart, where)) ++restarts_;
}

// --- heap and plain data
// --------------------------------------------------------

void* Engine::Allocate(size_t bytes, size_t alignment) {
  void* memory = heap_.Allocate(bytes, alignment);
  if (memory == nullptr) {
    if (bytes > budget_.limit()) OutOfMemory(this);
    GiveUp("more memory than this machine has");
  }
  if (running_) {
    HeapObject& object = *heap_.Find(memory);
    object.allocated_by = self_;
    if (settings_.model == Model::kReleaseAcquire)
      object.allocated_epoch = memory_.Tick(self_);
  }
  return memory;
}

void Engine::Free(void* address, const Where& where) {
  if (address == nullptr) return;
  HeapObject* object = heap_.Find(address);
  if (object == nullptr)
    Report(FindingKind::kCrash, "free of memory that was never allocated");
  if (running_ && !object->freed) {
    if (object->object < 0) object->object = NewObject();
    Operation& operation =
        Prepare(OperationKind::kFree, std::memory_order_relaxed, where);
    operation.Add(object->object, true);
    if (settings_.model == Model::kReleaseAcquire)
      operation.Add(kHeavyFenceObject, false);
    const int index = heap_.IndexOf(*object);
    Schedule();
    object = &heap_.at(index);
    Tell(OperationKind::kFree, -1, 0, 0, {}, std::memory_order_relaxed, where);
    if (settings_.tell) story_.back().place = DescribeAddress(address);
  }
  if (object->freed) {
    Report(FindingKind::kDoubleFree, ThreadName(thread()) + " frees " +
                                         DescribeAddress(address) + ", which " +
                                         ThreadName(object->freed_by) +
                                         " has freed already");
  }
  if (running_ && settings_.model == Model::kReleaseAcquire) {
    for (int t = 0; t < thread_count_; ++t) {
      if (t != self_ && object->last_access[t] != 0 &&
          !memory_.Knows(self_, t, object->last_access[t])) {
        Report(FindingKind::kUnorderedFree,
               ThreadName(self_) + " frees " + DescribeAddress(address) +
                   ", but nothing orders " + ThreadName(t) +
                   "'s last access before that");
      }
    }
  }
  object->freed_by = thread();
  object->freed_at = steps_ - 1;
  heap_.Poison(*object);
}

void Engine::Touch(const void* address, const Where& where) {
  HeapObject* object = heap_.Find(address);
  if (object == nullptr) return;
  if (!running_) {
    CheckHeapObject(heap_.IndexOf(*object), where);
    return;
  }
  if (object->object < 0) object->object = NewObject();
  const int index = heap_.IndexOf(*object);
  Operation& operation =
      Prepare(OperationKind::kPlainRead, std::memory_order_relaxed, where);
  operation.Add(object->object, false);
  if (settings_.model == Model::kReleaseAcquire)
    operation.Add(kHeavyFenceObject, false);
  Schedule();
  Tell(OperationKind::kPlainRead, -1, 0, 0, {}, std::memory_order_relaxed,
       where);
  if (settings_.tell) story_.back().place = DescribeAddress(address);
  CheckHeapObject(index, where);
  if (settings_.model == Model::kReleaseAcquire)
    heap_.at(index).last_access[self_] = memory_.Tick(self_);
}

// Happens-before races, as in Flanagan and Freund's FastTrack (PLDI 2009). No
// step of its own: a race shows in every order of the two.
void Engine::PlainAccess(PlainCell& cell, bool write, const Where& where) {
  if (!running_ || settings_.model != Model::kReleaseAcquire) return;
  if (cell.run != run_) {
    cell = {};
    cell.run = run_;
  }
  const auto race = [&](int other, const char* what) {
    Report(FindingKind::kDataRace,
           ThreadName(self_) + (write ? " writes " : " reads ") +
               DescribeAddress(&cell) + " at " + ShortName(Site(where)) +
               "; nothing orders that and " + ThreadName(other) + "'s " + what);
  };
  if (cell.writer >= 0 && cell.writer != self_ &&
      !memory_.Knows(self_, cell.writer, cell.write_epoch))
    race(cell.writer, "write");
  const uint16_t now = memory_.Tick(self_);
  if (!write) {
    cell.read_epochs[self_] = now;
    return;
  }
  for (int t = 0; t < thread_count_; ++t) {
    if (t != self_ && cell.read_epochs[t] != 0 &&
        !memory_.Knows(self_, t, cell.read_epochs[t]))
      race(t, "read");
  }
  cell.writer = self_;
  cell.write_epoch = now;
}

}  // namespace knotestat::check
