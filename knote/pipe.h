// pipe1(): pipes, after sys_pipe.c.
//
// EVFILT_READ is active when there are bytes, EVFILT_WRITE when there is room
// for PIPE_BUF; both for good, with EV_EOF, once the other end is closed. Each
// can be asked of either end: the wrong one has no bytes and no room.
//
// Not modelled: big pipes (64 KiB) for large writes, SIGPIPE.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_PIPE_H_
#define KNOTESTAT_KNOTE_PIPE_H_

#include "knote/byte_channel.h"
#include "knote/syscalls.h"

namespace knote {

// NetBSD's PIPE_SIZE and PIPE_BUF, in bytes.
inline constexpr size_t kPipeSize = 16384, kPipeBuf = 512;

template <class S>
struct pipe_pair;

// One end, and its file.
template <class S>
struct pipe_end {
  using Env = typename S::Env;

  explicit pipe_end(pipe_pair<S>& of) : pair(of) {}
  pipe_pair<S>& pair;
  file<Env> pipe_file;
  bool Reads() const { return this == &pair.reader; }
  // Lock held.
  bool PeerGone() const {
    return Reads() ? pair.channel.writer_gone : pair.channel.reader_gone;
  }
  selinfo<Env>& Sel() {
    return Reads() ? pair.channel.read_sel : pair.channel.write_sel;
  }
};

// Goes with the second of its ends to be closed.
template <class S>
struct pipe_pair : S::Env::Object {
  kmutex<typename S::Env> pipe_lock{LockRank::kObject};
  byte_channel<S> channel{pipe_lock, kPipeSize};
  pipe_end<S> reader{*this}, writer{*this};
};

template <class S>
struct pipe_filter {
  using Env = typename S::Env;

  static pipe_end<S>& EndOf(file<Env>* fp) {
    return *static_cast<pipe_end<S>*>(fp->f_data);
  }

  // f_event of both filters: takes the lock unless the submitter has it.
  template <class Look>
  static int Locked(knote<Env>* kn, long hint, Look&& look) {
    auto& end = EndOf(kn->kn_obj);
    if (hint == NOTE_SUBMIT) return look(end);
    kmutex_guard guard(end.pair.pipe_lock);
    return look(end);
  }

  static int filt_piperead(knote<Env>* kn, long hint) {
    return Locked(kn, hint, [&](pipe_end<S>& end) {
      const size_t bytes = end.Reads() ? end.pair.channel.Used() : 0;
      const bool eof = end.PeerGone();
      knote_report<S>(*kn, static_cast<int64_t>(bytes), eof ? EV_EOF : 0);
      return eof || bytes > 0;
    });
  }

  static int filt_pipewrite(knote<Env>* kn, long hint) {
    return Locked(kn, hint, [&](pipe_end<S>& end) {
      const bool eof = end.PeerGone();
      const size_t room = end.Reads() || eof ? 0 : end.pair.channel.Space();
      knote_report<S>(*kn, static_cast<int64_t>(room), eof ? EV_EOF : 0);
      return eof || room >= kPipeBuf;
    });
  }

  static void filt_pipedetach(knote<Env>* kn) {
    auto& end = EndOf(kn->kn_obj);
    kmutex_guard guard(end.pair.pipe_lock);
    selremove_knote(&end.Sel(), kn);
  }

  static constexpr filterops<Env> pipe_rfiltops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = filt_pipedetach,
      .f_event = filt_piperead};
  static constexpr filterops<Env> pipe_wfiltops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = filt_pipedetach,
      .f_event = filt_pipewrite};

  static int pipe_kqfilter(file<Env>* fp, knote<Env>* kn) {
    auto& end = EndOf(fp);
    kmutex_guard guard(end.pair.pipe_lock);
    if (kn->kn_kevent.filter == EVFILT_READ) {
      kn->kn_fop.store(&pipe_rfiltops, std::memory_order_release);
    } else if (kn->kn_kevent.filter == EVFILT_WRITE) {
      if (end.PeerGone()) return EBADF;
      kn->kn_fop.store(&pipe_wfiltops, std::memory_order_release);
    } else {
      return EINVAL;
    }
    selrecord_knote(&end.Sel(), kn);
    return 0;
  }

  static int64_t pipe_read(file<Env>* fp, lwp_base& l, const fdfile<Env>& ff,
                           std::span<std::byte> into) {
    return EndOf(fp).pair.channel.Read(static_cast<typename kernel<S>::lwp&>(l),
                                       ff, fp->f_flag, kPipeBuf, into);
  }

  // What is at most PIPE_BUF long goes in one piece, and so does what is left
  // of a longer write once it is that short.
  static size_t pipe_least(size_t left) { return left <= kPipeBuf ? left : 1; }

  static int64_t pipe_write(file<Env>* fp, lwp_base& l, const fdfile<Env>& ff,
                            std::span<const std::byte> from) {
    return EndOf(fp).pair.channel.Write(
        static_cast<typename kernel<S>::lwp&>(l), ff, fp->f_flag, pipe_least,
        from);
  }

  static void pipe_restart(file<Env>* fp) { EndOf(fp).pair.channel.Restart(); }

  // NetBSD tells of the end of file before it has set it, so that EVFILT_WRITE
  // on a full pipe is not activated; here after.
  static void pipe_close(file<Env>* fp, lwp_base& l) {
    auto& end = EndOf(fp);
    auto& lwp = static_cast<typename kernel<S>::lwp&>(l);
    end.pair.pipe_lock.mutex_enter();
    const bool last = end.PeerGone();
    if (end.Reads()) {
      end.pair.channel.CloseReader(lwp);
    } else {
      end.pair.channel.CloseWriter(lwp);
    }
    end.pair.pipe_lock.mutex_exit();
    if (last) delete &end.pair;
  }

  static constexpr fileops<Env> pipeops{.fo_kqfilter = pipe_kqfilter,
                                        .fo_read = pipe_read,
                                        .fo_write = pipe_write,
                                        .fo_restart = pipe_restart,
                                        .fo_close = pipe_close};
};

// A pipe: fds[0] reads, fds[1] writes. 0 or -EMFILE. `flags` is 0 or FNONBLOCK.
template <class S>
int pipe1(typename kernel<S>::lwp& l, int fds[2], uint32_t flags = 0) {
  auto pair = std::make_unique<pipe_pair<S>>();
  for (auto* end : {&pair->reader, &pair->writer}) {
    end->pipe_file.f_ops = &pipe_filter<S>::pipeops;
    end->pipe_file.f_data = end;
    end->pipe_file.f_flag = (end->Reads() ? FREAD : FWRITE) | flags;
  }
  const int error = internal::OpenPair<S>(l, pair->reader.pipe_file,
                                          pair->writer.pipe_file, fds);
  if (error == 0) (void)pair.release();  // the files own it now
  return error;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_PIPE_H_
