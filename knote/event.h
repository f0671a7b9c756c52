// struct kevent and its constants, with NetBSD's values (sys/event.h).
//
// Not FreeBSD's ABI: filters are 0..9, filter and flags are 32 bits wide.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_EVENT_H_
#define KNOTESTAT_KNOTE_EVENT_H_

#include <cstdint>

namespace knote {

struct kevent {
  uintptr_t ident = 0;  // what is watched: a descriptor, a timer's number
  uint32_t filter = 0;  // EVFILT_*
  uint32_t flags = 0;   // EV_*
  uint32_t fflags = 0;  // NOTE_*
  int64_t data = 0;     // filter's value
  void* udata = nullptr;
};

inline constexpr uint32_t EVFILT_READ = 0, EVFILT_WRITE = 1, EVFILT_TIMER = 6,
                          EVFILT_USER = 8, EVFILT_EMPTY = 9,
                          EVFILT_SYSCOUNT = 10;

inline constexpr uint32_t EV_ADD = 0x0001, EV_DELETE = 0x0002,
                          EV_ENABLE = 0x0004, EV_DISABLE = 0x0008,
                          EV_ONESHOT = 0x0010, EV_CLEAR = 0x0020,
                          EV_RECEIPT = 0x0040, EV_DISPATCH = 0x0080,
                          EV_EOF = 0x8000, EV_ERROR = 0x4000,
                          EV_SYSFLAGS = 0xF000;

// EVFILT_READ, EVFILT_WRITE on sockets: data is a low-water mark in bytes.
inline constexpr uint32_t NOTE_LOWAT = 0x0001;
// EVFILT_USER.
inline constexpr uint32_t NOTE_FFNOP = 0x00000000, NOTE_FFAND = 0x40000000,
                          NOTE_FFOR = 0x80000000, NOTE_FFCOPY = 0xc0000000,
                          NOTE_FFCTRLMASK = 0xc0000000,
                          NOTE_FFLAGSMASK = 0x00ffffff,
                          NOTE_TRIGGER = 0x01000000;
// EVFILT_TIMER.
inline constexpr uint32_t NOTE_MSECONDS = 0, NOTE_SECONDS = 1,
                          NOTE_USECONDS = 2, NOTE_NSECONDS = 3,
                          NOTE_TIMER_UNITMASK = 3, NOTE_ABSTIME = 0x10;
// Hint to f_event: the backing object's lock is held by the submitter.
inline constexpr long NOTE_SUBMIT = 0x01000000;

// filterops flags.
inline constexpr int FILTEROP_ISFD = 1;        // ident is a descriptor
inline constexpr int FILTEROP_MPSAFE = 2;      // needs no KERNEL_LOCK
inline constexpr int FILTEROP_REGISTERED = 4;  // set by kfilter_register()

// How many changes kevent() fetches, and events it hands out, at a time.
inline constexpr unsigned KQ_NEVENTS = 8;

// What f_touch is asked to do.
inline constexpr long EVENT_REGISTER = 1, EVENT_PROCESS = 2;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_EVENT_H_
