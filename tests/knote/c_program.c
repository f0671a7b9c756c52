// A C program on the C interface: 0, or the line on which it found a mistake.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "knote/netbsd/kqueue_c.h"

#define EXPECT(what) \
  if (!(what)) return __LINE__

static int WatchAPipe(void) {
  int fds[2];
  EXPECT(knotestat_pipe2(fds, KNOTESTAT_O_NONBLOCK) == 0);
  const int kq = knotestat_kqueue();
  EXPECT(kq >= 0);
  const struct knotestat_event add = {.ident = (uintptr_t)fds[0],
                                      .filter = KNOTESTAT_EVFILT_READ,
                                      .flags = KNOTESTAT_EV_ADD};
  EXPECT(knotestat_kevent(kq, &add, 1, NULL, 0, NULL) == 0);
  const struct timespec now = {0, 0};
  struct knotestat_event event;
  EXPECT(knotestat_kevent(kq, NULL, 0, &event, 1, &now) == 0);
  EXPECT(knotestat_write(fds[1], "knote", 5) == 5);
  EXPECT(knotestat_kevent(kq, NULL, 0, &event, 1, NULL) == 1);
  EXPECT(event.ident == (uintptr_t)fds[0] && event.data == 5);
  char text[5];
  EXPECT(knotestat_read(fds[0], text, 5) == 5);
  EXPECT(memcmp(text, "knote", 5) == 0);
  EXPECT(knotestat_close(fds[1]) == 0);
  EXPECT(knotestat_kevent(kq, NULL, 0, &event, 1, NULL) == 1);
  EXPECT(event.flags & KNOTESTAT_EV_EOF);
  EXPECT(knotestat_close(99) == -1 && errno == EBADF);
  return 0;  // what is open goes with the process
}

int knotestat_c_program(const char* strategy);
int knotestat_c_program(const char* strategy) {
  struct knotestat_system* system = knotestat_boot(strategy);
  EXPECT(system != NULL);
  struct knotestat_process* process = knotestat_process_new(system);
  knotestat_attach(process);
  const int wrong = WatchAPipe();
  knotestat_detach();
  EXPECT(knotestat_kqueue() == -1 && errno == ESRCH);
  knotestat_process_free(process);
  knotestat_shutdown(system);
  return wrong;
}
