// SPDX-License-Identifier: BSD-2-Clause
#include "check/heap.h"

#include <algorithm>
#include <cstring>

namespace knotestat::check {

Heap::Heap() : memory_(std::make_unique<char[]>(kBytes)) {
  objects_.reserve(64);
}

void* Heap::Allocate(size_t bytes, size_t alignment) {
  const auto base = reinterpret_cast<uintptr_t>(memory_.get());
  const uintptr_t begin = (base + used_ + alignment - 1) & ~(alignment - 1);
  // A gap, so that one past an object is not the next one.
  if (begin + bytes + 16 > base + kBytes) return nullptr;
  used_ = begin + bytes + 16 - base;
  HeapObject& object = objects_.emplace_back();
  object.begin = begin;
  object.bytes = bytes;
  return reinterpret_cast<void*>(begin);
}

HeapObject* Heap::Find(const void* address) {
  const auto at = reinterpret_cast<uintptr_t>(address);
  const auto base = reinterpret_cast<uintptr_t>(memory_.get());
  if (at < base || at >= base + used_) return nullptr;
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

}  // namespace knotestat::check
