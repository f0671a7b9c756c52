// An emulated system behind an interface that does not know its strategy: what
// kqueue.h calls. Every call returns NetBSD's errno, negated, where it fails.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_NETBSD_SYSTEM_H_
#define KNOTESTAT_KNOTE_NETBSD_SYSTEM_H_

#include <ctime>
#include <memory>
#include <string_view>

#include "knote/env/hw_env.h"
#include "knote/filedesc.h"
#include "knote/klist_fini.h"

namespace knote::netbsd {

// A thread of an emulated process. Made, used and destroyed on one thread;
// Interrupt() is for any.
class Thread {
 public:
  virtual ~Thread() = default;
  // A signal: the thread's sleep in Kevent(), Read() or Write() ends with
  // EINTR, or its next one if it does not sleep now.
  virtual void Interrupt() = 0;
  virtual int Kqueue() = 0;
  virtual int Kevent(int kq, const struct kevent* changes, size_t nchanges,
                     struct kevent* events, size_t nevents,
                     const timespec* timeout) = 0;
  virtual int Close(int fd) = 0;
  virtual int Dup(int fd) = 0;
  virtual int Pipe(int fds[2], bool nonblock) = 0;
  virtual int Socketpair(int fds[2], bool nonblock) = 0;
  virtual int64_t Read(int fd, void* into, size_t bytes) = 0;
  virtual int64_t Write(int fd, const void* from, size_t bytes) = 0;

  // For drivers. A descriptor of `handle`, which outlives it, or -EMFILE.
  virtual int Open(file<HwEnv>& handle) = 0;
  // KNOTE(list, NOTE_SUBMIT) with the object lock held, in a section or by
  // contract as the strategy wants it under a lock.
  virtual void Knote(klist<HwEnv>& list) = 0;
  // The same in a section wherever the strategy covers KNOTE(), also under a
  // lock where it should not be: what truth workloads are about.
  virtual void KnoteInSection(klist<HwEnv>& list) = 0;
};

// An emulated process: a descriptor table. Thread-safe; closes what is open
// when it goes, which is when no thread works for it any more.
class Process {
 public:
  virtual ~Process() = default;
  // The calling thread as one of this process.
  virtual std::unique_ptr<Thread> NewThread() = 0;
};

// An emulated machine. Thread-safe; outlives its processes.
class System {
 public:
  virtual ~System() = default;
  virtual std::unique_ptr<Process> NewProcess() = 0;
  // See knote/kfilter.h; an errno, not negated.
  virtual int KfilterRegister(std::string_view name,
                              const filterops<HwEnv>* filtops,
                              uint32_t* filter) = 0;
  virtual int KfilterUnregister(std::string_view name) = 0;
  // Of a driver's list; see knote/klist_fini.h.
  virtual FiniPhases KlistFini(klist<HwEnv>& list) = 0;
};

}  // namespace knote::netbsd

#endif  // KNOTESTAT_KNOTE_NETBSD_SYSTEM_H_
