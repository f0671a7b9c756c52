// SPDX-License-Identifier: BSD-2-Clause
#include "check/heap.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace knotestat::check {
namespace {

constexpr size_t kChunk = size_t{64} << 10;

}  // namespace

Heap::Heap(MemoryBudget& budget)
    : budget_(budget), objects_(Counted<HeapObject>(budget)) {
  void* range = mmap(nullptr, budget.limit(), PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (range == MAP_FAILED) return;  // nothing can be allocated
  base_ = reinterpret_cast<uintptr_t>(range);
  reserved_ = budget.limit();
}

Heap::~Heap() {
  Trim();
  if (reserved_ != 0) munmap(reinterpret_cast<void*>(base_), reserved_);
}

bool Heap::GrowTo(size_t bytes) {
  const size_t wanted = (bytes + kChunk - 1) / kChunk * kChunk;
  budget_.Take(wanted - usable_);
  if (wanted > reserved_ || mprotect(reinterpret_cast<void*>(base_), wanted,
                                     PROT_READ | PROT_WRITE) != 0) {
    budget_.Return(wanted - usable_);
    return false;
  }
  usable_ = wanted;
  return true;
}

void* Heap::Allocate(size_t bytes, size_t alignment) {
  const uintptr_t begin = (base_ + used_ + alignment - 1) & ~(alignment - 1);
  if (bytes > reserved_) return nullptr;
  // A gap, so that one past an object is not the next one.
  const size_t end = begin + bytes + 16 - base_;
  if (end > usable_ && !GrowTo(end)) return nullptr;
  HeapObject& object = objects_.emplace_back();
  used_ = end;
  object.begin = begin;
  object.bytes = bytes;
  return reinterpret_cast<void*>(begin);
}

HeapObject* Heap::Find(const void* address) {
  const auto at = reinterpret_cast<uintptr_t>(address);
  if (at < base_ || at >= base_ + used_) return nullptr;
  auto after = std::upper_bound(
      objects_.begin(), objects_.end(), at,
      [](uintptr_t value, const HeapObject& o) { return value < o.begin; });
  if (after == objects_.begin()) return nullptr;
  HeapObject& object = *std::prev(after);
  return at < object.begin + object.bytes ? &object : nullptr;
}

void Heap::Poison(HeapObject& object) {
  object.freed = true;
  std::memset(reinterpret_cast<void*>(object.begin), kPoison, object.bytes);
}

void Heap::Reset() {
  objects_.clear();
  used_ = 0;
}

void Heap::Trim() {
  Reset();
  Forget(objects_);
  if (usable_ == 0) return;
  madvise(reinterpret_cast<void*>(base_), usable_, MADV_DONTNEED);
  budget_.Return(usable_);
  usable_ = 0;
}

}  // namespace knotestat::check
