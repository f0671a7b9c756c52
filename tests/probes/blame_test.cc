// The blame probe on this process: a writer's wait is charged to the thread
// that ended it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "knote/called_function.h"
#include "knote/env/hw_env.h"
#include "live_probe.h"
#include "probes/usdt/usdt.h"
#include "sleeping.h"
#ifdef KNOTESTAT_HAVE_BPF
#include "probes/loading/stacks.h"
#endif

#define READER_TEXT(name) [[gnu::noinline, gnu::section(name)]]
extern "C" const char __start_test_first_reader[];
extern "C" const char __stop_test_first_reader[];
extern "C" const char __start_test_last_reader[];
extern "C" const char __stop_test_last_reader[];

namespace knotestat::probes {
namespace {

using Word = std::atomic<uint32_t>;

void WakeAll(Word& word) {
  word.fetch_add(1);
  InlineSystemCall(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAKE_PRIVATE,
                   1000);
}

READER_TEXT("test_first_reader") void LeaveFirst(Word& word) {
  SleepInline(5'000'000);
  word.fetch_add(1);
  InlineSystemCall(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAKE_PRIVATE,
                   1000);
  asm volatile("");
}
// Stands for a driver's f_event.
int Event(int) { return 1; }

READER_TEXT("test_last_reader") void LeaveLast(Word& word) {
  SleepInline(30'000'000);
  knote::NoteCall<knote::HwEnv>(Event);
  word.fetch_add(1);
  InlineSystemCall(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAKE_PRIVATE,
                   1000);
  asm volatile("");
}

bool IsIn(const RawStack& stack, const char* begin, const char* end) {
  return std::any_of(stack.user.begin(), stack.user.end(), [&](uint64_t frame) {
    return frame >= reinterpret_cast<uint64_t>(begin) &&
           frame <= reinterpret_cast<uint64_t>(end);
  });
}

// Sleeps until both readers have left, as a writer does.
void WaitFor(Word& word, uint32_t leavers) {
  for (uint32_t seen; (seen = word.load()) < leavers;)
    InlineSystemCall(SYS_futex, reinterpret_cast<long>(&word),
                     FUTEX_WAIT_PRIVATE, static_cast<long>(seen), 0);
}

// A wait of the calling thread for two readers, and the event after it.
uint64_t WaitForReaders() {
  Word word = 0;
  const auto begin = std::chrono::steady_clock::now();
  std::thread first([&] { LeaveFirst(word); });
  std::thread last([&] { LeaveLast(word); });
  WaitFor(word, 2);
  const auto end = std::chrono::steady_clock::now();
  const auto wait =
      static_cast<uint64_t>(std::chrono::nanoseconds(end - begin).count());
  usdt::FireKlistFini(10, wait, 0, 1, "test");
  first.join();
  last.join();
  return wait;
}

using BlameTest = LiveProbe;

TEST_F(BlameTest, ChargesTheReaderThatLeftLast) {
  Start("blame");
  usdt::FireKlistFini(0, 0, 0, 1, "test");  // now we are a writer
  uint64_t waited = 0;
  for (int i = 0; i < 5; ++i) waited += WaitForReaders();
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.blame.count"), 5);
  EXPECT_EQ(Counter(seen, "bpf.blame.spun.count"), 0);
  EXPECT_EQ(Counter(seen, "bpf.blame.sum_ns"), static_cast<double>(waited));
  EXPECT_EQ(seen.lost, 0u);
  uint64_t charged = 0, waits = 0;
  for (const RawStack& stack : seen.stacks) {
    EXPECT_EQ(stack.kind, "blame");
    EXPECT_TRUE(IsIn(stack, __start_test_last_reader, __stop_test_last_reader));
    EXPECT_FALSE(
        IsIn(stack, __start_test_first_reader, __stop_test_first_reader));
    EXPECT_EQ(stack.function, reinterpret_cast<uint64_t>(Event));
    EXPECT_NE(stack.thread, 0);
    EXPECT_NE(stack.thread, ThisThread());
    EXPECT_GE(stack.cpu, 0);
    charged += stack.value;
    waits += stack.events;
  }
  EXPECT_EQ(charged, waited);
  EXPECT_EQ(waits, 5u);
}

// A lock's writer waits first and stores the stubs then, which may take longer.
TEST_F(BlameTest, TheWaitMayComeBeforeThePublication) {
  Start("blame");
  usdt::FireKlistFini(0, 0, 0, 1, "test");
  Word word = 0;
  std::thread last([&] { LeaveLast(word); });
  WaitFor(word, 1);
  SleepInline(20'000'000);
  usdt::FireKlistFini(20'000'000, 1'000'000, 0, 5000, "test",
                      /*since_wait_began=*/40'000'000,
                      /*since_wait_ended=*/20'000'000);
  last.join();
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.blame.spun.count"), 0);
  EXPECT_EQ(Counter(seen, "bpf.blame.sum_ns"), 1'000'000);
}

TEST_F(BlameTest, AWaitThatNobodyEndedIsChargedToNobody) {
  Start("blame");
  usdt::FireKlistFini(0, 0, 0, 1, "test");
  WaitForReaders();  // a wake-up, but of an earlier wait
  usdt::FireKlistFini(10, 700, 0, 1, "test");
  // One that came before the wait began.
  Word word = 0;
  std::thread waker([&] {
    SleepInline(5'000'000);
    WakeAll(word);
  });
  WaitFor(word, 1);
  SleepInline(1'000'000);
  usdt::FireKlistFini(10, 800, 50, 1, "test");
  waker.join();
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.blame.count"), 3);
  EXPECT_EQ(Counter(seen, "bpf.blame.spun.count"), 2);
  EXPECT_EQ(Counter(seen, "bpf.blame.spun.sum_ns"), 1500);
  const auto nobody =
      std::find_if(seen.stacks.begin(), seen.stacks.end(),
                   [](const RawStack& stack) { return stack.user.empty(); });
  ASSERT_NE(nobody, seen.stacks.end());
  EXPECT_EQ(nobody->value, 1500u);
  EXPECT_EQ(nobody->thread, 0);
  EXPECT_EQ(nobody->function, 0u);
}

TEST_F(BlameTest, AWriterThatWakesAnotherIsNotChargedToWhatItCalledBefore) {
  Start("blame");
  usdt::FireKlistFini(0, 0, 0, 1, "test");
  Word word = 0;
  const auto begin = std::chrono::steady_clock::now();
  std::thread other([&] {
    knote::NoteCall<knote::HwEnv>(Event);
    knote::ForgetCall<knote::HwEnv>();  // as klist_fini() does
    SleepInline(20'000'000);
    WakeAll(word);
  });
  WaitFor(word, 1);
  const auto end = std::chrono::steady_clock::now();
  usdt::FireKlistFini(
      10, static_cast<uint64_t>(std::chrono::nanoseconds(end - begin).count()),
      0, 1, "test");
  other.join();
  const Observations seen = Finish();
  ASSERT_EQ(seen.stacks.size(), 1u);
  EXPECT_FALSE(seen.stacks[0].user.empty());
  EXPECT_EQ(seen.stacks[0].function, 0u);
}

#ifdef KNOTESTAT_HAVE_BPF
TEST_F(BlameTest, WaitsThatFindNoRoomAreCountedAsLost) {
  std::unique_ptr<Probe> probe = MakeBlame(/*max_stacks=*/1);
  ASSERT_EQ(probe->Load(ThisProcess()), absl::OkStatus());
  ASSERT_EQ(probe->Attach(), absl::OkStatus());
  probe->SetSlot(0);
  usdt::FireKlistFini(10, 700, 0, 1, "test");  // nobody's takes the room
  const uint64_t waited = WaitForReaders();
  probe->Detach();
  Observations seen;
  ASSERT_EQ(probe->Collect(0, seen), absl::OkStatus());
  EXPECT_EQ(seen.lost, 1u);
  EXPECT_EQ(seen.stacks.size(), 1u);
  // Their lengths are complete nevertheless.
  EXPECT_EQ(Counter(seen, "bpf.blame.count"), 2);
  EXPECT_EQ(Counter(seen, "bpf.blame.sum_ns"), static_cast<double>(waited));
}
#endif  // KNOTESTAT_HAVE_BPF

}  // namespace
}  // namespace knotestat::probes
