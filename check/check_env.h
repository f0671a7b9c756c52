// CheckEnv: the environment in which every step is the checker's to order.
//
// It has the interface of knote/env/hw_env.h, so that the strategies and the
// dispatch run here as they are. Its functions act on the engine that executes
// on the calling thread.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_CHECK_ENV_H_
#define KNOTESTAT_CHECK_CHECK_ENV_H_

#include <new>
#include <optional>
#include <string>

#include "check/atomic.h"

namespace knotestat::check {

struct CheckEnv {
  using Where = std::source_location;

  template <class T>
  using Atomic = ::knotestat::check::Atomic<T>;

  // Allocates on the execution's heap, which sees every use after free.
  struct Object {
    static void* operator new(size_t bytes) {
      return engine().Allocate(bytes, alignof(std::max_align_t));
    }
    static void* operator new(size_t bytes, std::align_val_t alignment) {
      return engine().Allocate(bytes, static_cast<size_t>(alignment));
    }
    static void* operator new[](size_t bytes) {
      return engine().Allocate(bytes, alignof(std::max_align_t));
    }
    static void* operator new[](size_t bytes, std::align_val_t alignment) {
      return engine().Allocate(bytes, static_cast<size_t>(alignment));
    }
    static void operator delete(void* address) { Free(address); }
    static void operator delete(void* address, std::align_val_t) {
      Free(address);
    }
    static void operator delete[](void* address) { Free(address); }
    static void operator delete[](void* address, std::align_val_t) {
      Free(address);
    }

   private:
    static void Free(void* address) {
      engine().Free(address, std::source_location());
    }
  };
  using LineObject = Object;

  // One turn, two entries: enough to come to the far side of each.
  static constexpr int kSpinTurns = 1;
  static constexpr unsigned Capacity(unsigned) { return 2; }

  static void LightFence(Where where = Where::current()) {
    engine().LightFence(where);
  }
  static void HeavyFence(Where where = Where::current()) {
    engine().HeavyFence(where);
  }
  static void RestartFence(Where where = Where::current()) {
    engine().RestartFence(where);
  }
  static void FullFence(Where where = Where::current()) {
    engine().ThreadFence(std::memory_order_seq_cst, where);
  }
  static void FutexWait(Atomic<uint32_t>& word, uint32_t expected,
                        std::optional<uint64_t> timeout_ns = std::nullopt,
                        Where where = Where::current()) {
    engine().FutexWait(word.cell(), expected, timeout_ns.has_value(), where);
  }
  static void FutexWake(Atomic<uint32_t>& word, int count,
                        Where where = Where::current()) {
    engine().FutexWake(&word.cell(), count, where);
  }
  // Time is a count of readings here: nothing may depend on its length.
  static void Sleep(uint64_t, Where where = Where::current()) {
    engine().Yield(where);
  }
  static void Pause() {}
  static void Yield(Where where = Where::current()) { engine().Yield(where); }
  static uint64_t Now() { return engine().Now(); }
  static uint64_t Cycles() { return engine().Now(); }
  static uintptr_t ThreadId() {
    return static_cast<uintptr_t>(engine().thread() + 2) * 16;
  }
  static int CpuLimit() { return engine().cpus(); }

  struct PercpuPair : Object {
    Atomic<uint64_t> entered{0};
    Atomic<uint64_t> left{0};

    // Only a waiter that looks comes to all that follows.
    static bool SomebodyIsInside() { return false; }
    static void NobodyIsInside() {}
  };
  // The same of single threads.
  struct LastCpu {
    static void Publish() {}
    static void Withdraw() {}
    static bool IsCallers() { return false; }
  };

  // On which CPU an add happens is the checker's choice.
  class PercpuThread {
   public:
    void Enter(PercpuPair* pairs, Where where = Where::current()) {
      engine().PercpuAdd(EnteredOf, pairs, false, where);
    }
    bool EnterUnless(const Atomic<uint32_t>& flag, PercpuPair* pairs,
                     Where where = Where::current()) {
      return engine().PercpuAddUnless(flag.cell(), EnteredOf, pairs, where);
    }
    void Leave(PercpuPair* pairs, Where where = Where::current()) {
      engine().PercpuAdd(LeftOf, pairs, true, where);
    }
    int Cpu() const { return engine().Cpu(); }

   private:
    static Cell* EnteredOf(void* all, int cpu) {
      return &static_cast<PercpuPair*>(all)[cpu].entered.cell();
    }
    static Cell* LeftOf(void* all, int cpu) {
      return &static_cast<PercpuPair*>(all)[cpu].left.cell();
    }
  };

  static void Released(void*) {}
  static void Acquired(void*) {}
  static std::optional<std::string> HeavyFenceMissing() { return std::nullopt; }
  static std::optional<std::string> RestartFenceMissing() {
    return std::nullopt;
  }
  static std::optional<std::string> PercpuMissing() { return std::nullopt; }

 private:
  static Engine& engine() { return *Engine::current(); }
};

// Plain data: no step, but every access is checked for races.
template <class T>
class Plain {
 public:
  Plain() = default;
  explicit Plain(T value) : value_(value) {}
  T Read(std::source_location where = std::source_location::current()) {
    Engine::current()->PlainAccess(cell_, false, where);
    return value_;
  }
  void Write(T value,
             std::source_location where = std::source_location::current()) {
    Engine::current()->PlainAccess(cell_, true, where);
    value_ = value;
  }
  const void* address() const { return &cell_; }

 private:
  PlainCell cell_;
  T value_{};
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_CHECK_ENV_H_
