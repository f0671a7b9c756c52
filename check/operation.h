// One step of one thread, before it is taken: what a scheduler knows of it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_OPERATION_H_
#define KNOTESTAT_CHECK_OPERATION_H_

#include <atomic>
#include <cstdint>
#include <source_location>
#include <string_view>

#include "check/view.h"

namespace knotestat::check {

// Whoever can take a step: thread t, or the store buffer of thread t.
using Proc = int;
inline constexpr int kMaxProcs = 2 * kMaxThreads;
constexpr Proc BufferOf(int thread) { return kMaxThreads + thread; }
constexpr bool IsBuffer(Proc proc) { return proc >= kMaxThreads; }
constexpr int ThreadOf(Proc proc) {
  return IsBuffer(proc) ? proc - kMaxThreads : proc;
}

// Procs as a bit set.
using ProcSet = uint32_t;
constexpr ProcSet Only(Proc proc) { return ProcSet{1} << proc; }
// How many. Not every x86-64 has an instruction for it, so the compiler's own
// is a call. Source: Warren, Hacker's Delight, section 5-1.
constexpr int CountOf(ProcSet procs) {
  procs -= procs >> 1 & 0x55555555;
  procs = (procs & 0x33333333) + (procs >> 2 & 0x33333333);
  return static_cast<int>(((procs + (procs >> 4)) & 0x0f0f0f0f) * 0x01010101 >>
                          24);
}

enum class OperationKind : uint8_t {
  kLoad,
  kStore,
  kUpdate,           // atomic read-modify-write
  kCompareExchange,  // that, or a load if it fails
  kPercpuAdd,
  kThreadFence,
  kLightFence,
  kHeavyFence,
  kRestartFence,  // that, and restarts sequences
  kFutexWait,
  kFutexReturn,  // a sleeper goes on
  kFutexWake,
  kYield,
  kFree,
  kFlush,  // a store leaves its buffer
  kPlainRead,
  kPlainWrite,
};

std::string_view NameOf(OperationKind kind);
std::string_view NameOf(std::memory_order order);

constexpr bool IsHeavyFence(OperationKind kind) {
  return kind == OperationKind::kHeavyFence ||
         kind == OperationKind::kRestartFence;
}

constexpr bool Acquires(std::memory_order order) {
  return order == std::memory_order_acquire ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}
constexpr bool Releases(std::memory_order order) {
  return order == std::memory_order_release ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

// Two steps that touch the same object, one of them writing, do not commute.
struct Access {
  uint16_t object = 0;
  bool write = false;
};
// Objects that are no memory.
inline constexpr uint16_t kHeavyFenceObject = 0, kScFenceObject = 1,
                          kFirstObject = 2;
inline constexpr int kMaxObjects = 1024;

struct Operation {
  static constexpr int kMaxAccesses = 4;

  OperationKind kind = OperationKind::kLoad;
  bool drains = false;  // under TSO only when the own buffer is empty
  uint8_t cpu = 0;      // kPercpuAdd
  uint8_t access_count = 0;
  uint16_t location = 0;
  int stored_at = -1;  // kFlush: the step that put the store into the buffer
  Access accesses[kMaxAccesses];
  std::memory_order order = std::memory_order_relaxed;
  std::source_location where;

  void Add(int object, bool write) {
    accesses[access_count++] = {static_cast<uint16_t>(object), write};
  }
};

inline bool Conflict(const Operation& a, const Operation& b) {
  for (int i = 0; i < a.access_count; ++i) {
    for (int j = 0; j < b.access_count; ++j) {
      if (a.accesses[i].object == b.accesses[j].object &&
          (a.accesses[i].write || b.accesses[j].write))
        return true;
    }
  }
  return false;
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_OPERATION_H_
