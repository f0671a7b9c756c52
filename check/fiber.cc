// SPDX-License-Identifier: BSD-2-Clause
#include "check/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#include <new>

namespace knotestat::check {
namespace {

size_t PageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

Fiber::Fiber(size_t bytes) : bytes_(bytes) {
  const size_t guard = PageSize();
  void* base = mmap(nullptr, bytes + guard, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  mprotect(base, guard, PROT_NONE);
  stack_ = static_cast<char*>(base) + guard;
  owned_ = true;
}

Fiber::~Fiber() {
  if (!owned_) return;
  const size_t guard = PageSize();
  munmap(static_cast<char*>(stack_) - guard, bytes_ + guard);
}

void Fiber::Restart(Function function, void* argument) {
#if defined(__SANITIZE_ADDRESS__)
  // Frames of an abandoned execution have left their red zones behind.
  __asan_unpoison_memory_region(stack_, bytes_);
  fake_stack_ = nullptr;
#endif
  function_ = function;
  argument_ = argument;
  context_ = boost::context::detail::make_fcontext(
      static_cast<char*>(stack_) + bytes_, bytes_, Enter);
}

void Fiber::Switch(Fiber& from, Fiber& to) {
#if defined(__SANITIZE_ADDRESS__)
  if (from.bytes_ == 0) {  // the thread's own stack
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &from.stack_, &from.bytes_);
    pthread_attr_destroy(&attributes);
  }
  __sanitizer_start_switch_fiber(&from.fake_stack_, to.stack_, to.bytes_);
#endif
  from.target_ = &to;
  const auto transfer =
      boost::context::detail::jump_fcontext(to.context_, &from);
  static_cast<Fiber*>(transfer.data)->context_ = transfer.fctx;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(from.fake_stack_, nullptr, nullptr);
#endif
}

void Fiber::Enter(boost::context::detail::transfer_t transfer) {
  Fiber& from = *static_cast<Fiber*>(transfer.data);
  from.context_ = transfer.fctx;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
#endif
  Fiber& self = *from.target_;
  self.function_(self.argument_);
  __builtin_trap();
}

}  // namespace knotestat::check
