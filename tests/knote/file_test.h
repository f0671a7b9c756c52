// A machine with pipes and socket pairs, to test their filters against.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_FILE_TEST_H_
#define KNOTESTAT_TESTS_KNOTE_FILE_TEST_H_

#include <gtest/gtest.h>

#include <string>

#include "knote/io_syscalls.h"
#include "tests/knote/machine.h"

namespace knote {

template <class S>
class FileTest : public testing::Test {
 protected:
  using Lwp = typename Machine<S>::Lwp;

  ~FileTest() override {
    for (const int fd : fds) close<S>(machine.main, fd);
  }

  void Pipe(uint32_t flags = FNONBLOCK) {
    ASSERT_EQ(pipe1<S>(machine.main, fds, flags), 0);
  }
  void Sockets(uint32_t flags = FNONBLOCK) {
    ASSERT_EQ(socketpair<S>(machine.main, fds, flags), 0);
  }

  int64_t Write(int fd, size_t bytes) {
    const std::vector<std::byte> data(bytes, std::byte{'x'});
    return write<S>(machine.main, fd, data);
  }
  int64_t Read(int fd, size_t bytes) {
    std::vector<std::byte> data(bytes);
    return read<S>(machine.main, fd, data);
  }
  void CloseEnd(int which) {
    EXPECT_EQ(close<S>(machine.main, fds[which]), 0);
    fds[which] = -1;
  }

  int Watch(int fd, uint32_t filter, uint32_t flags = 0, uint32_t fflags = 0,
            int64_t data = 0) {
    return machine.Change(machine.main, {.ident = static_cast<uintptr_t>(fd),
                                         .filter = filter,
                                         .flags = EV_ADD | flags,
                                         .fflags = fflags,
                                         .data = data});
  }

  // The events there are, as "READ 5 EOF, WRITE 512".
  std::string Events() {
    std::string text;
    for (const kevent& event : machine.Poll()) {
      if (!text.empty()) text += ", ";
      text += event.filter == EVFILT_READ    ? "READ "
              : event.filter == EVFILT_WRITE ? "WRITE "
                                             : "EMPTY ";
      text += std::to_string(event.data);
      if (event.flags & EV_EOF) text += " EOF";
    }
    return text;
  }

  Machine<S> machine;
  int fds[2] = {-1, -1};
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_FILE_TEST_H_
