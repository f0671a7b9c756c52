// socketpair(): connected local stream sockets, after uipc_socket.c and
// uipc_usrreq.c.
//
// EVFILT_READ is active from the low-water mark on (1 byte), EVFILT_WRITE from
// that of room (2048 bytes); NOTE_LOWAT replaces either by data. EVFILT_EMPTY
// is always active: a local socket hands what is written to the other one at
// once, so that its own send buffer is empty. Once the other socket is closed,
// EVFILT_READ and EVFILT_WRITE are active for good, with EV_EOF.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_SOCKET_H_
#define KNOTESTAT_KNOTE_SOCKET_H_

#include "knote/byte_channel.h"
#include "knote/syscalls.h"

namespace knote {

// Of a local stream socket, in bytes.
inline constexpr size_t kSocketBuffer = 8192, kReceiveLowWater = 1,
                        kSendLowWater = 2048;

template <class S>
struct socket_pair;

template <class S>
struct socket {
  using Env = typename S::Env;

  explicit socket(socket_pair<S>& of) : pair(of) {}
  socket_pair<S>& pair;
  file<Env> so_file;
  byte_channel<S>& Receive() {
    return this == &pair.first ? pair.to_first : pair.to_second;
  }
  byte_channel<S>& Send() {
    return this == &pair.first ? pair.to_second : pair.to_first;
  }
};

// Goes with the second of its sockets to be closed.
template <class S>
struct socket_pair : S::Env::Object {
  kmutex<typename S::Env> so_lock{LockRank::kObject};
  byte_channel<S> to_first{so_lock, kSocketBuffer},
      to_second{so_lock, kSocketBuffer};
  socket<S> first{*this}, second{*this};
};

template <class S>
struct socket_filter {
  using Env = typename S::Env;

  static socket<S>& SocketOf(file<Env>* fp) {
    return *static_cast<socket<S>*>(fp->f_data);
  }

  // An f_event: takes the lock unless the submitter has it.
  template <class Look>
  static int Locked(knote<Env>* kn, long hint, Look&& look) {
    auto& so = SocketOf(kn->kn_obj);
    if (hint == NOTE_SUBMIT) return look(so);
    kmutex_guard guard(so.pair.so_lock);
    return look(so);
  }

  // Active from the low-water mark on, or at the end of file.
  static int Report(knote<Env>& kn, size_t bytes, size_t lowat, bool eof) {
    const auto data = static_cast<int64_t>(bytes);
    knote_report<S>(kn, data, eof ? EV_EOF : 0);
    const uint32_t sfflags =
        std::atomic_ref(kn.kn_sfflags).load(std::memory_order_relaxed);
    const int64_t from = (sfflags & NOTE_LOWAT)
                             ? kn.kn_sdata.load(std::memory_order_relaxed)
                             : static_cast<int64_t>(lowat);
    return eof || data >= from;
  }

  static int filt_soread(knote<Env>* kn, long hint) {
    return Locked(kn, hint, [&](socket<S>& so) {
      return Report(*kn, so.Receive().Used(), kReceiveLowWater,
                    so.Receive().writer_gone);
    });
  }

  static int filt_sowrite(knote<Env>* kn, long hint) {
    return Locked(kn, hint, [&](socket<S>& so) {
      return Report(*kn, so.Send().Space(), kSendLowWater,
                    so.Send().reader_gone);
    });
  }

  static int filt_soempty(knote<Env>* kn, long) {
    knote_report<S>(*kn, 0, 0);
    return 1;
  }

  static void filt_sordetach(knote<Env>* kn) {
    auto& so = SocketOf(kn->kn_obj);
    kmutex_guard guard(so.pair.so_lock);
    selremove_knote(&so.Receive().read_sel, kn);
  }

  static void filt_sowdetach(knote<Env>* kn) {
    auto& so = SocketOf(kn->kn_obj);
    kmutex_guard guard(so.pair.so_lock);
    selremove_knote(&so.Send().write_sel, kn);
  }

  static constexpr filterops<Env> soread_filtops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = filt_sordetach,
      .f_event = filt_soread};
  static constexpr filterops<Env> sowrite_filtops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = filt_sowdetach,
      .f_event = filt_sowrite};
  static constexpr filterops<Env> soempty_filtops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = filt_sowdetach,
      .f_event = filt_soempty};

  static int soo_kqfilter(file<Env>* fp, knote<Env>* kn) {
    auto& so = SocketOf(fp);
    kmutex_guard guard(so.pair.so_lock);
    const filterops<Env>* filtops;
    switch (kn->kn_kevent.filter) {
      case EVFILT_READ:
        filtops = &soread_filtops;
        break;
      case EVFILT_WRITE:
        filtops = &sowrite_filtops;
        break;
      case EVFILT_EMPTY:
        filtops = &soempty_filtops;
        break;
      default:
        return EINVAL;
    }
    kn->kn_fop.store(filtops, std::memory_order_release);
    selrecord_knote(filtops == &soread_filtops ? &so.Receive().read_sel
                                               : &so.Send().write_sel,
                    kn);
    return 0;
  }

  static int64_t soo_read(file<Env>* fp, lwp_base& l, const fdfile<Env>& ff,
                          std::span<std::byte> into) {
    return SocketOf(fp).Receive().Read(static_cast<typename kernel<S>::lwp&>(l),
                                       ff, fp->f_flag, 0, into);
  }

  // Less than the low-water mark of room is none, unless it is enough.
  static size_t so_least(size_t left) { return std::min(left, kSendLowWater); }

  static int64_t soo_write(file<Env>* fp, lwp_base& l, const fdfile<Env>& ff,
                           std::span<const std::byte> from) {
    return SocketOf(fp).Send().Write(static_cast<typename kernel<S>::lwp&>(l),
                                     ff, fp->f_flag, so_least, from);
  }

  static void soo_restart(file<Env>* fp) {
    SocketOf(fp).Receive().Restart();
    SocketOf(fp).Send().Restart();
  }

  static void soo_close(file<Env>* fp, lwp_base& l) {
    auto& so = SocketOf(fp);
    auto& lwp = static_cast<typename kernel<S>::lwp&>(l);
    so.pair.so_lock.mutex_enter();
    const bool last = so.Receive().writer_gone;
    so.Receive().CloseReader(lwp);
    so.Send().CloseWriter(lwp);
    so.pair.so_lock.mutex_exit();
    if (last) delete &so.pair;
  }

  static constexpr fileops<Env> socketops{.fo_kqfilter = soo_kqfilter,
                                          .fo_read = soo_read,
                                          .fo_write = soo_write,
                                          .fo_restart = soo_restart,
                                          .fo_close = soo_close};
};

// Two connected sockets. 0 or -EMFILE. `flags` is 0 or FNONBLOCK.
template <class S>
int socketpair(typename kernel<S>::lwp& l, int fds[2], uint32_t flags = 0) {
  auto pair = std::make_unique<socket_pair<S>>();
  for (auto* so : {&pair->first, &pair->second}) {
    so->so_file.f_ops = &socket_filter<S>::socketops;
    so->so_file.f_data = so;
    so->so_file.f_flag = FREAD | FWRITE | flags;
  }
  const int error =
      internal::OpenPair<S>(l, pair->first.so_file, pair->second.so_file, fds);
  if (error == 0) (void)pair.release();  // the files own it now
  return error;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_SOCKET_H_
