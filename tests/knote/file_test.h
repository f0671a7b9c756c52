// A machine with pipes and socket pairs, to test their filters against.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_FILE_TEST_H_
#define KNOTESTAT_TESTS_KNOTE_FILE_TEST_H_

#include <gtest/gtest.h>

#include <string>

#include "tests/knote/machine.h"

namespace knote {

class FileTest : public MachineTest {
 protected:
  ~FileTest() override {
    if (!machine) return;  // skipped
    for (const int fd : fds) machine->main->Close(fd);
  }

  void Pipe(bool nonblock = true) {
    ASSERT_EQ(machine->main->Pipe(fds, nonblock), 0);
  }
  void Sockets(bool nonblock = true) {
    ASSERT_EQ(machine->main->Socketpair(fds, nonblock), 0);
  }

  int64_t Write(int fd, size_t bytes) {
    const std::vector<std::byte> data(bytes, std::byte{'x'});
    return machine->main->Write(fd, data.data(), data.size());
  }
  int64_t Read(int fd, size_t bytes) {
    std::vector<std::byte> data(bytes);
    return machine->main->Read(fd, data.data(), data.size());
  }
  void CloseEnd(int which) {
    EXPECT_EQ(machine->main->Close(fds[which]), 0);
    fds[which] = -1;
  }

  int Watch(int fd, uint32_t filter, uint32_t flags = 0, uint32_t fflags = 0,
            int64_t data = 0) {
    return machine->Change({.ident = static_cast<uintptr_t>(fd),
                            .filter = filter,
                            .flags = EV_ADD | flags,
                            .fflags = fflags,
                            .data = data});
  }

  // The events there are, as "READ 5 EOF, WRITE 512".
  std::string Events() {
    std::string text;
    for (const kevent& event : machine->Poll()) {
      if (!text.empty()) text += ", ";
      text += event.filter == EVFILT_READ    ? "READ "
              : event.filter == EVFILT_WRITE ? "WRITE "
                                             : "EMPTY ";
      text += std::to_string(event.data);
      if (event.flags & EV_EOF) text += " EOF";
    }
    return text;
  }

  int fds[2] = {-1, -1};
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_FILE_TEST_H_
