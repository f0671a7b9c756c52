// Emulated open files and descriptor tables.
//
// One filedesc per emulated process; fd_lock serializes its registrations and
// scans, as in NetBSD: threads of one process meet there, whatever the
// strategy. Lookups (fd_getfile) take a reference without the lock.
//
// Ordering
//  F1  fd_getfile() adds its reference, then tests kClosing; fd_close() sets
//      kClosing, then reads the count. Both are one seq_cst read-modify-write
//      on the same word, so one of them sees the other.
//  F2  fd_putfile()'s release on that word is acquired by the closer, which
//      frees the file only after it has read a count of 0.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_FILEDESC_H_
#define KNOTESTAT_KNOTE_FILEDESC_H_

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <span>

#include "knote/knote.h"
#include "knote/locks/kcondvar.h"

namespace knote {

template <class Env>
struct fdfile;

// What an open file can do. All functions may be null.
template <class Env>
struct fileops {
  int (*fo_kqfilter)(file<Env>*, knote<Env>*) = nullptr;  // 0 or errno
  // How many bytes went, or an errno negated. Who sleeps on behalf of a
  // descriptor gives up, with EBADF, once that is being closed.
  int64_t (*fo_read)(file<Env>*, lwp_base&, const fdfile<Env>&,
                     std::span<std::byte>) = nullptr;
  int64_t (*fo_write)(file<Env>*, lwp_base&, const fdfile<Env>&,
                      std::span<const std::byte>) = nullptr;
  void (*fo_restart)(file<Env>*) = nullptr;  // wake sleepers: being closed
  void (*fo_close)(file<Env>*, lwp_base&) = nullptr;  // by its last descriptor
};

#undef FNONBLOCK  // of <fcntl.h>; these are bits of f_flag
inline constexpr uint32_t FREAD = 1, FWRITE = 2, FNONBLOCK = 4;

template <class Env>
struct file {
  const fileops<Env>* f_ops = nullptr;
  void* f_data = nullptr;  // device, kqueue, end of a pipe
  uint32_t f_flag = FREAD | FWRITE;
  // Descriptors, of all processes.
  typename Env::template Atomic<uint32_t> f_count{0};
};

// A slot of the descriptor table.
template <class Env>
struct fdfile : Env::Object {
  static constexpr uint32_t kClosing = 0x80000000;
  typename Env::template Atomic<file<Env>*> ff_file{nullptr};
  typename Env::template Atomic<uint32_t> ff_refcnt{0};
  knote<Env>* ff_knlist = nullptr;  // under fd_lock

  // True once somebody closes the descriptor.
  bool Closing() const {
    return (ff_refcnt.load(std::memory_order_relaxed) & kClosing) != 0;
  }
};

template <class Env>
struct filedesc {
  static constexpr size_t kChunk = Env::Capacity(64),
                          kChunks = Env::Capacity(1024),
                          kHashBuckets = Env::Capacity(64);

  kmutex<Env> fd_lock{LockRank::kFiledesc};
  kcondvar<Env> fd_closing;
  // Chunks never move or go away, so a lookup needs no lock.
  std::array<typename Env::template Atomic<fdfile<Env>*>, kChunks> fd_chunks{};
  knote<Env>* fd_knhash[kHashBuckets] = {};  // under fd_lock
  size_t fd_freefile = 0;  // no lower descriptor is free; under fd_lock

  filedesc() = default;
  filedesc(const filedesc&) = delete;
  filedesc& operator=(const filedesc&) = delete;
  ~filedesc() {
    for (auto& chunk : fd_chunks)
      delete[] chunk.load(std::memory_order_relaxed);
  }

  // The slot of `fd`, open or not; null if it was never open.
  fdfile<Env>* Slot(uintptr_t fd) {
    if (fd >= kChunk * kChunks) return nullptr;
    fdfile<Env>* chunk = fd_chunks[fd / kChunk].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : &chunk[fd % kChunk];
  }

  knote<Env>*& HashList(uintptr_t ident) {
    return fd_knhash[(ident ^ (ident >> 8)) & (kHashBuckets - 1)];
  }
};

// Gives back a reference that fd_getfile() took.
template <class Env>
void fd_putfile(filedesc<Env>& fdp, fdfile<Env>& ff) {
  if (ff.ff_refcnt.fetch_sub(1, std::memory_order_release) ==  // F2
      (fdfile<Env>::kClosing | 1)) {
    kmutex_guard<Env> guard(fdp.fd_lock);
    fdp.fd_closing.cv_broadcast();
  }
}

template <class Env>
void fd_putfile(filedesc<Env>& fdp, uintptr_t fd) {
  fd_putfile(fdp, *fdp.Slot(fd));
}

// The open file of a slot, which may be null, with a reference, or null.
template <class Env>
file<Env>* fd_getfile(filedesc<Env>& fdp, fdfile<Env>* ff) {
  if (ff == nullptr || ff->ff_file.load(std::memory_order_relaxed) == nullptr)
    return nullptr;
  const uint32_t before =
      ff->ff_refcnt.fetch_add(1, std::memory_order_seq_cst);  // F1
  file<Env>* fp = ff->ff_file.load(std::memory_order_acquire);
  if ((before & fdfile<Env>::kClosing) != 0 || fp == nullptr) {
    fd_putfile(fdp, *ff);
    return nullptr;
  }
  return fp;
}
template <class Env>
file<Env>* fd_getfile(filedesc<Env>& fdp, uintptr_t fd) {
  return fd_getfile(fdp, fdp.Slot(fd));
}

// Puts `fp` at the lowest free descriptor. -1 if the table is full.
template <class Env>
int fd_open(filedesc<Env>& fdp, file<Env>* fp) {
  kmutex_guard<Env> guard(fdp.fd_lock);
  bool all_used = true;  // below fd
  for (size_t fd = fdp.fd_freefile; fd < fdp.kChunk * fdp.kChunks; ++fd) {
    if (fdp.Slot(fd) == nullptr) {
      fdp.fd_chunks[fd / fdp.kChunk].store(new fdfile<Env>[fdp.kChunk],
                                           std::memory_order_release);
    }
    fdfile<Env>* ff = fdp.Slot(fd);
    const bool used = ff->ff_file.load(std::memory_order_relaxed) != nullptr;
    // A lookup that comes to nothing takes a reference, for an instant.
    if (!used && ff->ff_refcnt.load(std::memory_order_relaxed) == 0) {
      fp->f_count.fetch_add(1, std::memory_order_relaxed);
      ff->ff_file.store(fp, std::memory_order_release);
      if (all_used) fdp.fd_freefile = fd + 1;
      return static_cast<int>(fd);
    }
    all_used = all_used && used;
    if (all_used) fdp.fd_freefile = fd + 1;
  }
  return -1;
}

// First half of a close: nobody gets a new reference any more. The file, or
// null if `fd` is not open or somebody else closes it.
template <class Env>
file<Env>* fd_close_begin(filedesc<Env>& fdp, uintptr_t fd) {
  kmutex_guard<Env> guard(fdp.fd_lock);
  fdfile<Env>* ff = fdp.Slot(fd);
  if (ff == nullptr) return nullptr;
  file<Env>* fp = ff->ff_file.load(std::memory_order_relaxed);
  if (fp == nullptr) return nullptr;
  const uint32_t before =
      ff->ff_refcnt.fetch_or(fdfile<Env>::kClosing, std::memory_order_seq_cst);
  return (before & fdfile<Env>::kClosing) == 0 ? fp : nullptr;  // F1
}

// Second half: sends sleepers away, waits for the last reference, frees the
// slot. The caller then has the descriptor's share in the file: see closef().
template <class Env>
void fd_close_end(filedesc<Env>& fdp, uintptr_t fd, file<Env>* fp) {
  fdfile<Env>* ff = fdp.Slot(fd);
  kmutex_guard<Env> guard(fdp.fd_lock);
  while ((ff->ff_refcnt.load(std::memory_order_acquire) &  // F2
          ~fdfile<Env>::kClosing) != 0) {
    if (fp->f_ops->fo_restart != nullptr) fp->f_ops->fo_restart(fp);
    fdp.fd_closing.cv_wait(fdp.fd_lock);
  }
  ff->ff_file.store(nullptr, std::memory_order_relaxed);
  fdp.fd_freefile = std::min<size_t>(fdp.fd_freefile, fd);
  ff->ff_refcnt.fetch_and(~fdfile<Env>::kClosing, std::memory_order_release);
}

// Gives back a descriptor's share in its file; the last one closes that.
template <class Env>
void closef(file<Env>* fp, lwp_base& l) {
  // Each release is acquired by the last one, which may free the file.
  if (fp->f_count.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (fp->f_ops->fo_close != nullptr) fp->f_ops->fo_close(fp, l);
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_FILEDESC_H_
