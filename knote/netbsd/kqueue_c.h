// kqueue(2) on an emulated NetBSD system, for C: kqueue.h under names that do
// not collide with libc's.
//
//   struct knotestat_system *system = knotestat_boot("psref");
//   struct knotestat_process *process = knotestat_process_new(system);
//   knotestat_attach(process);
//   int kq = knotestat_kqueue();
//   ...
//   knotestat_detach();
//   knotestat_process_free(process);
//   knotestat_shutdown(system);
//
// Errors, threads and the meaning of everything are kqueue.h's and NetBSD's.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_NETBSD_KQUEUE_C_H_
#define KNOTESTAT_KNOTE_NETBSD_KQUEUE_C_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct knotestat_system;
struct knotestat_process;
struct knotestat_thread;

struct knotestat_event {
  uintptr_t ident;
  uint32_t filter;  // KNOTESTAT_EVFILT_*
  uint32_t flags;   // KNOTESTAT_EV_*
  uint32_t fflags;  // KNOTESTAT_NOTE_*
  int64_t data;
  void* udata;
};

#define KNOTESTAT_EVFILT_READ 0
#define KNOTESTAT_EVFILT_WRITE 1
#define KNOTESTAT_EVFILT_TIMER 6
#define KNOTESTAT_EVFILT_USER 8
#define KNOTESTAT_EVFILT_EMPTY 9
#define KNOTESTAT_EVFILT_SYSCOUNT 10
#define KNOTESTAT_EV_ADD 0x0001
#define KNOTESTAT_EV_DELETE 0x0002
#define KNOTESTAT_EV_ENABLE 0x0004
#define KNOTESTAT_EV_DISABLE 0x0008
#define KNOTESTAT_EV_ONESHOT 0x0010
#define KNOTESTAT_EV_CLEAR 0x0020
#define KNOTESTAT_EV_RECEIPT 0x0040
#define KNOTESTAT_EV_DISPATCH 0x0080
#define KNOTESTAT_EV_EOF 0x8000
#define KNOTESTAT_EV_ERROR 0x4000
#define KNOTESTAT_NOTE_LOWAT 0x0001
#define KNOTESTAT_NOTE_FFNOP 0x00000000u
#define KNOTESTAT_NOTE_FFAND 0x40000000u
#define KNOTESTAT_NOTE_FFOR 0x80000000u
#define KNOTESTAT_NOTE_FFCOPY 0xc0000000u
#define KNOTESTAT_NOTE_FFCTRLMASK 0xc0000000u
#define KNOTESTAT_NOTE_FFLAGSMASK 0x00ffffffu
#define KNOTESTAT_NOTE_TRIGGER 0x01000000u
#define KNOTESTAT_NOTE_MSECONDS 0
#define KNOTESTAT_NOTE_SECONDS 1
#define KNOTESTAT_NOTE_USECONDS 2
#define KNOTESTAT_NOTE_NSECONDS 3
#define KNOTESTAT_NOTE_ABSTIME 0x10

// Flag of knotestat_pipe2() and knotestat_socketpair(), of NetBSD's values the
// one that means something.
#define KNOTESTAT_O_NONBLOCK 0x4

// A system under the strategy of that name; null if there is none, or it
// cannot run here. Shut it down after its processes.
struct knotestat_system* knotestat_boot(const char* strategy);
void knotestat_shutdown(struct knotestat_system* system);

// A process; frees its descriptors with it, when no thread is attached.
struct knotestat_process* knotestat_process_new(
    struct knotestat_system* system);
void knotestat_process_free(struct knotestat_process* process);

// The calling thread belongs to `process` until it is detached; it has to be
// before it ends. Attached twice, it belongs to the later one first.
void knotestat_attach(struct knotestat_process* process);
void knotestat_detach(void);

// The calling thread as one of its process; null without one. Valid until it
// is detached.
struct knotestat_thread* knotestat_self(void);

// From any thread: as a signal to `thread`, which ends its sleep, or its next
// one, in knotestat_kevent(), _read() or _write() with EINTR.
void knotestat_interrupt(struct knotestat_thread* thread);

// The system calls: -1 and errno if they fail.
int knotestat_kqueue(void);
int knotestat_kqueue1(int flags);
int knotestat_kevent(int kq, const struct knotestat_event* changelist,
                     size_t nchanges, struct knotestat_event* eventlist,
                     size_t nevents, const struct timespec* timeout);
int knotestat_close(int fd);
int knotestat_dup(int fd);
int knotestat_pipe(int fds[2]);
int knotestat_pipe2(int fds[2], int flags);
int knotestat_socketpair(int fds[2], int flags);
ssize_t knotestat_read(int fd, void* into, size_t bytes);
ssize_t knotestat_write(int fd, const void* from, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif  // KNOTESTAT_KNOTE_NETBSD_KQUEUE_C_H_
