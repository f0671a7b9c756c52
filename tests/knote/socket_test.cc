// Socket pairs and their filters, and what all files share.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/file_test.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class SocketTest : public FileTest<S> {};
TYPED_TEST_SUITE(SocketTest, ConformanceStrategies, StrategyName);

TYPED_TEST(SocketTest, BothDirectionsAreSeparate) {
  this->Sockets();
  for (const int fd : this->fds) this->Watch(fd, EVFILT_READ);
  this->Write(this->fds[0], 3);
  this->Write(this->fds[1], 7);
  EXPECT_EQ(this->Events(), "READ 3, READ 7");
  EXPECT_EQ(this->Read(this->fds[1], 9), 3);
  EXPECT_EQ(this->Events(), "READ 7");
}

TYPED_TEST(SocketTest, WriteIsActiveFromItsLowWaterMarkOn) {
  this->Sockets();
  this->Watch(this->fds[0], EVFILT_WRITE);
  EXPECT_EQ(this->Events(), "WRITE 8192");
  this->Write(this->fds[0], kSocketBuffer - kSendLowWater);
  EXPECT_EQ(this->Events(), "WRITE 2048");
  this->Write(this->fds[0], 1);
  EXPECT_EQ(this->Events(), "");
  this->Read(this->fds[1], 1);
  EXPECT_EQ(this->Events(), "WRITE 2048");
}

TYPED_TEST(SocketTest, LowWaterMarksCanBeSet) {
  this->Sockets();
  this->Watch(this->fds[1], EVFILT_READ, 0, NOTE_LOWAT, 10);
  this->Watch(this->fds[0], EVFILT_WRITE, 0, NOTE_LOWAT, 8192);
  EXPECT_EQ(this->Events(), "WRITE 8192");
  this->Write(this->fds[0], 9);
  EXPECT_EQ(this->Events(), "");
  this->Write(this->fds[0], 1);
  EXPECT_EQ(this->Events(), "READ 10");
  this->Watch(this->fds[1], EVFILT_READ, 0, NOTE_LOWAT, 11);
  EXPECT_EQ(this->Events(), "");
}

TYPED_TEST(SocketTest, EmptyIsAlwaysActiveOnALocalSocket) {
  this->Sockets();
  EXPECT_EQ(this->Watch(this->fds[0], EVFILT_EMPTY), 0);
  EXPECT_EQ(this->Events(), "EMPTY 0");
  this->Write(this->fds[0], 100);
  EXPECT_EQ(this->Events(), "EMPTY 0");
}

TYPED_TEST(SocketTest, ClosingOneIsAnEndOfFileForTheOther) {
  this->Sockets();
  this->Watch(this->fds[1], EVFILT_READ);
  this->Write(this->fds[0], 3);
  this->CloseEnd(0);
  EXPECT_EQ(this->Events(), "READ 3 EOF");
  this->Watch(this->fds[1], EVFILT_WRITE);
  EXPECT_EQ(this->Events(), "READ 3 EOF, WRITE 8192 EOF");
  EXPECT_EQ(this->Write(this->fds[1], 1), -EPIPE);
  EXPECT_EQ(this->Read(this->fds[1], 9), 3);
  EXPECT_EQ(this->Read(this->fds[1], 9), 0);
}

TYPED_TEST(SocketTest, NonblockingSocketsWriteWhatFits) {
  this->Sockets();
  EXPECT_EQ(this->Read(this->fds[0], 1), -EAGAIN);
  EXPECT_EQ(this->Write(this->fds[0], kSocketBuffer + 5), 8192);
  EXPECT_EQ(this->Write(this->fds[0], 1), -EAGAIN);
}

TYPED_TEST(SocketTest, ABlockingWriteWaitsForRoom) {
  auto& m = this->machine;
  this->Sockets(0);
  std::thread reader([&] {
    typename TestFixture::Lwp l(m.process);
    std::vector<std::byte> data(1000);
    for (size_t got = 0; got < 3 * kSocketBuffer;)
      got += static_cast<size_t>(read<TypeParam>(l, this->fds[1], data));
  });
  EXPECT_EQ(this->Write(this->fds[0], 3 * kSocketBuffer), 3 * 8192);
  reader.join();
}

TYPED_TEST(SocketTest, DescriptorsThatCannotBeReadOrWrittenSaySo) {
  auto& m = this->machine;
  EXPECT_EQ(this->Read(m.kq, 1), -ENXIO);
  EXPECT_EQ(this->Write(m.kq, 1), -ENXIO);
  EXPECT_EQ(this->Read(999, 1), -EBADF);
  EXPECT_EQ(this->Write(-1, 1), -EBADF);
  EXPECT_EQ(dup<TypeParam>(m.main, 999), -EBADF);
}

TYPED_TEST(SocketTest, ATableWithoutRoomIsLeftAsItWas) {
  auto& m = this->machine;
  std::vector<int> copies;
  int fd;
  while ((fd = dup<TypeParam>(m.main, m.kq)) >= 0) copies.push_back(fd);
  EXPECT_EQ(fd, -EMFILE);
  close<TypeParam>(m.main, copies.back());
  copies.pop_back();
  EXPECT_EQ(pipe1<TypeParam>(m.main, this->fds), -EMFILE);
  EXPECT_EQ(socketpair<TypeParam>(m.main, this->fds), -EMFILE);
  EXPECT_EQ(this->fds[0], -1);
  fd = dup<TypeParam>(m.main, m.kq);
  EXPECT_GE(fd, 0);
  copies.push_back(fd);
  for (const int copy : copies) close<TypeParam>(m.main, copy);
}

TYPED_TEST(SocketTest,
           ClosingOneOfTwoDescriptorsOfAKqueueSendsItsSleepersAway) {
  auto& m = this->machine;
  const int copy = dup<TypeParam>(m.main, m.kq);
  m.User(EV_ADD);
  int results[2] = {};
  std::vector<std::thread> sleepers;
  for (const int fd : {m.kq, copy}) {
    sleepers.emplace_back([&, fd] {
      typename TestFixture::Lwp l(m.process);
      kevent event;
      results[fd == copy] = kevent1<TypeParam>(l, fd, {}, {&event, 1});
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  close<TypeParam>(m.main, copy);
  sleepers[1].join();
  EXPECT_EQ(results[1], -EBADF);
  m.User(0, NOTE_TRIGGER);
  sleepers[0].join();
  EXPECT_EQ(results[0], 1);
}

}  // namespace
}  // namespace knote
