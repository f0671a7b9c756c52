// SystemOf<S>: the system of system.h under strategy S.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_NETBSD_SYSTEM_OF_H_
#define KNOTESTAT_KNOTE_NETBSD_SYSTEM_OF_H_

#include "knote/filters/file.h"
#include "knote/io_syscalls.h"
#include "knote/netbsd/system.h"

namespace knote::netbsd {

// A timeout of kevent() as kevent1() wants it.
inline std::optional<uint64_t> DeadlineOf(const timespec* timeout) {
  if (timeout == nullptr) return std::nullopt;
  if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
      timeout->tv_nsec >= 1'000'000'000)
    return kInvalidDeadline;
  constexpr int64_t kCentury = 3'155'760'000;  // in seconds
  const auto ns = static_cast<uint64_t>(
      std::min<int64_t>(timeout->tv_sec, kCentury) * 1'000'000'000 +
      timeout->tv_nsec);
  return ns == 0 ? 0 : HwEnv::Now() + ns;
}

template <class S>
class ThreadOf final : public Thread {
 public:
  explicit ThreadOf(typename kernel<S>::proc& process) : lwp_(process) {}

  void Interrupt() override { lwp_.l_signal.Post(); }
  int Kqueue() override { return kqueue1<S>(lwp_); }

  // EFAULT for null where something would be fetched or stored; NetBSD stops
  // at the change whose result it cannot store, here all changes are applied.
  int Kevent(int kq, const struct kevent* changes, size_t nchanges,
             struct kevent* events, size_t nevents,
             const timespec* timeout) override {
    const bool unreadable = changes == nullptr && nchanges != 0;
    if (unreadable) {
      const int error = kevent1<S>(lwp_, kq, {}, {}, 0);
      return error != 0 ? error : -EFAULT;
    }
    const auto deadline = DeadlineOf(timeout);
    if (events != nullptr || nevents == 0 || nevents > INT_MAX)
      return kevent1<S>(lwp_, kq, {changes, nchanges}, {events, nevents},
                        deadline);
    struct kevent lost[KQ_NEVENTS];
    const int result = kevent1<S>(
        lwp_, kq, {changes, nchanges},
        std::span(lost).first(std::min<size_t>(nevents, KQ_NEVENTS)), deadline);
    return result > 0 ? -EFAULT : result;
  }

  int Close(int fd) override { return close<S>(lwp_, fd); }
  int Dup(int fd) override { return dup<S>(lwp_, fd); }
  int Pipe(int fds[2], bool nonblock) override {
    if (fds == nullptr) return -EFAULT;
    return pipe1<S>(lwp_, fds, nonblock ? FNONBLOCK : 0);
  }
  int Socketpair(int fds[2], bool nonblock) override {
    if (fds == nullptr) return -EFAULT;
    return socketpair<S>(lwp_, fds, nonblock ? FNONBLOCK : 0);
  }
  int64_t Read(int fd, void* into, size_t bytes) override {
    if (bytes > SSIZE_MAX) return -EINVAL;
    if (into == nullptr && bytes != 0) return -EFAULT;
    return read<S>(lwp_, fd, {static_cast<std::byte*>(into), bytes});
  }
  int64_t Write(int fd, const void* from, size_t bytes) override {
    if (bytes > SSIZE_MAX) return -EINVAL;
    if (from == nullptr && bytes != 0) return -EFAULT;
    return write<S>(lwp_, fd, {static_cast<const std::byte*>(from), bytes});
  }

  int Open(file<HwEnv>& handle) override {
    const int fd = fd_open(lwp_.l_proc->p_fd, &handle);
    return fd < 0 ? -EMFILE : fd;
  }
  void Knote(klist<HwEnv>& list) override {
    const lwp_onproc<S> onproc(lwp_);
    selnotify<S>(lwp_, list);
  }
  void KnoteInSection(klist<HwEnv>& list) override {
    const lwp_onproc<S> onproc(lwp_);
    constexpr auto kProtection = S::kInfo.covers_submit
                                     ? SubmitProtection::kSection
                                     : SubmitProtection::kContract;
    KNOTE<kProtection>(lwp_.l_proc->p_kernel, lwp_, &list, NOTE_SUBMIT);
  }

  // What it is made of, for who has to look inside.
  typename kernel<S>::lwp& lwp() { return lwp_; }

 private:
  typename kernel<S>::lwp lwp_;
};

template <class S>
class ProcessOf final : public Process {
 public:
  explicit ProcessOf(kernel<S>& k) : proc_(k) {}
  ~ProcessOf() override {
    typename kernel<S>::lwp l(proc_);
    for (int fd = 0; auto* ff = proc_.p_fd.Slot(static_cast<uintptr_t>(fd));
         ++fd) {
      if (ff->ff_file.load(std::memory_order_relaxed) != nullptr)
        close<S>(l, fd);
    }
  }
  std::unique_ptr<Thread> NewThread() override {
    return std::make_unique<ThreadOf<S>>(proc_);
  }
  typename kernel<S>::proc& proc() { return proc_; }

 private:
  typename kernel<S>::proc proc_;
};

template <class S>
class SystemOf final : public System {
 public:
  SystemOf() : kernel_(HwEnv::CpuLimit()) { kfilter_init(kernel_); }
  std::unique_ptr<Process> NewProcess() override {
    return std::make_unique<ProcessOf<S>>(kernel_);
  }
  int KfilterRegister(std::string_view name, const filterops<HwEnv>* filtops,
                      uint32_t* filter) override {
    return kfilter_register(kernel_, name, filtops, filter);
  }
  int KfilterUnregister(std::string_view name) override {
    return kfilter_unregister(kernel_, name);
  }
  FiniPhases KlistFini(klist<HwEnv>& list) override {
    return klist_fini(kernel_, &list);
  }
  kernel<S>& machine() { return kernel_; }

 private:
  kernel<S> kernel_;
};

}  // namespace knote::netbsd

#endif  // KNOTESTAT_KNOTE_NETBSD_SYSTEM_OF_H_
