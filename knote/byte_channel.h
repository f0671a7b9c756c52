// One direction of a pipe or of a socket pair: a bounded queue of bytes, who
// sleeps at its ends, and the knotes that watch them.
//
// Two ends of files share a lock, which is also the object lock of their
// knotes, and live until both are closed: so a klist outlives every knote that
// was ever on it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_BYTE_CHANNEL_H_
#define KNOTESTAT_KNOTE_BYTE_CHANNEL_H_

#include <algorithm>
#include <span>
#include <vector>

#include "knote/dispatch.h"

namespace knote {

template <class S>
class byte_channel {
 public:
  using Env = typename S::Env;
  using Lwp = typename kernel<S>::lwp;

  // `lock` guards everything here and is taken by the functions that need it.
  byte_channel(kmutex<Env>& lock, size_t capacity)
      : lock_(lock), bytes_(capacity) {
    klist_init(&read_sel.sel_klist, &lock);
    klist_init(&write_sel.sel_klist, &lock);
  }

  // Reads what is there, at most `into`. Sleeps while there is nothing, unless
  // FNONBLOCK in `flag`, or nothing is asked for. Bytes, 0 at the end of file,
  // -EAGAIN, -EINTR, or -EBADF if `ff` is being closed. Tells the writer of
  // `enough` room.
  int64_t Read(Lwp& l, const fdfile<Env>& ff, uint32_t flag, size_t enough,
               std::span<std::byte> into) {
    if (into.empty()) return 0;
    kmutex_guard guard(lock_);
    while (used_ == 0) {
      if (writer_gone) return 0;
      if (flag & FNONBLOCK) return -EAGAIN;
      if (ff.Closing()) return -EBADF;
      const lwp_asleep<S> asleep(l);
      if (readable_.cv_wait_sig(lock_, l.l_signal)) return -EINTR;
    }
    const size_t n = std::min(used_, into.size());
    for (size_t i = 0; i < n; ++i) into[i] = bytes_[(first_ + i) % Capacity()];
    first_ = (first_ + n) % Capacity();
    used_ -= n;
    writable_.cv_broadcast();
    if (n != 0 && Space() >= enough) selnotify<S>(l, write_sel);
    return static_cast<int64_t>(n);
  }

  // Writes all of `from`, as room comes: least(left) of it at once, or more,
  // where `left` is what is left. Sleeps for that much room, unless FNONBLOCK
  // in `flag`. Bytes, possibly fewer than asked for if it had to stop, or
  // -EAGAIN, -EINTR, -EPIPE (also if nothing was to be written), -EBADF.
  template <class Least>
  int64_t Write(Lwp& l, const fdfile<Env>& ff, uint32_t flag, Least&& least,
                std::span<const std::byte> from) {
    kmutex_guard guard(lock_);
    size_t done = 0;
    int64_t error = reader_gone ? -EPIPE : 0;
    while (done < from.size() && error == 0) {
      if (reader_gone) {
        error = -EPIPE;
      } else if (Space() >= least(from.size() - done)) {
        done += Put(from.subspan(done));
        readable_.cv_broadcast();
      } else if (flag & FNONBLOCK) {
        error = -EAGAIN;
      } else if (ff.Closing()) {
        error = -EBADF;
      } else {
        selnotify<S>(l, read_sel);
        const lwp_asleep<S> asleep(l);
        if (writable_.cv_wait_sig(lock_, l.l_signal)) error = -EINTR;
      }
    }
    if (done != 0) selnotify<S>(l, read_sel);
    if (error == -EPIPE || (error != 0 && done == 0)) return error;
    return static_cast<int64_t>(done);
  }

  // Wakes who sleeps at either end, to look at its descriptor.
  void Restart() {
    kmutex_guard guard(lock_);
    readable_.cv_broadcast();
    writable_.cv_broadcast();
  }

  // The end is closed, for good. Lock held.
  void CloseReader(Lwp& l) {
    reader_gone = true;
    Closed(l);
  }
  void CloseWriter(Lwp& l) {
    writer_gone = true;
    Closed(l);
  }

  // Lock held.
  size_t Used() const { return used_; }
  size_t Space() const { return Capacity() - used_; }

  selinfo<Env> read_sel, write_sel;  // who watches that end
  bool reader_gone = false, writer_gone = false;

 private:
  size_t Capacity() const { return bytes_.size(); }

  // Takes as much as there is room for.
  size_t Put(std::span<const std::byte> from) {
    const size_t n = std::min(Space(), from.size());
    for (size_t i = 0; i < n; ++i)
      bytes_[(first_ + used_ + i) % Capacity()] = from[i];
    used_ += n;
    return n;
  }

  void Closed(Lwp& l) {
    readable_.cv_broadcast();
    writable_.cv_broadcast();
    selnotify<S>(l, read_sel);
    selnotify<S>(l, write_sel);
  }

  kmutex<Env>& lock_;
  kcondvar<Env> readable_, writable_;
  std::vector<std::byte> bytes_;  // a ring
  size_t first_ = 0, used_ = 0;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_BYTE_CHANNEL_H_
