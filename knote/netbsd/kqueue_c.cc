// SPDX-License-Identifier: BSD-2-Clause
#include "knote/netbsd/kqueue_c.h"

#include <cerrno>
#include <cstddef>
#include <vector>

#include "knote/netbsd/kqueue.h"

using Event = struct knote::kevent;

// The same layout and constants, seen from C.
static_assert(sizeof(knotestat_event) == sizeof(Event));
static_assert(offsetof(knotestat_event, filter) == offsetof(Event, filter));
static_assert(offsetof(knotestat_event, flags) == offsetof(Event, flags));
static_assert(offsetof(knotestat_event, fflags) == offsetof(Event, fflags));
static_assert(offsetof(knotestat_event, data) == offsetof(Event, data));
static_assert(offsetof(knotestat_event, udata) == offsetof(Event, udata));
static_assert(KNOTESTAT_EVFILT_READ == knote::EVFILT_READ);
static_assert(KNOTESTAT_EVFILT_WRITE == knote::EVFILT_WRITE);
static_assert(KNOTESTAT_EVFILT_TIMER == knote::EVFILT_TIMER);
static_assert(KNOTESTAT_EVFILT_USER == knote::EVFILT_USER);
static_assert(KNOTESTAT_EVFILT_EMPTY == knote::EVFILT_EMPTY);
static_assert(KNOTESTAT_EVFILT_SYSCOUNT == knote::EVFILT_SYSCOUNT);
static_assert(KNOTESTAT_EV_ADD == knote::EV_ADD);
static_assert(KNOTESTAT_EV_DELETE == knote::EV_DELETE);
static_assert(KNOTESTAT_EV_ENABLE == knote::EV_ENABLE);
static_assert(KNOTESTAT_EV_DISABLE == knote::EV_DISABLE);
static_assert(KNOTESTAT_EV_ONESHOT == knote::EV_ONESHOT);
static_assert(KNOTESTAT_EV_CLEAR == knote::EV_CLEAR);
static_assert(KNOTESTAT_EV_RECEIPT == knote::EV_RECEIPT);
static_assert(KNOTESTAT_EV_DISPATCH == knote::EV_DISPATCH);
static_assert(KNOTESTAT_EV_EOF == knote::EV_EOF);
static_assert(KNOTESTAT_EV_ERROR == knote::EV_ERROR);
static_assert(KNOTESTAT_NOTE_LOWAT == knote::NOTE_LOWAT);
static_assert(KNOTESTAT_NOTE_FFNOP == knote::NOTE_FFNOP);
static_assert(KNOTESTAT_NOTE_FFAND == knote::NOTE_FFAND);
static_assert(KNOTESTAT_NOTE_FFOR == knote::NOTE_FFOR);
static_assert(KNOTESTAT_NOTE_FFCOPY == knote::NOTE_FFCOPY);
static_assert(KNOTESTAT_NOTE_FFCTRLMASK == knote::NOTE_FFCTRLMASK);
static_assert(KNOTESTAT_NOTE_FFLAGSMASK == knote::NOTE_FFLAGSMASK);
static_assert(KNOTESTAT_NOTE_TRIGGER == knote::NOTE_TRIGGER);
static_assert(KNOTESTAT_NOTE_MSECONDS == knote::NOTE_MSECONDS);
static_assert(KNOTESTAT_NOTE_SECONDS == knote::NOTE_SECONDS);
static_assert(KNOTESTAT_NOTE_USECONDS == knote::NOTE_USECONDS);
static_assert(KNOTESTAT_NOTE_NSECONDS == knote::NOTE_NSECONDS);
static_assert(KNOTESTAT_NOTE_ABSTIME == knote::NOTE_ABSTIME);
static_assert(KNOTESTAT_O_NONBLOCK == knote::netbsd::kNonblock);

struct knotestat_system {
  std::unique_ptr<knote::netbsd::System> of;
};
struct knotestat_process {
  std::unique_ptr<knote::netbsd::Process> of;
};

namespace {

thread_local std::vector<std::unique_ptr<knote::netbsd::Attachment>> attached;

}  // namespace

knotestat_system* knotestat_boot(const char* strategy) {
  if (strategy == nullptr) return nullptr;
  auto system = knote::netbsd::Boot(strategy);
  if (system == nullptr) return nullptr;
  return new knotestat_system{std::move(system)};
}

void knotestat_shutdown(knotestat_system* system) { delete system; }

knotestat_process* knotestat_process_new(knotestat_system* system) {
  return new knotestat_process{system->of->NewProcess()};
}

void knotestat_process_free(knotestat_process* process) { delete process; }

void knotestat_attach(knotestat_process* process) {
  attached.push_back(std::make_unique<knote::netbsd::Attachment>(*process->of));
}

void knotestat_detach() {
  if (!attached.empty()) attached.pop_back();
}

knotestat_thread* knotestat_self() {
  return attached.empty()
             ? nullptr
             : reinterpret_cast<knotestat_thread*>(attached.back().get());
}

void knotestat_interrupt(knotestat_thread* thread) {
  if (thread != nullptr)
    reinterpret_cast<knote::netbsd::Attachment*>(thread)->Interrupt();
}

int knotestat_kqueue() { return knote::netbsd::kqueue(); }

int knotestat_kqueue1(int flags) { return knote::netbsd::kqueue1(flags); }

int knotestat_kevent(int kq, const knotestat_event* changelist, size_t nchanges,
                     knotestat_event* eventlist, size_t nevents,
                     const timespec* timeout) {
  return knote::netbsd::kevent(kq, reinterpret_cast<const Event*>(changelist),
                               nchanges, reinterpret_cast<Event*>(eventlist),
                               nevents, timeout);
}

int knotestat_close(int fd) { return knote::netbsd::close(fd); }

int knotestat_dup(int fd) { return knote::netbsd::dup(fd); }

int knotestat_pipe(int fds[2]) { return knote::netbsd::pipe(fds); }

int knotestat_pipe2(int fds[2], int flags) {
  return knote::netbsd::pipe2(fds, flags);
}

int knotestat_socketpair(int fds[2], int flags) {
  return knote::netbsd::socketpair(fds, flags);
}

ssize_t knotestat_read(int fd, void* into, size_t bytes) {
  return knote::netbsd::read(fd, into, bytes);
}

ssize_t knotestat_write(int fd, const void* from, size_t bytes) {
  return knote::netbsd::write(fd, from, bytes);
}
