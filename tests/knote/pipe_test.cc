// Pipes, and EVFILT_READ and EVFILT_WRITE on them, under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/file_test.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class PipeTest : public FileTest<S> {};
TYPED_TEST_SUITE(PipeTest, ConformanceStrategies, StrategyName);

TYPED_TEST(PipeTest, BytesComeOutInOrder) {
  this->Pipe();
  auto& l = this->machine.main;
  std::vector<std::byte> out, in(1000);
  unsigned next = 0, seen = 0;
  for (int turn = 0; turn < 100; ++turn) {
    out.resize(static_cast<size_t>(turn * 37 % 400 + 1));
    for (auto& byte : out) byte = static_cast<std::byte>(next++);
    EXPECT_EQ(write<TypeParam>(l, this->fds[1], out),
              static_cast<int64_t>(out.size()));
    const int64_t n = read<TypeParam>(l, this->fds[0], in);
    for (int64_t i = 0; i < n; ++i)
      ASSERT_EQ(in[static_cast<size_t>(i)], static_cast<std::byte>(seen++));
  }
  EXPECT_EQ(seen, next);
}

TYPED_TEST(PipeTest, ReadIsActiveWhileThereAreBytes) {
  this->Pipe();
  this->Watch(this->fds[0], EVFILT_READ);
  EXPECT_EQ(this->Events(), "");
  this->Write(this->fds[1], 5);
  EXPECT_EQ(this->Events(), "READ 5");
  this->Read(this->fds[0], 2);
  EXPECT_EQ(this->Events(), "READ 3");
  this->Read(this->fds[0], 3);
  EXPECT_EQ(this->Events(), "");
}

TYPED_TEST(PipeTest, WriteIsActiveWhileThereIsRoomForPipeBuf) {
  this->Pipe();
  this->Watch(this->fds[1], EVFILT_WRITE);
  EXPECT_EQ(this->Events(), "WRITE 16384");
  EXPECT_EQ(this->Write(this->fds[1], kPipeSize - kPipeBuf), 15872);
  EXPECT_EQ(this->Events(), "WRITE 512");
  this->Write(this->fds[1], 1);
  EXPECT_EQ(this->Events(), "");
  this->Read(this->fds[0], 1);
  EXPECT_EQ(this->Events(), "WRITE 512");
}

TYPED_TEST(PipeTest, ClearReportsEachWriteOnce) {
  this->Pipe();
  this->Watch(this->fds[0], EVFILT_READ, EV_CLEAR);
  this->Write(this->fds[1], 1);
  EXPECT_EQ(this->Events(), "READ 1");
  EXPECT_EQ(this->Events(), "");
  this->Write(this->fds[1], 1);
  EXPECT_EQ(this->Events(), "READ 2");
}

TYPED_TEST(PipeTest, OneshotTellsWhatWasThere) {
  this->Pipe();
  this->Watch(this->fds[0], EVFILT_READ, EV_ONESHOT);
  this->Write(this->fds[1], 3);
  EXPECT_EQ(this->Events(), "READ 3");
  EXPECT_EQ(this->Events(), "");
}

TYPED_TEST(PipeTest, ClosingTheWriterIsAnEndOfFileAfterTheBytes) {
  this->Pipe();
  this->Watch(this->fds[0], EVFILT_READ);
  this->Write(this->fds[1], 3);
  this->CloseEnd(1);
  EXPECT_EQ(this->Events(), "READ 3 EOF");
  EXPECT_EQ(this->Read(this->fds[0], 9), 3);
  EXPECT_EQ(this->Events(), "READ 0 EOF");
  EXPECT_EQ(this->Read(this->fds[0], 9), 0);
}

TYPED_TEST(PipeTest, ClosingTheReaderActivatesAWriterWithoutRoom) {
  this->Pipe();
  this->Watch(this->fds[1], EVFILT_WRITE);
  this->Write(this->fds[1], kPipeSize);
  EXPECT_EQ(this->Events(), "");
  this->CloseEnd(0);
  EXPECT_EQ(this->Events(), "WRITE 0 EOF");
  EXPECT_EQ(this->Write(this->fds[1], 1), -EPIPE);
  EXPECT_EQ(this->Watch(this->fds[1], EVFILT_WRITE), 0);  // is there
  this->machine.Change(this->machine.main,
                       {.ident = static_cast<uintptr_t>(this->fds[1]),
                        .filter = EVFILT_WRITE,
                        .flags = EV_DELETE});
  EXPECT_EQ(this->Watch(this->fds[1], EVFILT_WRITE), -EBADF);
}

TYPED_TEST(PipeTest, TheWrongEndIsNeverReadyUntilTheEnd) {
  this->Pipe();
  EXPECT_EQ(this->Watch(this->fds[0], EVFILT_WRITE), 0);
  EXPECT_EQ(this->Watch(this->fds[1], EVFILT_READ), 0);
  EXPECT_EQ(this->Watch(this->fds[1], EVFILT_EMPTY), -EINVAL);
  this->Write(this->fds[1], 3);
  EXPECT_EQ(this->Events(), "");
  this->CloseEnd(0);
  EXPECT_EQ(this->Events(), "READ 0 EOF");
  EXPECT_EQ(this->Read(this->fds[1], 1), -EBADF);
}

TYPED_TEST(PipeTest, DupKeepsThePipeOpen) {
  auto& m = this->machine;
  this->Pipe();
  this->Watch(this->fds[0], EVFILT_READ);
  const int copy = dup<TypeParam>(m.main, this->fds[1]);
  ASSERT_GE(copy, 0);
  this->CloseEnd(1);
  EXPECT_EQ(this->Events(), "");
  this->Write(copy, 2);
  EXPECT_EQ(this->Events(), "READ 2");
  close<TypeParam>(m.main, copy);
  EXPECT_EQ(this->Events(), "READ 2 EOF");
}

TYPED_TEST(PipeTest, SeveralKqueuesWatchOnePipe) {
  auto& m = this->machine;
  this->Pipe();
  const int other = kqueue1<TypeParam>(m.main);
  this->Watch(this->fds[0], EVFILT_READ);
  const kevent change{.ident = static_cast<uintptr_t>(this->fds[0]),
                      .filter = EVFILT_READ,
                      .flags = EV_ADD};
  EXPECT_EQ(kevent1<TypeParam>(m.main, other, {&change, 1}, {}, 0), 0);
  this->Write(this->fds[1], 1);
  kevent event;
  EXPECT_EQ(this->Events(), "READ 1");
  EXPECT_EQ(kevent1<TypeParam>(m.main, other, {}, {&event, 1}, 0), 1);
  close<TypeParam>(m.main, other);
  EXPECT_EQ(this->Events(), "READ 1");
}

TYPED_TEST(PipeTest, ASleepingReaderIsWokenByAWriteAndByACloseOfItsDescriptor) {
  auto& m = this->machine;
  this->Pipe(0);
  std::atomic<int64_t> first{0};
  int64_t second = 0;
  std::thread reader([&] {
    typename TestFixture::Lwp l(m.process);
    std::vector<std::byte> data(9);
    first = read<TypeParam>(l, this->fds[0], data);
    second = read<TypeParam>(l, this->fds[0], data);
  });
  this->Write(this->fds[1], 4);
  while (first == 0) std::this_thread::yield();
  EXPECT_EQ(close<TypeParam>(m.main, this->fds[0]), 0);
  reader.join();
  this->fds[0] = -1;
  EXPECT_EQ(first, 4);
  EXPECT_EQ(second, -EBADF);
}

}  // namespace
}  // namespace knote
