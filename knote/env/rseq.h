// Per-CPU counters incremented by a restartable sequence (rseq(2)).
//
// The kernel restarts a sequence whose thread is preempted, migrated or
// signalled inside it, so "read the CPU number, add 1 to that CPU's counter"
// happens on one CPU without a locked instruction: about 1 ns. The final add
// is the commit. Registration is glibc's (2.35 or newer).
//
// Elsewhere than on x86-64 the counter is still per CPU, but the add is an
// atomic read-modify-write.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_RSEQ_H_
#define KNOTESTAT_KNOTE_ENV_RSEQ_H_

#include <sched.h>
#include <sys/rseq.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace knote {

// One CPU's share of a counter pair, alone on its cache-line pair (adjacent
// lines are prefetched together on x86). Only its CPU writes the two counters.
struct alignas(128) PercpuPair {
  std::atomic<uint64_t> entered{0};
  std::atomic<uint64_t> left{0};
  // How many more entered here than left, when last nobody was inside.
  std::atomic<uint64_t> moved{0};

  // Whether, as far as is known, somebody is inside who entered on this CPU. A
  // hint: threads that move while they are inside make it wrong until the next
  // NobodyIsInside().
  bool SomebodyIsInside() const {
    return Difference() != moved.load(std::memory_order_relaxed);
  }
  // The caller knows that nobody is: what the counters differ by has moved.
  void NobodyIsInside() {
    if (SomebodyIsInside())
      moved.store(Difference(), std::memory_order_relaxed);
  }
  uint64_t Difference() const {
    return entered.load(std::memory_order_relaxed) -
           left.load(std::memory_order_relaxed);
  }
};
static_assert(sizeof(PercpuPair) == 128);
static_assert(offsetof(PercpuPair, left) == 8);

// The calling thread's rseq area, looked up once. Use it on that thread only.
class RseqThread {
 public:
  RseqThread()
      : area_(reinterpret_cast<struct rseq*>(
            reinterpret_cast<char*>(__builtin_thread_pointer()) +
            __rseq_offset)) {}

  // Adds 1 to the current CPU's `entered`. Not ordered by itself.
  [[gnu::always_inline]] void Enter(PercpuPair* pairs) { Add<0>(pairs); }

  // Adds 1 to the current CPU's `entered` unless `flag` is set; false if it
  // is. Both in one restartable sequence: after a RestartFence() that followed
  // the setting of `flag`, nothing is added any more.
  [[gnu::always_inline]] bool EnterUnless(const std::atomic<uint32_t>& flag,
                                          PercpuPair* pairs) {
#if defined(__x86_64__)
    // As in Add().
    asm goto(
        ".pushsection __rseq_cs, \"aw?\"\n\t"
        ".balign 32\n\t"
        "3:\n\t"
        ".long 0, 0\n\t"
        ".quad 1f, 2f - 1f, 4f\n\t"
        ".popsection\n\t"
        "5:\n\t"
        "leaq 3b(%%rip), %%rax\n\t"
        "movq %%rax, %c[sequence](%[area])\n\t"
        "1:\n\t"
        "cmpl $0, %[flag]\n\t"
        "jne %l[refused]\n\t"
        "movl %c[cpu](%[area]), %%eax\n\t"
        "shlq $7, %%rax\n\t"
        "addq $1, (%[pairs], %%rax)\n\t"
        "2:\n\t"
        ".pushsection __rseq_failure, \"ax?\"\n\t"
        ".byte 0x0f, 0xb9, 0x3d\n\t"
        ".long 0x53053053\n\t"
        "4:\n\t"
        "jmp 5b\n\t"
        ".popsection\n\t"
        :
        : [area] "r"(area_), [pairs] "r"(pairs), [flag] "m"(flag),
          [sequence] "i"(offsetof(struct rseq, rseq_cs)),
          [cpu] "i"(offsetof(struct rseq, cpu_id))
        : "rax", "memory", "cc"
        : refused);
    return true;
  refused:
    return false;
#else
    auto& pair = pairs[sched_getcpu()];
    pair.entered.fetch_add(1, std::memory_order_seq_cst);
    if (flag.load(std::memory_order_seq_cst) == 0) return true;
    pair.left.fetch_add(1, std::memory_order_release);
    return false;
#endif
  }

  // Adds 1 to the current CPU's `left`, after everything before it.
  [[gnu::always_inline]] void Leave(PercpuPair* pairs) { Add<8>(pairs); }

  // The CPU that the thread runs on; it may move at any time.
  [[gnu::always_inline]] int Cpu() const {
#if defined(__x86_64__)
    return static_cast<int>(
        *static_cast<const volatile uint32_t*>(&area_->cpu_id));
#else
    return sched_getcpu();
#endif
  }

  // Where the kernel keeps that number, while the thread lives.
  const uint32_t* CpuAddress() const { return &area_->cpu_id; }

 private:
  template <int kOffset>
  [[gnu::always_inline]] void Add(PercpuPair* pairs) {
#if defined(__x86_64__)
    // 3: the descriptor (version, flags, start, length to the commit, abort).
    // 1..2: the sequence. 4: the abort handler, behind glibc's signature, which
    // begins again at 5. "?" keeps both with the function if the linker drops a
    // duplicate of it.
    asm volatile(
        ".pushsection __rseq_cs, \"aw?\"\n\t"
        ".balign 32\n\t"
        "3:\n\t"
        ".long 0, 0\n\t"
        ".quad 1f, 2f - 1f, 4f\n\t"
        ".popsection\n\t"
        "5:\n\t"
        "leaq 3b(%%rip), %%rax\n\t"
        "movq %%rax, %c[sequence](%[area])\n\t"
        "1:\n\t"
        "movl %c[cpu](%[area]), %%eax\n\t"
        "shlq $7, %%rax\n\t"
        "addq $1, %c[offset](%[pairs], %%rax)\n\t"
        "2:\n\t"
        ".pushsection __rseq_failure, \"ax?\"\n\t"
        ".byte 0x0f, 0xb9, 0x3d\n\t"
        ".long 0x53053053\n\t"
        "4:\n\t"
        "jmp 5b\n\t"
        ".popsection\n\t"
        :
        : [area] "r"(area_), [pairs] "r"(pairs), [offset] "i"(kOffset),
          [sequence] "i"(offsetof(struct rseq, rseq_cs)),
          [cpu] "i"(offsetof(struct rseq, cpu_id))
        : "rax", "memory", "cc");
#else
    auto& pair = pairs[sched_getcpu()];
    (kOffset == 0 ? pair.entered : pair.left)
        .fetch_add(1, std::memory_order_acq_rel);
#endif
  }

  struct rseq* area_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_RSEQ_H_
