// The system calls of one thread, written down.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_RECORDER_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_RECORDER_H_

#include <array>

#include "knote/netbsd/system.h"
#include "tests/knote/history/plan.h"

namespace knote::history {

// One thread's; `number` is its place in the history.
class Recorder {
 public:
  Recorder(size_t number, ThreadHistory& history, netbsd::Thread& thread)
      : number_(number), history_(history), thread_(thread) {}

  netbsd::Thread& thread() { return thread_; }

  // One change of `key`, on the kqueue that `kq` is. `data` is a timer's.
  void Change(Kind kind, int kq, const Key& key, uint64_t data = kPeriodNs) {
    static constexpr uint32_t kFlags[] = {EV_ADD, EV_DELETE, EV_ENABLE,
                                          EV_DISABLE, 0};
    struct kevent change;
    change.ident = key.ident;
    change.filter = key.filter;
    change.flags = kFlags[static_cast<size_t>(kind)];
    if (kind == Kind::kAdd) change.flags |= FlagsOf(ModeOf(key));
    if (key.filter == EVFILT_TIMER) {
      change.fflags = NOTE_NSECONDS;
      change.data = static_cast<int64_t>(data);
    } else if (kind == Kind::kTrigger && key.filter == EVFILT_USER) {
      change.fflags = NOTE_TRIGGER;
    }
    change.udata = TokenOf(number_, history_.operations.size());
    Operation op{.kind = kind, .key = key, .mode = ModeOf(key)};
    op.begin = HwEnv::Now();
    op.result = thread_.Kevent(kq, &change, 1, nullptr, 0, nullptr);
    op.end = HwEnv::Now();
    history_.operations.push_back(op);
  }

  // The events that `kq` gives; `key` says process and kqueue. `timeout_ns` of
  // -1: until there is one.
  std::span<const struct kevent> Scan(int kq, const Key& key, size_t room,
                                      int64_t timeout_ns,
                                      bool settled = false) {
    const timespec timeout{0, timeout_ns};
    Operation op{.kind = Kind::kScan, .key = key, .settled = settled};
    op.begin = HwEnv::Now();
    op.result = thread_.Kevent(kq, nullptr, 0, events_.data(),
                               std::min(room, events_.size()),
                               timeout_ns < 0 ? nullptr : &timeout);
    op.end = HwEnv::Now();
    const size_t scan = history_.operations.size();
    history_.operations.push_back(op);
    const std::span<const struct kevent> events = std::span(events_).first(
        op.result > 0 ? static_cast<size_t>(op.result) : 0);
    for (const struct kevent& event : events)
      history_.deliveries.push_back({scan, event});
    return events;
  }

  void Close(int process, int fd) {
    Operation op{
        .kind = Kind::kClose,
        .key = {.process = process, .ident = static_cast<uintptr_t>(fd)}};
    op.begin = HwEnv::Now();
    op.result = thread_.Close(fd);
    op.end = HwEnv::Now();
    history_.operations.push_back(op);
  }
  void CloseKqueue(const Key& key, int fd) {
    const size_t at = history_.operations.size();
    Close(key.process, fd);
    Operation op = history_.operations[at];
    op.kind = Kind::kCloseKqueue;
    op.key = key;
    history_.operations.push_back(op);
  }

 private:
  const size_t number_;
  ThreadHistory& history_;
  netbsd::Thread& thread_;
  std::array<struct kevent, 256> events_;
};

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_RECORDER_H_
