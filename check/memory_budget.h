// A bound on the memory that one engine and its search hold.
//
// What grows with an execution (its heap, the stores it remembers, the path of
// the search, the story) takes its memory here first. Where there is none left,
// the execution is given up.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_MEMORY_BUDGET_H_
#define KNOTESTAT_CHECK_MEMORY_BUDGET_H_

#include <cstddef>
#include <memory>
#include <vector>

namespace knotestat::check {

// Not thread-safe, as an engine is not.
class MemoryBudget {
 public:
  // `bytes` at most. If more is asked for, `full(argument)` is called, which
  // leaves the execution and does not return; outside of one it returns, and
  // the memory is given all the same.
  MemoryBudget(size_t bytes, void (*full)(void*), void* argument)
      : limit_(bytes), full_(full), argument_(argument) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  void Take(size_t bytes) {
    if (used_ > limit_ || bytes > limit_ - used_) full_(argument_);
    used_ += bytes;
    if (used_ > peak_) peak_ = used_;
  }
  void Return(size_t bytes) { used_ -= bytes; }

  size_t limit() const { return limit_; }
  size_t used() const { return used_; }
  size_t peak() const { return peak_; }  // the most that was ever used

 private:
  const size_t limit_;
  void (*const full_)(void*);
  void* const argument_;
  size_t used_ = 0, peak_ = 0;
};

// std::allocator, counted. A container that grows while an execution is given
// up stays as it was: it allocates before it changes anything.
template <class T>
class Counted {
 public:
  using value_type = T;

  explicit Counted(MemoryBudget& budget) : budget_(&budget) {}
  template <class U>
  Counted(const Counted<U>& other) : budget_(other.budget()) {}

  T* allocate(size_t count) {
    budget_->Take(count * sizeof(T));
    return std::allocator<T>().allocate(count);
  }
  void deallocate(T* memory, size_t count) {
    std::allocator<T>().deallocate(memory, count);
    budget_->Return(count * sizeof(T));
  }

  MemoryBudget* budget() const { return budget_; }
  friend bool operator==(const Counted& a, const Counted& b) {
    return a.budget_ == b.budget_;
  }

 private:
  MemoryBudget* budget_;
};

template <class T>
using CountedVector = std::vector<T, Counted<T>>;

// Empties `vector` and gives its memory back.
template <class T>
void Forget(CountedVector<T>& vector) {
  CountedVector<T>(vector.get_allocator()).swap(vector);
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_MEMORY_BUDGET_H_
