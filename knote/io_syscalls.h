// read(), write(), and what makes files that they work on: pipe1(),
// socketpair().
//
// All return NetBSD's errno, negated, where the call fails.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_IO_SYSCALLS_H_
#define KNOTESTAT_KNOTE_IO_SYSCALLS_H_

#include "knote/pipe.h"
#include "knote/socket.h"

namespace knote {

namespace internal {

// Runs `io` on the open file of `fd` if that has `flag`; else -EBADF.
template <class S, class Io>
int64_t WithFile(typename kernel<S>::lwp& l, int fd, uint32_t flag, Io&& io) {
  const lwp_syscall<S> syscall(l);
  auto& fdp = l.l_proc->p_fd;
  const auto slot = static_cast<uintptr_t>(fd);
  auto* fp = fd < 0 ? nullptr : fd_getfile(fdp, slot);
  if (fp == nullptr) return -EBADF;
  const int64_t result =
      (fp->f_flag & flag) == 0 ? -EBADF : io(fp, *fdp.Slot(slot));
  fd_putfile(fdp, slot);
  return result;
}

}  // namespace internal

// Bytes read, 0 at the end of file. -EBADF if `fd` is not open for reading,
// -EAGAIN, or -ENXIO for what cannot be read.
template <class S>
int64_t read(typename kernel<S>::lwp& l, int fd, std::span<std::byte> into) {
  return internal::WithFile<S>(l, fd, FREAD, [&](auto* fp, auto& ff) {
    return fp->f_ops->fo_read == nullptr ? int64_t{-ENXIO}
                                         : fp->f_ops->fo_read(fp, l, ff, into);
  });
}

// Bytes written. -EBADF if `fd` is not open for writing, -EAGAIN, -EPIPE, or
// -ENXIO for what cannot be written.
template <class S>
int64_t write(typename kernel<S>::lwp& l, int fd,
              std::span<const std::byte> from) {
  return internal::WithFile<S>(l, fd, FWRITE, [&](auto* fp, auto& ff) {
    return fp->f_ops->fo_write == nullptr
               ? int64_t{-ENXIO}
               : fp->f_ops->fo_write(fp, l, ff, from);
  });
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_IO_SYSCALLS_H_
