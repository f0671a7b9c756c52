// Pipes, and EVFILT_READ and EVFILT_WRITE on them, under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/pipe.h"

#include <thread>

#include "tests/knote/file_test.h"

namespace knote {
namespace {

class PipeTest : public FileTest {};
INSTANTIATE_TEST_SUITE_P(Strategies, PipeTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(PipeTest, BytesComeOutInOrder) {
  Pipe();
  Machine::Thread& l = *machine->main;
  std::vector<std::byte> out, in(1000);
  unsigned next = 0, seen = 0;
  for (int turn = 0; turn < 100; ++turn) {
    out.resize(static_cast<size_t>(turn * 37 % 400 + 1));
    for (auto& byte : out) byte = static_cast<std::byte>(next++);
    EXPECT_EQ(l.Write(fds[1], out.data(), out.size()),
              static_cast<int64_t>(out.size()));
    const int64_t n = l.Read(fds[0], in.data(), in.size());
    for (int64_t i = 0; i < n; ++i)
      ASSERT_EQ(in[static_cast<size_t>(i)], static_cast<std::byte>(seen++));
  }
  EXPECT_EQ(seen, next);
}

TEST_P(PipeTest, ReadIsActiveWhileThereAreBytes) {
  Pipe();
  Watch(fds[0], EVFILT_READ);
  EXPECT_EQ(Events(), "");
  Write(fds[1], 5);
  EXPECT_EQ(Events(), "READ 5");
  Read(fds[0], 2);
  EXPECT_EQ(Events(), "READ 3");
  Read(fds[0], 3);
  EXPECT_EQ(Events(), "");
}

TEST_P(PipeTest, WriteIsActiveWhileThereIsRoomForPipeBuf) {
  Pipe();
  Watch(fds[1], EVFILT_WRITE);
  EXPECT_EQ(Events(), "WRITE 16384");
  EXPECT_EQ(Write(fds[1], kPipeSize - kPipeBuf), 15872);
  EXPECT_EQ(Events(), "WRITE 512");
  Write(fds[1], 1);
  EXPECT_EQ(Events(), "");
  Read(fds[0], 1);
  EXPECT_EQ(Events(), "WRITE 512");
}

TEST_P(PipeTest, ClearReportsEachWriteOnce) {
  Pipe();
  Watch(fds[0], EVFILT_READ, EV_CLEAR);
  Write(fds[1], 1);
  EXPECT_EQ(Events(), "READ 1");
  EXPECT_EQ(Events(), "");
  Write(fds[1], 1);
  EXPECT_EQ(Events(), "READ 2");
}

TEST_P(PipeTest, OneshotTellsWhatWasThere) {
  Pipe();
  Watch(fds[0], EVFILT_READ, EV_ONESHOT);
  Write(fds[1], 3);
  EXPECT_EQ(Events(), "READ 3");
  EXPECT_EQ(Events(), "");
}

TEST_P(PipeTest, ClosingTheWriterIsAnEndOfFileAfterTheBytes) {
  Pipe();
  Watch(fds[0], EVFILT_READ);
  Write(fds[1], 3);
  CloseEnd(1);
  EXPECT_EQ(Events(), "READ 3 EOF");
  EXPECT_EQ(Read(fds[0], 9), 3);
  EXPECT_EQ(Events(), "READ 0 EOF");
  EXPECT_EQ(Read(fds[0], 9), 0);
}

TEST_P(PipeTest, ClosingTheReaderActivatesAWriterWithoutRoom) {
  Pipe();
  Watch(fds[1], EVFILT_WRITE);
  Write(fds[1], kPipeSize);
  EXPECT_EQ(Events(), "");
  CloseEnd(0);
  EXPECT_EQ(Events(), "WRITE 0 EOF");
  EXPECT_EQ(Write(fds[1], 1), -EPIPE);
  EXPECT_EQ(Watch(fds[1], EVFILT_WRITE), 0);  // is there
  machine->Change({.ident = static_cast<uintptr_t>(fds[1]),
                   .filter = EVFILT_WRITE,
                   .flags = EV_DELETE});
  EXPECT_EQ(Watch(fds[1], EVFILT_WRITE), -EBADF);
}

TEST_P(PipeTest, ReadingNothingIsDoneAtOnce) {
  Pipe(/*nonblock=*/false);
  EXPECT_EQ(Read(fds[0], 0), 0);
  Write(fds[1], 3);
  EXPECT_EQ(Read(fds[0], 0), 0);
  EXPECT_EQ(Read(fds[0], 9), 3);
}

TEST_P(PipeTest, WritingNothingStillFindsTheReaderGone) {
  Pipe();
  EXPECT_EQ(Write(fds[1], 0), 0);
  CloseEnd(0);
  EXPECT_EQ(Write(fds[1], 0), -EPIPE);
}

TEST_P(PipeTest, APieceOfPipeBufGoesInOne) {
  Pipe();
  Write(fds[1], kPipeSize - 300);
  EXPECT_EQ(Write(fds[1], kPipeBuf), -EAGAIN);
  EXPECT_EQ(Write(fds[1], kPipeBuf + 1), 300);
}

// After 500 bytes of it 300 are left, which are to be read as one piece.
TEST_P(PipeTest, TheTailOfALongWriteGoesInOnePiece) {
  Machine& m = *machine;
  Pipe(/*nonblock=*/false);
  Write(fds[1], kPipeSize - 500);
  std::atomic<int64_t> written{0};
  std::thread writer([&] {
    const auto l = m.NewThread();
    const std::vector<std::byte> data(800);
    written = l->Write(fds[1], data.data(), data.size());
  });
  Watch(fds[0], EVFILT_READ);
  while (Events() != "READ 16384") std::this_thread::yield();
  EXPECT_EQ(Read(fds[0], 200), 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(Events(), "READ 16184");
  EXPECT_EQ(Read(fds[0], 100), 100);
  writer.join();
  EXPECT_EQ(written, 800);
  EXPECT_EQ(Events(), "READ 16384");
}

TEST_P(PipeTest, TheWrongEndIsNeverReadyUntilTheEnd) {
  Pipe();
  EXPECT_EQ(Watch(fds[0], EVFILT_WRITE), 0);
  EXPECT_EQ(Watch(fds[1], EVFILT_READ), 0);
  EXPECT_EQ(Watch(fds[1], EVFILT_EMPTY), -EINVAL);
  Write(fds[1], 3);
  EXPECT_EQ(Events(), "");
  CloseEnd(0);
  EXPECT_EQ(Events(), "READ 0 EOF");
  EXPECT_EQ(Read(fds[1], 1), -EBADF);
}

TEST_P(PipeTest, DupKeepsThePipeOpen) {
  Machine& m = *machine;
  Pipe();
  Watch(fds[0], EVFILT_READ);
  const int copy = m.main->Dup(fds[1]);
  ASSERT_GE(copy, 0);
  CloseEnd(1);
  EXPECT_EQ(Events(), "");
  Write(copy, 2);
  EXPECT_EQ(Events(), "READ 2");
  m.main->Close(copy);
  EXPECT_EQ(Events(), "READ 2 EOF");
}

TEST_P(PipeTest, SeveralKqueuesWatchOnePipe) {
  Machine& m = *machine;
  Pipe();
  const int other = m.main->Kqueue();
  Watch(fds[0], EVFILT_READ);
  const kevent change{.ident = static_cast<uintptr_t>(fds[0]),
                      .filter = EVFILT_READ,
                      .flags = EV_ADD};
  EXPECT_EQ(m.main->Kevent(other, &change, 1, nullptr, 0, &kNow), 0);
  Write(fds[1], 1);
  EXPECT_EQ(Events(), "READ 1");
  EXPECT_EQ(LookForOne(*m.main, other), 1);
  m.main->Close(other);
  EXPECT_EQ(Events(), "READ 1");
}

TEST_P(PipeTest, ASleepingReaderIsWokenByAWriteAndByACloseOfItsDescriptor) {
  Machine& m = *machine;
  Pipe(/*nonblock=*/false);
  std::atomic<int64_t> first{0};
  int64_t second = 0;
  std::thread reader([&] {
    const auto l = m.NewThread();
    std::vector<std::byte> data(9);
    first = l->Read(fds[0], data.data(), data.size());
    second = l->Read(fds[0], data.data(), data.size());
  });
  Write(fds[1], 4);
  while (first == 0) std::this_thread::yield();
  EXPECT_EQ(m.main->Close(fds[0]), 0);
  reader.join();
  fds[0] = -1;
  EXPECT_EQ(first, 4);
  EXPECT_EQ(second, -EBADF);
}

}  // namespace
}  // namespace knote
