// kqueue1(), kevent1(), dup(), close(): the system calls of the emulated
// kernel.
//
// All return NetBSD's errno, negated, where the call fails.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_SYSCALLS_H_
#define KNOTESTAT_KNOTE_SYSCALLS_H_

#include <climits>
#include <cstring>

#include "knote/kqueue_register.h"
#include "knote/kqueue_scan.h"
#include "knote/nested.h"

namespace knote {

namespace internal {

// NetBSD marks the kqueue; here a sleeper looks at its descriptor, so that
// closing one of two does not disturb those who use the other.
template <class S>
void kqueue_restart(file<typename S::Env>* fp) {
  auto& kq = *static_cast<typename kernel<S>::kqueue*>(fp->f_data);
  kmutex_guard guard(kq.kq_lock);
  kq.kq_cv.cv_broadcast();
}

template <class S>
void kqueue_close(file<typename S::Env>* fp, lwp_base& l) {
  std::unique_ptr<typename kernel<S>::kqueue> kq(
      static_cast<typename kernel<S>::kqueue*>(fp->f_data));
  kqueue_doclose<S>(static_cast<typename kernel<S>::lwp&>(l), *kq);
}

template <class S>
inline constexpr fileops<typename S::Env> kqueueops{
    .fo_kqfilter = kqueue_filter<S>::kqueue_kqfilter,
    .fo_restart = kqueue_restart<S>,
    .fo_close = kqueue_close<S>};

}  // namespace internal

// A new kqueue's descriptor, or -EMFILE.
template <class S>
int kqueue1(typename kernel<S>::lwp& l) {
  auto kq = std::make_unique<typename kernel<S>::kqueue>(l.l_proc->p_kernel,
                                                         l.l_proc->p_fd);
  kq->kq_file.f_ops = &internal::kqueueops<S>;
  kq->kq_file.f_data = kq.get();
  const int fd = fd_open(l.l_proc->p_fd, &kq->kq_file);
  if (fd < 0) return -EMFILE;
  (void)kq.release();  // its last descriptor owns it now
  return fd;
}

namespace internal {

// Takes `fp` out of the table: its knotes go, sleepers are sent away.
template <class S>
void CloseSlot(typename kernel<S>::lwp& l, uintptr_t fd,
               file<typename S::Env>* fp) {
  knote_fdclose<S>(l, fd);
  fd_close_end(l.l_proc->p_fd, fd, fp);
}

// Descriptors of two new files: 0, or -EMFILE, and then none of either.
template <class S>
int OpenPair(typename kernel<S>::lwp& l, file<typename S::Env>& first,
             file<typename S::Env>& second, int fds[2]) {
  auto& fdp = l.l_proc->p_fd;
  fds[0] = fd_open(fdp, &first);
  fds[1] = fds[0] < 0 ? -1 : fd_open(fdp, &second);
  if (fds[1] >= 0) return 0;
  const auto slot = static_cast<uintptr_t>(fds[0]);
  if (fds[0] >= 0 && fd_close_begin(fdp, slot) != nullptr)
    CloseSlot<S>(l, slot, &first);
  fds[0] = -1;
  return -EMFILE;
}

}  // namespace internal

// Closes a descriptor: its knotes go, sleepers are sent away, and the file
// with its last descriptor. 0 or -EBADF. A device's file belongs to the device.
template <class S>
int close(typename kernel<S>::lwp& l, int fd) {
  const lwp_syscall<S> syscall(l);
  const auto slot = static_cast<uintptr_t>(fd);
  auto* fp = fd < 0 ? nullptr : fd_close_begin(l.l_proc->p_fd, slot);
  if (fp == nullptr) return -EBADF;
  internal::CloseSlot<S>(l, slot, fp);
  closef(fp, l);
  return 0;
}

// A second descriptor of the file behind `fd`: that, -EBADF or -EMFILE.
template <class S>
int dup(typename kernel<S>::lwp& l, int fd) {
  auto& fdp = l.l_proc->p_fd;
  const auto slot = static_cast<uintptr_t>(fd);
  auto* fp = fd < 0 ? nullptr : fd_getfile(fdp, slot);
  if (fp == nullptr) return -EBADF;
  const int copy = fd_open(fdp, fp);
  fd_putfile(fdp, slot);
  return copy < 0 ? -EMFILE : copy;
}

// A deadline that makes no sense: kevent1() says so once it would wait.
inline constexpr uint64_t kInvalidDeadline = UINT64_MAX;

namespace internal {

// Registers the changes of a kevent() call, fetched KQ_NEVENTS at a time. The
// call's result if it ends here, else nullopt: then events are looked for.
template <class S>
[[gnu::noinline]] std::optional<int> RegisterChanges(
    typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
    std::span<const kevent> changes, std::span<kevent> events) {
  size_t errors = 0;
  while (!changes.empty()) {
    // Raw, as a kevent begins with zeros that would be overwritten.
    alignas(kevent) std::byte fetched[KQ_NEVENTS * sizeof(kevent)];
    const size_t n = std::min<size_t>(changes.size(), KQ_NEVENTS);
    std::memcpy(fetched, changes.data(), n * sizeof(kevent));
    changes = changes.subspan(n);
    for (kevent& kev : std::span(reinterpret_cast<kevent*>(fetched), n)) {
      kev.flags &= ~EV_SYSFLAGS;
      const int error = kqueue_register<S>(l, kq, kev);
      if (error == 0 && (kev.flags & EV_RECEIPT) == 0) continue;
      if (errors == events.size()) return -error;
      kev.flags = EV_ERROR;
      kev.data = error;
      events[errors++] = kev;
    }
  }
  if (errors == 0) return std::nullopt;
  return static_cast<int>(errors);
}

// kevent1() once it has the kqueue, which the reference to `ff` keeps.
template <class S>
int KeventOn(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
             const fdfile<typename S::Env>& ff, std::span<const kevent> changes,
             std::span<kevent> events, std::optional<uint64_t> deadline_ns) {
  if (events.size() > INT_MAX) return -EINVAL;
  if (!changes.empty()) {
    if (const auto result = RegisterChanges<S>(l, kq, changes, events))
      return *result;
  }
  if (events.empty()) return 0;
  if (deadline_ns == kInvalidDeadline) return -EINVAL;
  return kqueue_scan<S>(l, kq, ff, events, deadline_ns);
}

}  // namespace internal

// Applies `changes`, then waits for events as kqueue_scan() does. A change
// that fails, or has EV_RECEIPT, is reported as an EV_ERROR event; if there
// are any, nothing is scanned. One that finds no room for that ends the call
// with its errno (0 for a receipt): changes after it are not applied, events
// before it are not counted. Without any room nothing is scanned.
//
// -EINVAL if `events` has room for more than INT_MAX, which NetBSD does not
// say: its own kevent() hangs then.
template <class S>
int kevent1(typename kernel<S>::lwp& l, int fd, std::span<const kevent> changes,
            std::span<kevent> events,
            std::optional<uint64_t> deadline_ns = std::nullopt) {
  const lwp_syscall<S> syscall(l);
  auto& fdp = l.l_proc->p_fd;
  auto* ff = fd < 0 ? nullptr : fdp.Slot(static_cast<uintptr_t>(fd));
  auto* fp = fd_getfile(fdp, ff);
  if (fp == nullptr) return -EBADF;
  const int result =
      fp->f_ops == &internal::kqueueops<S>
          ? internal::KeventOn<S>(
                l, *static_cast<typename kernel<S>::kqueue*>(fp->f_data), *ff,
                changes, events, deadline_ns)
          : -EBADF;
  fd_putfile(fdp, *ff);
  return result;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_SYSCALLS_H_
