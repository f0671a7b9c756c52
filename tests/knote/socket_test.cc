// Socket pairs and their filters, and what all files share.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/socket.h"

#include <thread>

#include "tests/knote/file_test.h"

namespace knote {
namespace {

class SocketTest : public FileTest {};
INSTANTIATE_TEST_SUITE_P(Strategies, SocketTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(SocketTest, BothDirectionsAreSeparate) {
  Sockets();
  for (const int fd : fds) Watch(fd, EVFILT_READ);
  Write(fds[0], 3);
  Write(fds[1], 7);
  EXPECT_EQ(Events(), "READ 3, READ 7");
  EXPECT_EQ(Read(fds[1], 9), 3);
  EXPECT_EQ(Events(), "READ 7");
}

TEST_P(SocketTest, WriteIsActiveFromItsLowWaterMarkOn) {
  Sockets();
  Watch(fds[0], EVFILT_WRITE);
  EXPECT_EQ(Events(), "WRITE 8192");
  Write(fds[0], kSocketBuffer - kSendLowWater);
  EXPECT_EQ(Events(), "WRITE 2048");
  Write(fds[0], 1);
  EXPECT_EQ(Events(), "");
  Read(fds[1], 1);
  EXPECT_EQ(Events(), "WRITE 2048");
}

TEST_P(SocketTest, LowWaterMarksCanBeSet) {
  Sockets();
  Watch(fds[1], EVFILT_READ, 0, NOTE_LOWAT, 10);
  Watch(fds[0], EVFILT_WRITE, 0, NOTE_LOWAT, 8192);
  EXPECT_EQ(Events(), "WRITE 8192");
  Write(fds[0], 9);
  EXPECT_EQ(Events(), "");
  Write(fds[0], 1);
  EXPECT_EQ(Events(), "READ 10");
  Watch(fds[1], EVFILT_READ, 0, NOTE_LOWAT, 11);
  EXPECT_EQ(Events(), "");
}

TEST_P(SocketTest, EmptyIsAlwaysActiveOnALocalSocket) {
  Sockets();
  EXPECT_EQ(Watch(fds[0], EVFILT_EMPTY), 0);
  EXPECT_EQ(Events(), "EMPTY 0");
  Write(fds[0], 100);
  EXPECT_EQ(Events(), "EMPTY 0");
}

TEST_P(SocketTest, ClosingOneIsAnEndOfFileForTheOther) {
  Sockets();
  Watch(fds[1], EVFILT_READ);
  Write(fds[0], 3);
  CloseEnd(0);
  EXPECT_EQ(Events(), "READ 3 EOF");
  Watch(fds[1], EVFILT_WRITE);
  EXPECT_EQ(Events(), "READ 3 EOF, WRITE 8192 EOF");
  EXPECT_EQ(Write(fds[1], 1), -EPIPE);
  EXPECT_EQ(Read(fds[1], 9), 3);
  EXPECT_EQ(Read(fds[1], 9), 0);
}

TEST_P(SocketTest, NonblockingSocketsWriteWhatFits) {
  Sockets();
  EXPECT_EQ(Read(fds[0], 1), -EAGAIN);
  EXPECT_EQ(Write(fds[0], kSocketBuffer + 5), 8192);
  EXPECT_EQ(Write(fds[0], 1), -EAGAIN);
}

TEST_P(SocketTest, LessRoomThanTheLowWaterMarkIsNoneUnlessItIsEnough) {
  Sockets();
  Write(fds[0], kSocketBuffer - kSendLowWater + 1);  // leaves 2047
  EXPECT_EQ(Write(fds[0], kSendLowWater), -EAGAIN);
  EXPECT_EQ(Write(fds[0], kSendLowWater - 2), 2046);
  Read(fds[1], kSendLowWater - 1);
  EXPECT_EQ(Write(fds[0], kSocketBuffer), 2048);
}

TEST_P(SocketTest, ABlockingWriteGoesOnFromTheLowWaterMarkOn) {
  Machine& m = *machine;
  Sockets(/*nonblock=*/false);
  std::thread writer([&] {
    const auto l = m.NewThread();
    const std::vector<std::byte> data(kSocketBuffer + 3000);
    EXPECT_EQ(l->Write(fds[0], data.data(), data.size()), 11192);
  });
  Watch(fds[1], EVFILT_READ);
  while (Events() != "READ 8192") std::this_thread::yield();
  Read(fds[1], 2047);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(Events(), "READ 6145");
  Read(fds[1], 1);
  while (Events() != "READ 8192") std::this_thread::yield();
  Read(fds[1], 952);  // what is left
  writer.join();
}

TEST_P(SocketTest, ReadingAndWritingNothing) {
  Sockets(/*nonblock=*/false);
  EXPECT_EQ(Read(fds[0], 0), 0);
  EXPECT_EQ(Write(fds[0], 0), 0);
  CloseEnd(1);
  EXPECT_EQ(Write(fds[0], 0), -EPIPE);
}

TEST_P(SocketTest, ABlockingWriteWaitsForRoom) {
  Machine& m = *machine;
  Sockets(/*nonblock=*/false);
  std::thread reader([&] {
    const auto l = m.NewThread();
    std::vector<std::byte> data(1000);
    for (size_t got = 0; got < 3 * kSocketBuffer;)
      got += static_cast<size_t>(l->Read(fds[1], data.data(), data.size()));
  });
  EXPECT_EQ(Write(fds[0], 3 * kSocketBuffer), 3 * 8192);
  reader.join();
}

TEST_P(SocketTest, DescriptorsThatCannotBeReadOrWrittenSaySo) {
  Machine& m = *machine;
  EXPECT_EQ(Read(m.kq, 1), -ENXIO);
  EXPECT_EQ(Write(m.kq, 1), -ENXIO);
  EXPECT_EQ(Read(999, 1), -EBADF);
  EXPECT_EQ(Write(-1, 1), -EBADF);
  EXPECT_EQ(m.main->Dup(999), -EBADF);
}

TEST_P(SocketTest, ATableWithoutRoomIsLeftAsItWas) {
  Machine& m = *machine;
  std::vector<int> copies;
  int fd;
  while ((fd = m.main->Dup(m.kq)) >= 0) copies.push_back(fd);
  EXPECT_EQ(fd, -EMFILE);
  m.main->Close(copies.back());
  copies.pop_back();
  EXPECT_EQ(m.main->Pipe(fds, false), -EMFILE);
  EXPECT_EQ(m.main->Socketpair(fds, false), -EMFILE);
  EXPECT_EQ(fds[0], -1);
  fd = m.main->Dup(m.kq);
  EXPECT_GE(fd, 0);
  copies.push_back(fd);
  for (const int copy : copies) m.main->Close(copy);
}

TEST_P(SocketTest, ClosingOneOfTwoDescriptorsOfAKqueueSendsItsSleepersAway) {
  Machine& m = *machine;
  const int copy = m.main->Dup(m.kq);
  m.User(EV_ADD);
  int results[2] = {};
  std::vector<std::thread> sleepers;
  for (const int fd : {m.kq, copy}) {
    sleepers.emplace_back([&, fd] {
      const auto l = m.NewThread();
      results[fd == copy] = WaitForOne(*l, fd);
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  m.main->Close(copy);
  sleepers[1].join();
  EXPECT_EQ(results[1], -EBADF);
  m.User(0, NOTE_TRIGGER);
  sleepers[0].join();
  EXPECT_EQ(results[0], 1);
}

}  // namespace
}  // namespace knote
