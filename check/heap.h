// The heap of one execution: what is allocated, what has been freed.
//
// Freed memory is poisoned and never handed out again in the same execution,
// so that every later use of it is seen. Starting over forgets everything. It
// is one range of addresses, of which more is made usable as it is needed.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_HEAP_H_
#define KNOTESTAT_CHECK_HEAP_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check/memory_budget.h"
#include "check/view.h"

namespace knotestat::check {

struct HeapObject {
  uintptr_t begin = 0;
  size_t bytes = 0;
  std::string_view name;  // empty if nobody named it
  bool freed = false;
  int freed_by = -1;             // thread
  int freed_at = 0;              // step
  int object = -1;               // number for the partial order; -1: none yet
  int allocated_by = -1;         // thread; -1: before the threads began
  uint16_t allocated_epoch = 0;  // of that thread
  uint16_t last_access[kMaxThreads] = {};  // epochs
};

class Heap {
 public:
  // A poisoned pointer is aligned and points nowhere (not canonical on x86-64).
  static constexpr unsigned char kPoison = 0xd8;
  static constexpr uint32_t kPoisonedWord = 0xd8d8d8d8;

  // Grows up to what `budget` has left.
  explicit Heap(MemoryBudget& budget);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Null if it is more than all, or the machine has no more.
  void* Allocate(size_t bytes, size_t alignment);

  // The object that `address` is in, or null.
  HeapObject* Find(const void* address);
  const HeapObject* Find(const void* address) const {
    return const_cast<Heap*>(this)->Find(address);
  }
  HeapObject& at(int index) { return objects_[static_cast<size_t>(index)]; }
  const HeapObject& at(int index) const {
    return objects_[static_cast<size_t>(index)];
  }
  int IndexOf(const HeapObject& object) const {
    return static_cast<int>(&object - objects_.data());
  }
  const CountedVector<HeapObject>& objects() const { return objects_; }

  // Marks freed and poisons.
  void Poison(HeapObject& object);

  void Reset();
  // That, and gives memory back.
  void Trim();

 private:
  bool GrowTo(size_t bytes);

  MemoryBudget& budget_;
  uintptr_t base_ = 0;
  size_t reserved_ = 0;  // addresses
  size_t usable_ = 0;    // of them, memory
  size_t used_ = 0;
  CountedVector<HeapObject> objects_;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_HEAP_H_
