// The real machine, with a count of what is asked of it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_COUNTING_ENV_H_
#define KNOTESTAT_TESTS_KNOTE_COUNTING_ENV_H_

#include <atomic>
#include <optional>

#include "knote/env/hw_env.h"

namespace knote {

// What the calling thread has done to its machine.
struct Steps {
  int64_t atomics = 0;  // loads, stores and read-modify-writes
  int64_t fences = 0;   // heavy, restart and full ones
  int64_t wakes = 0;    // of threads that sleep
};
inline thread_local Steps steps;
// Times that any thread went to sleep, or paused in a spin.
inline std::atomic<int64_t> sleeps{0}, pauses{0};

template <class T>
class CountedAtomic : public std::atomic<T> {
 public:
  using std::atomic<T>::atomic;
  T load(std::memory_order order) const {
    return Count(), std::atomic<T>::load(order);
  }
  void store(T value, std::memory_order order) {
    Count(), std::atomic<T>::store(value, order);
  }
  T exchange(T value, std::memory_order order) {
    return Count(), std::atomic<T>::exchange(value, order);
  }
  template <class... Arguments>
  bool compare_exchange_strong(T& expected, Arguments... arguments) {
    return Count(),
           std::atomic<T>::compare_exchange_strong(expected, arguments...);
  }
  template <class... Arguments>
  bool compare_exchange_weak(T& expected, Arguments... arguments) {
    return Count(),
           std::atomic<T>::compare_exchange_weak(expected, arguments...);
  }
  template <class Operand>
  T fetch_add(Operand operand, std::memory_order order) {
    return Count(), std::atomic<T>::fetch_add(static_cast<T>(operand), order);
  }
  template <class Operand>
  T fetch_sub(Operand operand, std::memory_order order) {
    return Count(), std::atomic<T>::fetch_sub(static_cast<T>(operand), order);
  }

 private:
  static void Count() { ++steps.atomics; }
};

struct CountingEnv : HwEnv {
  template <class T>
  using Atomic = CountedAtomic<T>;
  static void HeavyFence() {
    ++steps.fences;
    HwEnv::HeavyFence();
  }
  static void RestartFence() {
    ++steps.fences;
    HwEnv::RestartFence();
  }
  static void FullFence() {
    ++steps.fences;
    HwEnv::FullFence();
  }
  static void Pause() {
    pauses.fetch_add(1);
    HwEnv::Pause();
  }
  static void FutexWait(Atomic<uint32_t>& word, uint32_t expected,
                        std::optional<uint64_t> timeout_ns = std::nullopt) {
    sleeps.fetch_add(1);
    HwEnv::FutexWait(word, expected, timeout_ns);
  }
  static void FutexWake(Atomic<uint32_t>& word, int count) {
    ++steps.wakes;
    HwEnv::FutexWake(word, count);
  }
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_COUNTING_ENV_H_
