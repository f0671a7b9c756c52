// Systems with a fault, for the checker to find: something between a thread
// and the system that now and then does not do what it was asked.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_FAULTS_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_FAULTS_H_

#include "knote/netbsd/system.h"
#include "tests/knote/history/player.h"

namespace knote::history {

// Passes everything on.
class PassingThread : public netbsd::Thread {
 public:
  explicit PassingThread(std::unique_ptr<netbsd::Thread> to)
      : to_(std::move(to)) {}
  void Interrupt() override { to_->Interrupt(); }
  int Kqueue() override { return to_->Kqueue(); }
  int Kevent(int kq, const struct kevent* changes, size_t nchanges,
             struct kevent* events, size_t nevents,
             const timespec* timeout) override {
    return to_->Kevent(kq, changes, nchanges, events, nevents, timeout);
  }
  int Close(int fd) override { return to_->Close(fd); }
  int Dup(int fd) override { return to_->Dup(fd); }
  int Pipe(int fds[2], bool nonblock) override {
    return to_->Pipe(fds, nonblock);
  }
  int Socketpair(int fds[2], bool nonblock) override {
    return to_->Socketpair(fds, nonblock);
  }
  int64_t Read(int fd, void* into, size_t bytes) override {
    return to_->Read(fd, into, bytes);
  }
  int64_t Write(int fd, const void* from, size_t bytes) override {
    return to_->Write(fd, from, bytes);
  }
  int Open(file<HwEnv>& handle) override { return to_->Open(handle); }
  void Knote(klist<HwEnv>& list) override { to_->Knote(list); }
  void KnoteInSection(klist<HwEnv>& list) override {
    to_->KnoteInSection(list);
  }

 protected:
  // Every `n`-th time.
  bool Now(int n) { return ++times_ % n == 0; }

 private:
  const std::unique_ptr<netbsd::Thread> to_;
  int times_ = 0;
};

template <class Fault>
std::unique_ptr<netbsd::Thread> Faulty(std::unique_ptr<netbsd::Thread> to) {
  return std::make_unique<Fault>(std::move(to));
}

// Loses the last event of a call.
class DropsEvents : public PassingThread {
 public:
  using PassingThread::PassingThread;
  int Kevent(int kq, const struct kevent* changes, size_t nchanges,
             struct kevent* events, size_t nevents,
             const timespec* timeout) override {
    const int n =
        PassingThread::Kevent(kq, changes, nchanges, events, nevents, timeout);
    // Not what tells a sleeper to stop: without that the run would not end.
    if (n <= 1 || events[n - 1].ident == kQuit) return n;
    return Now(4) ? n - 1 : n;
  }
};

// Hands out the first event of a call once more.
class RepeatsEvents : public PassingThread {
 public:
  using PassingThread::PassingThread;
  int Kevent(int kq, const struct kevent* changes, size_t nchanges,
             struct kevent* events, size_t nevents,
             const timespec* timeout) override {
    const int n =
        PassingThread::Kevent(kq, changes, nchanges, events, nevents, timeout);
    if (n < 1 || static_cast<size_t>(n) == nevents || !Now(10)) return n;
    events[n] = events[0];
    return n + 1;
  }
};

// Says that it has applied a change with one of `kFlags`, and has not.
template <uint32_t kFlags, int kEvery>
class Forgets : public PassingThread {
 public:
  using PassingThread::PassingThread;
  int Kevent(int kq, const struct kevent* changes, size_t nchanges,
             struct kevent* events, size_t nevents,
             const timespec* timeout) override {
    if (nchanges == 1 && (changes[0].flags & kFlags) != 0 && Now(kEvery))
      return 0;
    return PassingThread::Kevent(kq, changes, nchanges, events, nevents,
                                 timeout);
  }
};
using ForgetsDelete = Forgets<EV_DELETE, 10>;
using ForgetsDisable = Forgets<EV_DISABLE, 5>;
using ForgetsChanges = Forgets<EV_ADD | EV_ENABLE, 3>;

// Leaves descriptors open.
class ForgetsClose : public PassingThread {
 public:
  using PassingThread::PassingThread;
  int Close(int fd) override { return Now(50) ? 0 : PassingThread::Close(fd); }
};

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_FAULTS_H_
