// kqueue(2) as a NetBSD program sees it, on an emulated system whose strategy
// is chosen at run time.
//
//   auto system = knote::netbsd::Boot("psref");       // null: no such strategy
//   auto process = system->NewProcess();
//   knote::netbsd::Attachment here(*process);         // this thread is in it
//   const int kq = knote::netbsd::kqueue();
//   struct knote::kevent change, event;
//   knote::netbsd::EV_SET(&change, 1, EVFILT_USER, EV_ADD, 0, 0, nullptr);
//   knote::netbsd::kevent(kq, &change, 1, &event, 1, nullptr);
//
// The calls return -1 and set errno where they fail, to what NetBSD sets it to:
// EBADF, EFAULT, EINVAL, EMFILE, ENOENT, ENOMEM, ENOTSUP, ...; ESRCH if the
// thread is attached to no process. kevent() answers any bad pointer with
// EFAULT, the others only null. There are no signals and handlers,
// so no SIGPIPE; but any thread can call Attachment::Interrupt(), which ends
// another one's sleep with EINTR as a signal does. Descriptors are the emulated
// process's, not this program's.
//
// Thread-safe, as system calls are. kqueue_c.h is the same for C.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_NETBSD_KQUEUE_H_
#define KNOTESTAT_KNOTE_NETBSD_KQUEUE_H_

#include <sys/types.h>

#include "knote/netbsd/system.h"

namespace knote::netbsd {

// A system under the strategy of that name ("epoch", "srcu:klist"), as
// `knotestat list strategies` shows it. Null if there is none, or it cannot run
// here.
std::unique_ptr<System> Boot(std::string_view strategy);

// The calling thread belongs to `process` while this lives; then again to the
// process it belonged to before. On the stack of that thread.
class Attachment {
 public:
  explicit Attachment(Process& process);
  ~Attachment();
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

  // From any thread, while this lives: as a signal whose handler does nothing.
  // If the thread sleeps in kevent(), read() or write(), that fails with EINTR
  // (a write() that has written something returns how much). If it does not,
  // its next sleep does, as if the signal were blocked except in those calls:
  // none is missed. Two before a sleep are one. What the call has done before
  // its sleep, such as applying changes, stays done; events stay queued. Calls
  // that need not sleep are not interrupted, nor are those with a timeout of 0.
  void Interrupt() { thread_->Interrupt(); }

 private:
  Thread* const before_;
  const std::unique_ptr<Thread> thread_;
};

inline void EV_SET(struct ::knote::kevent* kev, uintptr_t ident,
                   uint32_t filter, uint32_t flags, uint32_t fflags,
                   int64_t data, void* udata) {
  *kev = {ident, filter, flags, fflags, data, udata};
}

// Flags of kqueue1(), pipe2() and socketpair(), with NetBSD's values. Of these
// O_NONBLOCK means something for pipes and sockets. pipe2() knows no others:
// EINVAL.
inline constexpr int kNonblock = 0x4, kNosigpipe = 0x1000000,
                     kCloseOnExec = 0x400000;

// Most events of one kevent() call, whatever there is room for.
inline constexpr size_t kMostEvents = size_t{1} << 20;

int kqueue();
int kqueue1(int flags);
int kevent(int kq, const struct ::knote::kevent* changelist, size_t nchanges,
           struct ::knote::kevent* eventlist, size_t nevents,
           const timespec* timeout);
int close(int fd);
int dup(int fd);
int pipe(int fds[2]);
int pipe2(int fds[2], int flags);
int socketpair(int fds[2], int flags);  // local stream sockets
ssize_t read(int fd, void* into, size_t bytes);
ssize_t write(int fd, const void* from, size_t bytes);

}  // namespace knote::netbsd

#endif  // KNOTESTAT_KNOTE_NETBSD_KQUEUE_H_
