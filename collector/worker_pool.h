// Pinned threads that all run one function together, again and again.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_WORKER_POOL_H_
#define KNOTESTAT_COLLECTOR_WORKER_POOL_H_

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace knotestat::collector {

// Thread i of `load_threads` is bound to cpus[i % cpus.size()]; one more, the
// writer, may use all of `writer_cpus`. One caller at a time.
class WorkerPool {
 public:
  static absl::StatusOr<std::unique_ptr<WorkerPool>> Create(
      int load_threads, const std::vector<int>& cpus,
      const std::vector<int>& writer_cpus);
  // Waits for the threads, unless they are stuck.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  int load_threads() const { return load_threads_; }
  int writer() const { return load_threads_; }

  // Runs function(thread) on all threads, the writer included, starting them
  // together, and waits until all have returned. kDeadlineExceeded if that
  // takes longer than `limit`: the pool, and what the function uses, is then
  // stuck for good and must be leaked.
  absl::Status Run(const std::function<void(int)>& function,
                   std::chrono::seconds limit = std::chrono::seconds(60));

  bool stuck() const { return state_->stuck; }

  // Kernel thread ids, the writer's last.
  const std::vector<pid_t>& thread_ids() const { return thread_ids_; }

 private:
  // Outlives the pool if threads are stuck.
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    const std::function<void(int)>* function = nullptr;
    uint64_t generation = 0;
    int threads = 0;
    int running = 0;
    bool stop = false;
    bool stuck = false;
    std::atomic<int> ready{0};
  };

  WorkerPool(int load_threads) : load_threads_(load_threads) {}
  static void ThreadMain(std::shared_ptr<State> state, int index);

  const int load_threads_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
  std::vector<std::thread> threads_;
  std::vector<pid_t> thread_ids_;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_WORKER_POOL_H_
