// callout(9): functions that run once, later, on a thread of their own.
//
// One thread for each wheel, started by the first callout. A callout that is
// halted either has not run or has finished when callout_halt() returns.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_CALLOUT_H_
#define KNOTESTAT_KNOTE_CALLOUT_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace knote {

// Thread-safe.
class callout_wheel {
 public:
  // Names a pending callout; 0 is none.
  using Id = uint64_t;

  callout_wheel() = default;
  ~callout_wheel();
  callout_wheel(const callout_wheel&) = delete;
  callout_wheel& operator=(const callout_wheel&) = delete;

  // Runs `function` at `when_ns` of CLOCK_MONOTONIC.
  Id callout_schedule(uint64_t when_ns, std::function<void(Id)> function);

  // Makes sure that callout `id` will not run; waits if it is running. True
  // if it had not run. Must not be called by the callout itself.
  bool callout_halt(Id id);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<uint64_t, std::pair<Id, std::function<void(Id)>>> pending_;
  Id next_id_ = 1;
  Id running_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_CALLOUT_H_
