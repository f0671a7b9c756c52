// kqueue1(), kevent1(), close(): the system calls of the emulated kernel.
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

namespace knote {

namespace internal {

template <class S>
void kqueue_restart(file<typename S::Env>* fp) {
  auto& kq = *static_cast<typename kernel<S>::kqueue*>(fp->f_data);
  kmutex_guard guard(kq.kq_lock);
  kq.kq_count |= kq.KQ_RESTART;
  kq.kq_cv.cv_broadcast();
}

template <class S>
inline constexpr fileops<typename S::Env> kqueueops{.fo_restart =
                                                        kqueue_restart<S>};

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
  (void)kq.release();  // fd_close owns it now
  return fd;
}

// Closes a descriptor: its knotes go, sleepers are sent away, then the file.
// 0 or -EBADF. A device's file belongs to the device.
template <class S>
int close(typename kernel<S>::lwp& l, int fd) {
  const lwp_onproc<S> onproc(l);
  auto& fdp = l.l_proc->p_fd;
  const auto slot = static_cast<uintptr_t>(fd);
  auto* fp = fd < 0 ? nullptr : fd_close_begin(fdp, slot);
  if (fp == nullptr) return -EBADF;
  knote_fdclose<S>(l, slot);
  fd_close_end(fdp, slot, fp);
  if (fp->f_ops == &internal::kqueueops<S>) {
    std::unique_ptr<typename kernel<S>::kqueue> kq(
        static_cast<typename kernel<S>::kqueue*>(fp->f_data));
    kqueue_doclose<S>(l, *kq);
  }
  return 0;
}

namespace internal {

// Registers the changes of a kevent() call, fetched KQ_NEVENTS at a time. The
// call's result if it ends here, else nullopt: then events are looked for.
template <class S>
std::optional<int> RegisterChanges(typename kernel<S>::lwp& l,
                                   typename kernel<S>::kqueue& kq,
                                   std::span<const kevent> changes,
                                   std::span<kevent> events) {
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
  const lwp_onproc<S> onproc(l);
  auto& fdp = l.l_proc->p_fd;
  const auto slot = static_cast<uintptr_t>(fd);
  auto* fp = fd < 0 ? nullptr : fd_getfile(fdp, slot);
  if (fp == nullptr) return -EBADF;
  std::optional<int> result;
  if (fp->f_ops != &internal::kqueueops<S>) {
    result = -EBADF;
  } else if (events.size() > INT_MAX) {
    result = -EINVAL;
  } else {
    auto& kq = *static_cast<typename kernel<S>::kqueue*>(fp->f_data);
    result = internal::RegisterChanges<S>(l, kq, changes, events);
    if (!result && events.empty()) result = 0;
    if (!result) result = kqueue_scan<S>(l, kq, events, deadline_ns);
  }
  fd_putfile(fdp, slot);
  return *result;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_SYSCALLS_H_
