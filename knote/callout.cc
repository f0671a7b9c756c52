// SPDX-License-Identifier: BSD-2-Clause
#include "knote/callout.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace knote {
namespace {

std::chrono::steady_clock::time_point At(uint64_t ns) {
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(ns));
}

}  // namespace

callout_wheel::~callout_wheel() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

callout_wheel::Id callout_wheel::callout_schedule(
    uint64_t when_ns, std::function<void(Id)> function) {
  std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  const Id id = next_id_++;
  pending_.emplace(when_ns, std::pair(id, std::move(function)));
  changed_.notify_all();
  return id;
}

bool callout_wheel::callout_halt(Id id) {
  std::unique_lock lock(mutex_);
  const auto found = std::find_if(
      pending_.begin(), pending_.end(),
      [id](const auto& entry) { return entry.second.first == id; });
  if (found != pending_.end()) {
    pending_.erase(found);
    return true;
  }
  changed_.wait(lock, [&] { return running_ != id; });
  return false;
}

void callout_wheel::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (pending_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = pending_.begin();
    if (At(first->first) > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, At(first->first));
      continue;
    }
    auto [id, function] = std::move(first->second);
    pending_.erase(first);
    running_ = id;
    lock.unlock();
    function(id);
    lock.lock();
    running_ = 0;
    changed_.notify_all();
  }
}

}  // namespace knote
