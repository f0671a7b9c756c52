// How last_cpu.h looks into the area of a thread that may be ending.
//
// Ordering
//  W1  Withdraw() stores cpu_; loads the number of lookers  <->  IsCallers()
//      adds itself to the lookers; loads cpu_; all seq_cst: a looker finds
//      nothing, or it is waited for. An area is gone with its thread.
//  W2  a looker takes itself off with release, Withdraw() loads with acquire:
//      the look happened before the end of the area.
// The child of a fork has neither its parent's threads nor who looked: there
// nothing is looked at.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/env/last_cpu.h"

#include <pthread.h>
#include <sys/rseq.h>

#include "knote/env/hw_env.h"

namespace knote {
namespace {

// How many threads look into another one's area at this moment.
alignas(128) std::atomic<uint32_t> lookers{0};

// Whether some areas that were published may be of threads of the parent.
std::atomic<bool> is_forked{false};

void WatchForForks() {
  [[maybe_unused]] static const int registered =
      pthread_atfork(nullptr, nullptr, [] {
        lookers.store(0, std::memory_order_relaxed);
        is_forked.store(true, std::memory_order_relaxed);
      });
}

}  // namespace

void LastCpu::Publish() {
  WatchForForks();
  if (__rseq_size != 0)
    cpu_.store(RseqThread().CpuAddress(), std::memory_order_seq_cst);
}

void LastCpu::Withdraw() {
  cpu_.store(nullptr, std::memory_order_seq_cst);       // W1
  while (lookers.load(std::memory_order_seq_cst) != 0)  // W1 W2
    HwEnv::Yield();
}

bool LastCpu::IsCallers() const {
  if (is_forked.load(std::memory_order_relaxed)) return false;
  lookers.fetch_add(1, std::memory_order_seq_cst);             // W1
  const uint32_t* cpu = cpu_.load(std::memory_order_seq_cst);  // W1
  // The kernel writes it while its thread is away from its code.
  const bool same = cpu != nullptr &&
                    static_cast<int>(__atomic_load_n(cpu, __ATOMIC_RELAXED)) ==
                        RseqThread().Cpu();
  lookers.fetch_sub(1, std::memory_order_release);  // W2
  return same;
}

}  // namespace knote
