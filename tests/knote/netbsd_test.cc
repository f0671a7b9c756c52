// The public interface, under every strategy that can be named at run time.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

#include "knote/netbsd/kqueue_c.h"
#include "tests/knote/named_strategies.h"

extern "C" int knotestat_c_program(const char* strategy);

namespace knote::netbsd {
namespace {

using Event = struct ::knote::kevent;

Event Change(uintptr_t ident, uint32_t filter, uint32_t flags,
             uint32_t fflags = 0, int64_t data = 0) {
  Event event;
  EV_SET(&event, ident, filter, flags, fflags, data, nullptr);
  return event;
}

using NetbsdTest = NamedStrategyTest;

TEST_P(NetbsdTest, ThreadsOfSeveralProcessesUsePipes) {
  // Each process has as many descriptors as the others: they are its own.
  std::vector<std::unique_ptr<Process>> processes;
  std::vector<std::thread> threads;
  std::atomic<int64_t> bytes{0};
  for (int p = 0; p < 2; ++p) {
    processes.push_back(system->NewProcess());
    Process& process = *processes.back();
    threads.emplace_back([&process, &bytes] {
      const Attachment here(process);
      int fds[2];
      ASSERT_EQ(pipe2(fds, kNonblock), 0);
      const int kq = kqueue();
      EXPECT_EQ(kq, 2);
      const Event add =
          Change(static_cast<uintptr_t>(fds[0]), EVFILT_READ, EV_ADD);
      ASSERT_EQ(netbsd::kevent(kq, &add, 1, nullptr, 0, nullptr), 0);
      std::thread writer([&process, fds] {
        const Attachment there(process);
        for (char byte = 0; byte < 50; ++byte)
          EXPECT_EQ(write(fds[1], &byte, 1), 1);
        EXPECT_EQ(close(fds[1]), 0);
      });
      for (bool end = false; !end;) {
        Event event;
        ASSERT_EQ(netbsd::kevent(kq, nullptr, 0, &event, 1, nullptr), 1);
        char buffer[8];
        const ssize_t n = read(fds[0], buffer, sizeof(buffer));
        if (n > 0) bytes += n;
        end = n == 0 && (event.flags & EV_EOF) != 0;
      }
      writer.join();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(bytes, 100);
}

TEST_P(NetbsdTest, FailuresSetErrno) {
  const auto process = system->NewProcess();
  const Attachment here(*process);
  const int kq = kqueue();
  const auto error = [](ssize_t result) { return result < 0 ? errno : 0; };
  const auto call = [&](const Event* changes, size_t nchanges, Event* events,
                        size_t nevents, const timespec* timeout) {
    return error(
        netbsd::kevent(kq, changes, nchanges, events, nevents, timeout));
  };
  Event event = Change(1, EVFILT_USER, EV_ADD);
  const timespec now{0, 0}, bad{0, 1'000'000'000}, past{-1, 0};
  EXPECT_EQ(call(&event, 1, nullptr, 0, nullptr), 0);
  EXPECT_EQ(call(nullptr, 1, nullptr, 0, nullptr), EFAULT);
  EXPECT_EQ(call(nullptr, 0, &event, static_cast<size_t>(-1), &now), EINVAL);
  EXPECT_EQ(call(nullptr, 0, &event, 1, &bad), EINVAL);
  EXPECT_EQ(call(nullptr, 0, &event, 1, &past), EINVAL);
  EXPECT_EQ(call(nullptr, 0, nullptr, 0, &bad), 0);  // nothing is waited for
  EXPECT_EQ(call(nullptr, 0, nullptr, 4, &now), 0);  // nothing is stored
  event = Change(1, EVFILT_USER, 0, NOTE_TRIGGER);
  EXPECT_EQ(call(&event, 1, nullptr, 4, &now), EFAULT);
  event = Change(1, 99, EV_ADD);
  EXPECT_EQ(call(&event, 1, nullptr, 0, nullptr), EINVAL);
  event = Change(99, EVFILT_READ, EV_ADD);
  EXPECT_EQ(call(&event, 1, nullptr, 0, nullptr), EBADF);
  event = Change(7, EVFILT_USER, EV_DELETE);
  EXPECT_EQ(call(&event, 1, nullptr, 0, nullptr), ENOENT);
  EXPECT_EQ(error(pipe(nullptr)), EFAULT);
  EXPECT_EQ(error(read(kq, nullptr, 1)), EFAULT);
  EXPECT_EQ(error(write(kq, &event, 1)), ENXIO);
  EXPECT_EQ(error(read(kq, &event, static_cast<size_t>(-1))), EINVAL);
  EXPECT_EQ(error(dup(77)), EBADF);
  EXPECT_EQ(error(close(kq)), 0);
  EXPECT_EQ(error(close(kq)), EBADF);
  EXPECT_EQ(error(netbsd::kevent(kq, nullptr, 1, nullptr, 0, nullptr)), EBADF);
}

TEST_P(NetbsdTest, Pipe2KnowsItsFlags) {
  const auto process = system->NewProcess();
  const Attachment here(*process);
  int fds[2];
  EXPECT_EQ(pipe2(fds, kNonblock | kNosigpipe | kCloseOnExec), 0);
  for (const int fd : fds) close(fd);
  for (const int unknown : {1, 8, kNonblock | 2}) {
    errno = 0;
    EXPECT_EQ(pipe2(fds, unknown), -1) << unknown;
    EXPECT_EQ(errno, EINVAL) << unknown;
  }
}

TEST_P(NetbsdTest, IsTheSameFromC) {
  EXPECT_EQ(knotestat_c_program(StrategyTitle(GetParam().info).c_str()), 0);
}

INSTANTIATE_TEST_SUITE_P(Strategies, NetbsdTest,
                         testing::ValuesIn(NamedStrategies()),
                         NameOfNamedStrategy);

TEST(Netbsd, AThreadWithoutAProcessIsTold) {
  EXPECT_EQ(kqueue(), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Netbsd, AttachmentsNest) {
  const auto system = Boot("none");
  const auto outer = system->NewProcess(), inner = system->NewProcess();
  const Attachment here(*outer);
  EXPECT_EQ(kqueue(), 0);
  {
    const Attachment there(*inner);
    EXPECT_EQ(kqueue(), 0);
  }
  EXPECT_EQ(kqueue(), 1);
}

TEST(Netbsd, UnknownStrategiesDoNotBoot) {
  EXPECT_EQ(Boot("nonesuch"), nullptr);
  EXPECT_EQ(knotestat_boot(nullptr), nullptr);
}

}  // namespace
}  // namespace knote::netbsd
