// SPDX-License-Identifier: BSD-2-Clause
#include "knote/netbsd/kqueue.h"

#include <cerrno>

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
    // Who says that so many are there is asked; the others are believed.
    constexpr size_t kBelieved = 4096;
    size_t bytes = 0;
    const bool unreadable =
        nchanges > kBelieved &&
        (__builtin_mul_overflow(nchanges, sizeof(*changelist), &bytes) ||
         !Readable(changelist, bytes));
    return t.Kevent(kq, unreadable ? nullptr : changelist, nchanges, eventlist,
                    nevents, timeout);
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
  return Returned(
      [&](Thread& t) { return t.Pipe(fds, (flags & kNonblock) != 0); });
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
