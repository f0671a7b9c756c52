// Fibers: stacks that are switched by hand, one running at a time.
//
// An execution may be abandoned anywhere: its fibers are simply started anew,
// without unwinding. What they allocate must therefore come from the heap that
// the execution owns (heap.h).
// Origin: Boost.Context's fcontext, a few ns for a switch.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_FIBER_H_
#define KNOTESTAT_CHECK_FIBER_H_

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>

namespace knotestat::check {

class Fiber {
 public:
  using Function = void (*)(void* argument);

  // The calling thread's own stack, to switch away from and back to.
  Fiber() = default;
  // A stack of its own, `bytes` large, with a guard page.
  explicit Fiber(size_t bytes);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Forgets what ran here; the next switch to it calls `function`, which must
  // not return.
  void Restart(Function function, void* argument);

  // Leaves `from`, which is running, and goes on in `to`. Returns when
  // somebody switches to `from`.
  static void Switch(Fiber& from, Fiber& to);

 private:
  static void Enter(boost::context::detail::transfer_t transfer);

  bool owned_ = false;     // the stack
  void* stack_ = nullptr;  // lowest address, above the guard page
  size_t bytes_ = 0;
  boost::context::detail::fcontext_t context_ = nullptr;
  void* fake_stack_ = nullptr;  // AddressSanitizer's
  Fiber* target_ = nullptr;     // of the last switch away from here
  Function function_ = nullptr;
  void* argument_ = nullptr;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_FIBER_H_
