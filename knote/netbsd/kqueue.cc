// SPDX-License-Identifier: BSD-2-Clause
#include "knote/netbsd/kqueue.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>

#include "knote/netbsd/user_memory.h"
#include "knote/world.h"

namespace knote::netbsd {
namespace {

thread_local Thread* current = nullptr;

// The result of a system call, as libc returns it.
template <class Call>
auto Returned(Call&& call) -> decltype(call(*current)) {
  const auto result =
      current == nullptr ? decltype(call(*current)){-ESRCH} : call(*current);
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

using Event = struct ::knote::kevent;

// Where a call's events are put together, before they are copied out: there is
// no saying in advance how much of the caller's room will be used. Raw, as
// events begin with zeros that would be overwritten.
class EventRoom {
 public:
  explicit EventRoom(size_t events) {
    if (events > kFew) many_.reset(new std::byte[events * sizeof(Event)]);
  }
  Event* begin() {
    return reinterpret_cast<Event*>(many_ == nullptr ? few_ : many_.get());
  }

 private:
  static constexpr size_t kFew = 64;
  alignas(Event) std::byte few_[kFew * sizeof(Event)];
  std::unique_ptr<std::byte[]> many_;  // memory that is not touched costs none
};

// kevent() of a program whose pointers may be anything.
int KeventOf(Thread& thread, int kq, const struct ::knote::kevent* changelist,
             size_t nchanges, struct ::knote::kevent* eventlist, size_t nevents,
             const timespec* timeout) {
  if (timeout != nullptr && !Readable(timeout, sizeof(*timeout)))
    return -EFAULT;  // even if there is no such kqueue
  size_t bytes = 0;
  if (__builtin_mul_overflow(nchanges, sizeof(*changelist), &bytes) ||
      !Readable(changelist, bytes))
    changelist = nullptr;
  if (nevents == 0 || nevents > INT_MAX)
    return thread.Kevent(kq, changelist, nchanges, eventlist, nevents, timeout);
  const size_t most = std::min(nevents, kMostEvents);
  EventRoom room(most);
  const int result =
      thread.Kevent(kq, changelist, nchanges, room.begin(), most, timeout);
  if (result <= 0) return result;
  const size_t stored = static_cast<size_t>(result) * sizeof(*eventlist);
  return CopyOut(room.begin(), eventlist, stored) ? result : -EFAULT;
}

}  // namespace

std::unique_ptr<System> Boot(std::string_view strategy) {
  const StrategyEntry* entry = FindStrategy(strategy);
  if (entry == nullptr || entry->boot == nullptr ||
      StrategyUnavailable(entry->info))
    return nullptr;
  return entry->boot();
}

Attachment::Attachment(Process& process)
    : before_(current), thread_(process.NewThread()) {
  current = thread_.get();
}

Attachment::~Attachment() { current = before_; }

int kqueue() { return kqueue1(0); }
int kqueue1(int) {
  return Returned([](Thread& t) { return t.Kqueue(); });
}
int kevent(int kq, const struct ::knote::kevent* changelist, size_t nchanges,
           struct ::knote::kevent* eventlist, size_t nevents,
           const timespec* timeout) {
  return Returned([&](Thread& t) {
    return KeventOf(t, kq, changelist, nchanges, eventlist, nevents, timeout);
  });
}
int close(int fd) {
  return Returned([&](Thread& t) { return t.Close(fd); });
}
int dup(int fd) {
  return Returned([&](Thread& t) { return t.Dup(fd); });
}
int pipe(int fds[2]) { return pipe2(fds, 0); }
int pipe2(int fds[2], int flags) {
  return Returned([&](Thread& t) {
    if (flags & ~(kNonblock | kNosigpipe | kCloseOnExec)) return -EINVAL;
    return t.Pipe(fds, (flags & kNonblock) != 0);
  });
}
int socketpair(int fds[2], int flags) {
  return Returned(
      [&](Thread& t) { return t.Socketpair(fds, (flags & kNonblock) != 0); });
}
ssize_t read(int fd, void* into, size_t bytes) {
  return Returned([&](Thread& t) { return t.Read(fd, into, bytes); });
}
ssize_t write(int fd, const void* from, size_t bytes) {
  return Returned([&](Thread& t) { return t.Write(fd, from, bytes); });
}

}  // namespace knote::netbsd
