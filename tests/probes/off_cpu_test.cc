// The off_cpu probe on this process: sleeps inside and outside of driver text,
// and the stacks of sleepers.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "live_probe.h"
#include "sleeping.h"
#ifdef KNOTESTAT_HAVE_BPF
#include "loaded_map.h"
#include "probes/loading/stacks.h"
#include "probes/off_cpu/off_cpu.h"
#endif

// Stands for the text of the drivers.
#define DRIVER_TEXT [[gnu::noinline, gnu::section("test_driver_text")]]
extern "C" const char __start_test_driver_text[];
extern "C" const char __stop_test_driver_text[];
// A function in a section of its own, to know where it ends.
extern "C" const char __start_test_sleeper_text[];
extern "C" const char __stop_test_sleeper_text[];
// Likewise.
extern "C" const char __start_test_waker_text[];
extern "C" const char __stop_test_waker_text[];

namespace knotestat::probes {
namespace {

constexpr uint64_t kSleepNs = 200'000;

DRIVER_TEXT void SleepInDriver(int times) {
  for (int i = 0; i < times; i++) SleepOnceInline(kSleepNs);
}

// The driver's frame is not the innermost one.
[[gnu::noinline, gnu::section("test_sleeper_text")]] void SleepForDriver() {
  SleepOnceInline(kSleepNs);
  asm volatile("");  // no tail call
}
DRIVER_TEXT void CallSleepInDriver(int times) {
  for (int i = 0; i < times; i++) SleepForDriver();
}

[[gnu::noinline]] void SleepOutside(int times) {
  for (int i = 0; i < times; i++) SleepOnceInline(kSleepNs);
}

Target WithDriver() {
  Target target = ThisProcess();
  target.driver_text_begin =
      reinterpret_cast<uintptr_t>(__start_test_driver_text);
  target.driver_text_end = reinterpret_cast<uintptr_t>(__stop_test_driver_text);
  return target;
}

// Whether the frame lies in the text between `begin` and `end`.
bool IsIn(uint64_t frame, const char* begin, const char* end) {
  return frame >= reinterpret_cast<uint64_t>(begin) &&
         frame < reinterpret_cast<uint64_t>(end);
}
bool IsSleeper(uint64_t frame) {
  return IsIn(frame, __start_test_sleeper_text, __stop_test_sleeper_text);
}
bool IsDriver(uint64_t frame) {
  return IsIn(frame, __start_test_driver_text, __stop_test_driver_text);
}
bool IsBlockedThread(uint64_t frame) {
  return IsIn(frame, __start_test_blocked_text, __stop_test_blocked_text);
}

class OffCpu : public LiveProbe {};

// Of a thousand returns one may be kept from tracing (off_cpu.bpf.c), and
// rarely several in a row.
constexpr uint64_t kMostUntraced = kTwentyThree / 2;

// That all `times` are counted, or accounted for as lost.
void ExpectAll(double counted, const Observations& seen,
               int times = kTwentyThree) {
  EXPECT_LE(counted, times);
  EXPECT_GE(counted + static_cast<double>(seen.lost), times);
  EXPECT_LE(seen.lost, kMostUntraced);
}

TEST_F(OffCpu, ASleeperInTheDriverIsCounted23Times) {
  Start("off_cpu", WithDriver());
  std::thread(SleepInDriver, kTwentyThree).join();
  const Observations seen = Finish();
  const double sleeps = Counter(seen, "bpf.section_sleep.count");
  ExpectAll(sleeps, seen);
  EXPECT_EQ(static_cast<double>(CountOf(seen, "bpf.section_sleep")), sleeps);
  // A sleep is never shorter than asked for; how much longer is not ours.
  EXPECT_GE(Counter(seen, "bpf.section_sleep.sum_ns"), sleeps * kSleepNs);
  EXPECT_GE(Counter(seen, "bpf.section_sleep.max_ns"), kSleepNs);
}

TEST_F(OffCpu, TheDriverMayBeFurtherOutOnTheStack) {
  Start("off_cpu", WithDriver());
  std::thread(CallSleepInDriver, kTwentyThree).join();
  const Observations seen = Finish();
  ExpectAll(Counter(seen, "bpf.section_sleep.count"), seen);
}

TEST_F(OffCpu, ASleeperOutsideIsNotInASection) {
  Start("off_cpu", WithDriver());
  std::thread(SleepOutside, kTwentyThree).join();
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.section_sleep.count"), 0);
  EXPECT_GE(Counter(seen, "bpf.off_cpu.count") + static_cast<double>(seen.lost),
            kTwentyThree);
}

TEST_F(OffCpu, WithoutDriverTextSectionsAreNotMeasured) {
  Start("off_cpu");
  std::thread(SleepInDriver, 2).join();
  const Observations seen = Finish();
  EXPECT_EQ(seen.counters.count("bpf.section_sleep.count"), 0u);
  EXPECT_EQ(seen.histograms.count("bpf.section_sleep"), 0u);
  EXPECT_GE(Counter(seen, "bpf.off_cpu.count"), 2);
}

TEST_F(OffCpu, TheStackOfASleeperNamesItInnermostFirst) {
  Start("off_cpu", WithDriver());
  std::thread(CallSleepInDriver, kTwentyThree).join();
  const Observations seen = Finish();
  uint64_t slept_ns = 0;
  for (const RawStack& stack : seen.stacks) {
    ASSERT_EQ(stack.kind, "off_cpu");
    if (!std::any_of(stack.user.begin(), stack.user.end(), IsSleeper)) continue;
    slept_ns += stack.value;
    ASSERT_GE(stack.user.size(), 2u);
    EXPECT_TRUE(IsSleeper(stack.user[0]));
    EXPECT_TRUE(IsDriver(stack.user[1]));
    EXPECT_FALSE(stack.kernel.empty());
    for (uint64_t address : stack.kernel) EXPECT_GT(address, 1ull << 63);
  }
  EXPECT_LE(seen.lost, kMostUntraced);
  EXPECT_GE(slept_ns, (kTwentyThree - seen.lost) * kSleepNs);
  EXPECT_LE(slept_ns, Counter(seen, "bpf.off_cpu.sum_ns"));
}

TEST_F(OffCpu, SlotsDoNotMixAndASleepAcrossThemBelongsToNone) {
  Start("off_cpu", WithDriver());
  std::thread(SleepInDriver, kTwentyThree).join();
  set_.SetSlot(1);
  std::thread(SleepInDriver, 5).join();
  // One thread goes to sleep in slot 1 and returns in slot 2.
  BlockedThread sleeper;
  set_.SetSlot(2);
  sleeper.Wake();
  set_.DetachAll();
  const Observations first = Take(0), second = Take(1);
  ExpectAll(Counter(first, "bpf.section_sleep.count"), first);
  ExpectAll(Counter(second, "bpf.section_sleep.count"), second, 5);
  const Observations seen = Take(2);
  EXPECT_EQ(Counter(seen, "bpf.section_sleep.count"), 0);
  EXPECT_GE(Counter(seen, "bpf.off_cpu.spanned"), 1);
}

TEST_F(OffCpu, ASleepAcrossACollectionIsNotLost) {
  Start("off_cpu", WithDriver());
  BlockedThread sleeper;
  Take(0);  // with the stack that the sleeper left
  sleeper.Wake();
  const Observations seen = Finish();
  EXPECT_EQ(seen.lost, 0u);
  EXPECT_GE(Counter(seen, "bpf.off_cpu.spanned"), 1);
}

TEST_F(OffCpu, ASleepBeforeAttachingAgainIsNotMistakenForALongOne) {
  Start("off_cpu", WithDriver());
  BlockedThread sleeper;
  set_.DetachAll();
  Take(0);
  ASSERT_EQ(set_.AttachAll(), absl::OkStatus());
  sleeper.Wake();
  const Observations seen = Finish();
  for (const RawStack& stack : seen.stacks) {
    EXPECT_TRUE(
        std::none_of(stack.user.begin(), stack.user.end(), IsBlockedThread));
  }
}

TEST_F(OffCpu, ASleepWhileAttachedIsSeen) {  // the control of the one above
  Start("off_cpu", WithDriver());
  BlockedThread sleeper;
  sleeper.Wake();
  bool found = false;
  for (const RawStack& stack : Finish().stacks) {
    found |= std::any_of(stack.user.begin(), stack.user.end(), IsBlockedThread);
  }
  EXPECT_TRUE(found);
}

[[gnu::noinline, gnu::section("test_waker_text")]] void WakeUp(
    BlockedThread& sleeper) {
  sleeper.Wake();
  asm volatile("");  // no tail call
}

TEST_F(OffCpu, WhoEndsASleepIsKnown) {
  Start("off_cpu", WithDriver());
  for (int i = 0; i < kTwentyThree; ++i) {
    BlockedThread sleeper;
    WakeUp(sleeper);
  }
  std::thread(SleepInDriver, kTwentyThree).join();
  const Observations seen = Finish();
  uint64_t slept = 0, woken = 0, ended_by_timer = 0;
  for (const RawStack& stack : seen.stacks) {
    EXPECT_NE(stack.thread, 0);
    EXPECT_GE(stack.cpu, 0);
    EXPECT_GT(stack.events, 0u);
    if (std::any_of(stack.user.begin(), stack.user.end(), IsBlockedThread)) {
      EXPECT_NE(stack.thread, ThisThread());
      slept += stack.events;
      // The thread may be woken when it counts as asleep, but has not left its
      // CPU: who did that is not seen.
      if (!stack.ended_by_thread) continue;
      EXPECT_TRUE(std::any_of(
          stack.waker.begin(), stack.waker.end(), [](uint64_t frame) {
            return IsIn(frame, __start_test_waker_text, __stop_test_waker_text);
          }));
      woken += stack.events;
    } else if (std::any_of(stack.user.begin(), stack.user.end(), IsDriver)) {
      EXPECT_FALSE(stack.ended_by_thread);
      EXPECT_TRUE(stack.waker.empty());
      ended_by_timer += stack.events;
    }
  }
  ExpectAll(static_cast<double>(slept), seen);
  EXPECT_GT(woken, slept / 2);
  ExpectAll(static_cast<double>(ended_by_timer), seen);
}

struct Moves {
  std::atomic<pid_t> thread = 0;
  std::atomic<int> wanted = 0;
  std::atomic<int> done = 0;
};

// Asks to be moved, and sleeps until it has been.
DRIVER_TEXT void StayInDriverWhileMoved(Moves& moves, int times) {
  for (int i = 1; i <= times; i++) {
    moves.wanted = i;
    do {
      SleepInline(kSleepNs);
    } while (moves.done < i);
  }
}

TEST_F(OffCpu, MigrationsInsideSectionsAreCounted) {
  cpu_set_t all;
  ASSERT_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
  if (CPU_COUNT(&all) < 2) GTEST_SKIP() << "needs two CPUs";
  std::vector<size_t> cpus;
  for (size_t i = 0; i < CPU_SETSIZE; i++) {
    if (CPU_ISSET(i, &all)) cpus.push_back(i);
  }
  auto pin = [&](pid_t thread, size_t cpu) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    ASSERT_EQ(sched_setaffinity(thread, sizeof(one), &one), 0);
  };
  Start("off_cpu", WithDriver());
  Moves moves;
  std::thread sleeper([&] {
    pin(0, cpus[0]);
    moves.thread = ThisThread();
    StayInDriverWhileMoved(moves, kTwentyThree);
  });
  for (int i = 1; i <= kTwentyThree; i++) {
    while (moves.wanted < i) sched_yield();
    pin(moves.thread, cpus[static_cast<size_t>(i) % 2]);
    moves.done = i;
  }
  sleeper.join();
  const Observations seen = Finish();
  EXPECT_GE(
      Counter(seen, "bpf.section_sleep.count") + static_cast<double>(seen.lost),
      kTwentyThree)
      << "of " << Counter(seen, "bpf.off_cpu.count") << " sleeps, "
      << Counter(seen, "bpf.off_cpu.spanned") << " spanned";
  ExpectAll(Counter(seen, "bpf.section_migrated.count"), seen);
}

#ifdef KNOTESTAT_HAVE_BPF
void SleepAtTheEndOf(uint32_t path, int depth);

// Two functions that differ, so that no compiler makes them one.
[[gnu::noinline]] void TurnLeft(uint32_t path, int depth) {
  SleepAtTheEndOf(path, depth);
  asm volatile("");
}
[[gnu::noinline]] void TurnRight(uint32_t path, int depth) {
  SleepAtTheEndOf(path, depth);
  asm volatile("nop");
}

// Two ways at each level: 2^depth stacks.
[[gnu::noinline]] void SleepAtTheEndOf(uint32_t path, int depth) {
  if (depth == 0) {
    SleepOnceInline(1000);
  } else {
    (path & 1 ? TurnRight : TurnLeft)(path >> 1, depth - 1);
  }
  asm volatile("");  // no tail call
}

long Sleeps() {
  rusage usage;
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

// A thread that was preempted on its way to sleep may find its time over.
void SleepForSureAtTheEndOf(uint32_t path, int depth) {
  for (const long before = Sleeps(); Sleeps() == before;)
    SleepAtTheEndOf(path, depth);
}

TEST_F(OffCpu, StacksThatFindNoRoomAreCountedAsLost) {
  constexpr uint32_t kStacks = 64;
  std::unique_ptr<Probe> probe = MakeOffCpu(/*max_stacks=*/8);
  ASSERT_EQ(probe->Load(ThisProcess()), absl::OkStatus());
  ASSERT_EQ(probe->Attach(), absl::OkStatus());
  for (uint32_t path = 0; path < kStacks; path++)
    SleepForSureAtTheEndOf(path, 6);
  probe->Detach();
  Observations seen;
  ASSERT_EQ(probe->Collect(0, seen), absl::OkStatus());
  EXPECT_LE(seen.stacks.size(), 8u);
  EXPECT_GE(seen.lost, kStacks - 8);
  // The lengths are complete nevertheless.
  EXPECT_GE(Counter(seen, "bpf.off_cpu.count"), kStacks - kMostUntraced);
}

TEST_F(OffCpu, DistinctStacksAreAllKept) {
  constexpr uint32_t kStacks = 64;
  Start("off_cpu");
  for (uint32_t path = 0; path < kStacks; path++)
    SleepForSureAtTheEndOf(path, 6);
  const Observations seen = Finish();
  EXPECT_GE(seen.stacks.size() + seen.lost, kStacks);
  EXPECT_LE(seen.lost, kMostUntraced);
}

TEST_F(OffCpu, AReturnThatWasNotSeenIsCountedAsLost) {
  Start("off_cpu");
  SleepOnceInline(kSleepNs);
  // As if the return had not been seen.
  const int map = MapLoadedLast("departures", sizeof(int));
  const int process = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  kns_departure departure;
  ASSERT_EQ(bpf_map_lookup_elem(map, &process, &departure), 0);
  ASSERT_TRUE(departure.slept);
  departure.away = 1;
  ASSERT_EQ(bpf_map_update_elem(map, &process, &departure, BPF_EXIST), 0);
  close(process);
  close(map);
  SleepOnceInline(kSleepNs);
  const Observations seen = Finish();
  EXPECT_GE(seen.lost, 1u);
  EXPECT_LE(seen.lost, 1 + kMostUntraced);
}

TEST_F(OffCpu, StacksCutAtTheRootAreCounted) {
  Start("off_cpu");
  SleepAtTheEndOf(0, 2 * KNS_USER_FRAMES);
  const Observations seen = Finish();
  EXPECT_GE(Counter(seen, "bpf.off_cpu.truncated"), 1);
}
#endif  // KNOTESTAT_HAVE_BPF

}  // namespace
}  // namespace knotestat::probes
