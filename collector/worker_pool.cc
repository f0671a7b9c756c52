// SPDX-License-Identifier: BSD-2-Clause
#include "collector/worker_pool.h"

#include <sched.h>
#include <unistd.h>

#include <system_error>

#include "absl/strings/str_cat.h"
#include "collector/topology.h"

namespace knotestat::collector {

absl::StatusOr<std::unique_ptr<WorkerPool>> WorkerPool::Create(
    int load_threads, const std::vector<int>& cpus,
    const std::vector<int>& writer_cpus) {
  std::unique_ptr<WorkerPool> pool(new WorkerPool(load_threads));
  const auto total = static_cast<size_t>(load_threads) + 1;
  pool->state_->threads = static_cast<int>(total);
  pool->thread_ids_.resize(total);
  try {
    for (size_t i = 0; i < total; ++i)
      pool->threads_.emplace_back(ThreadMain, pool->state_,
                                  static_cast<int>(i));
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "cannot start ", total, " threads: ", error.code().message(),
        "; raise `ulimit -u` or ask for fewer"));
  }
  std::vector<absl::Status> bound(total);
  const absl::Status ran = pool->Run([&](int thread) {
    const auto i = static_cast<size_t>(thread);
    pool->thread_ids_[i] = gettid();
    bound[i] = BindThread(thread == load_threads
                              ? writer_cpus
                              : std::vector<int>{cpus[i % cpus.size()]});
  });
  if (!ran.ok()) return ran;
  for (const absl::Status& status : bound) {
    if (!status.ok()) return status;
  }
  return pool;
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stop = true;
    state_->changed.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (state_->stuck) {
      thread.detach();
    } else {
      thread.join();
    }
  }
}

absl::Status WorkerPool::Run(const std::function<void(int)>& function,
                             std::chrono::seconds limit) {
  std::unique_lock lock(state_->mutex);
  state_->function = &function;
  state_->running = state_->threads;
  state_->ready.store(0, std::memory_order_relaxed);
  ++state_->generation;
  state_->changed.notify_all();
  if (!state_->changed.wait_for(lock, limit,
                                [&] { return state_->running == 0; })) {
    state_->stuck = true;
    return absl::DeadlineExceededError(
        absl::StrCat("no progress for ", limit.count(), " s"));
  }
  return absl::OkStatus();
}

void WorkerPool::ThreadMain(std::shared_ptr<State> state, int index) {
  uint64_t seen = 0;
  for (;;) {
    const std::function<void(int)>* function = nullptr;
    {
      std::unique_lock lock(state->mutex);
      state->changed.wait(
          lock, [&] { return state->stop || state->generation != seen; });
      if (state->stop) return;
      seen = state->generation;
      function = state->function;
    }
    // Wake-ups trickle in; nobody starts before all are here. Yielding, since
    // several may share a CPU.
    state->ready.fetch_add(1, std::memory_order_relaxed);
    while (state->ready.load(std::memory_order_relaxed) < state->threads)
      sched_yield();
    (*function)(index);
    std::lock_guard lock(state->mutex);
    if (--state->running == 0) state->changed.notify_all();
  }
}

}  // namespace knotestat::collector
