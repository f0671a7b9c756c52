// The wait_chain probe on this process: a writer waits for a reader, which
// waits for a lock, whose holder sleeps. The threads measure their own waits;
// the probe, which sees the sleeps within them, must find nearly as much.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "live_probe.h"
#include "probes/usdt/usdt.h"
#include "sleeping.h"
#ifdef KNOTESTAT_HAVE_BPF
#include "probes/loading/stacks.h"
#endif

// A function in a section of its own, to know where it ends.
#define TEXT(name) [[gnu::noinline, gnu::section(name)]]
#define TEXT_OF(name)                     \
  extern "C" const char __start_##name[]; \
  extern "C" const char __stop_##name[]
TEXT_OF(test_chain_writer);
TEXT_OF(test_chain_leave);
TEXT_OF(test_chain_lock);
TEXT_OF(test_chain_unlock);
TEXT_OF(test_chain_hold);

namespace knotestat::probes {
namespace {

using Word = std::atomic<uint32_t>;

constexpr uint64_t kHoldNs = 30'000'000;

uint64_t Now() {
  return static_cast<uint64_t>(
      std::chrono::nanoseconds(
          std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

TEXT("test_chain_writer") void WaitForReader(Word& left) {
  while (left == 0) {
    InlineSystemCall(SYS_futex, reinterpret_cast<long>(&left),
                     FUTEX_WAIT_PRIVATE, 0, 0);
  }
}
TEXT("test_chain_leave") void LeaveSection(Word& left) {
  left = 1;
  InlineSystemCall(SYS_futex, reinterpret_cast<long>(&left), FUTEX_WAKE_PRIVATE,
                   1);
  asm volatile("");  // no tail call
}
TEXT("test_chain_lock") void Lock(Word& lock) {
  while (lock.exchange(1) != 0) {
    InlineSystemCall(SYS_futex, reinterpret_cast<long>(&lock),
                     FUTEX_WAIT_PRIVATE, 1, 0);
  }
}
TEXT("test_chain_unlock") void Unlock(Word& lock) {
  lock = 0;
  InlineSystemCall(SYS_futex, reinterpret_cast<long>(&lock), FUTEX_WAKE_PRIVATE,
                   1);
  asm volatile("");
}
TEXT("test_chain_hold") void Hold(uint64_t ns) {
  SleepInline(ns);
  asm volatile("");
}

#define FRAME_IN(stack, name) IsIn(stack, __start_##name, __stop_##name)
bool IsIn(const std::vector<uint64_t>& stack, const char* begin,
          const char* end) {
  return std::any_of(stack.begin(), stack.end(), [&](uint64_t frame) {
    return frame >= reinterpret_cast<uint64_t>(begin) &&
           frame <= reinterpret_cast<uint64_t>(end);
  });
}

// What the threads themselves measured, in ns.
struct Truth {
  uint64_t writer = 0;
  uint64_t reader = 0;  // for the lock
  uint64_t holder = 0;
};

// Each thread goes on when the one that it holds up sleeps. `publish_ns` pass
// after the wait.
Truth WaitInAChain(bool reader_needs_the_lock, uint64_t publish_ns = 0) {
  Truth truth;
  Word left = 0, lock = 1;
  SleepWatch writer_sleeps, reader_sleeps;
  std::thread reader([&] {
    writer_sleeps.Await();
    const uint64_t begin = Now();
    reader_sleeps.Announce();
    if (reader_needs_the_lock) {
      Lock(lock);
    } else {
      Hold(2 * kHoldNs);
    }
    truth.reader = Now() - begin;
    LeaveSection(left);
  });
  std::thread holder([&] {
    reader_sleeps.Await();
    const uint64_t begin = Now();
    Hold(kHoldNs);
    truth.holder = Now() - begin;
    Unlock(lock);
  });
  const uint64_t begin = Now();
  writer_sleeps.Announce();
  WaitForReader(left);
  truth.writer = Now() - begin;
  const uint64_t end = Now();
  while (Now() - end < publish_ns) {
  }
  const uint64_t since = Now() - end;
  usdt::FireKlistFini(10 + since, truth.writer, 0, 1, "test",
                      truth.writer + since, since);
  reader.join();
  holder.join();
  return truth;
}

// Those whose first thread waits as a writer.
std::vector<RawChain> ChainsOfWriters(const Observations& seen) {
  std::vector<RawChain> chains;
  for (const RawChain& chain : seen.chains) {
    if (FRAME_IN(chain.links[0].waits, test_chain_writer))
      chains.push_back(chain);
  }
  return chains;
}

using WaitChain = LiveProbe;

TEST_F(WaitChain, NamesAllThreeAndFindsTheirTimes) {
  constexpr int kTimes = 5;
  Start("wait_chain");
  Truth truth;
  for (int i = 0; i < kTimes; ++i) {
    const Truth one = WaitInAChain(/*reader_needs_the_lock=*/true);
    truth.writer += one.writer;
    truth.reader += one.reader;
    truth.holder += one.holder;
  }
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.count"), kTimes);
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.spun.count"), 0);
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.sum_ns"),
            static_cast<double>(truth.writer));
  EXPECT_EQ(seen.lost, 0u);
  uint64_t count = 0, writer = 0, reader = 0, holder = 0;
  for (const RawChain& chain : ChainsOfWriters(seen)) {
    ASSERT_EQ(chain.links.size(), 3u);
    const RawLink &first = chain.links[0], &second = chain.links[1],
                  &third = chain.links[2];
    EXPECT_TRUE(FRAME_IN(first.wakes, test_chain_leave));
    EXPECT_TRUE(FRAME_IN(second.waits, test_chain_lock));
    EXPECT_TRUE(FRAME_IN(second.wakes, test_chain_unlock));
    EXPECT_TRUE(FRAME_IN(third.waits, test_chain_hold));
    EXPECT_TRUE(first.ended_by_thread);
    EXPECT_TRUE(second.ended_by_thread);
    EXPECT_FALSE(third.ended_by_thread) << "by a timer";
    EXPECT_NE(first.lock, second.lock);
    EXPECT_NE(second.lock, 0u);
    EXPECT_EQ(third.lock, 0u) << "no futex";
    EXPECT_LE(second.max_ns, second.sum_ns);
    count += chain.count;
    writer += first.sum_ns;
    reader += second.sum_ns;
    holder += third.sum_ns;
  }
  EXPECT_EQ(count, static_cast<uint64_t>(kTimes));
  // Each slept while the next one did, and never longer than it measured.
  EXPECT_GE(holder, kTimes * kHoldNs);
  EXPECT_LE(holder, truth.holder);
  EXPECT_GE(reader, holder);
  EXPECT_LE(reader, truth.reader);
  EXPECT_GE(writer, reader);
  EXPECT_LE(writer, truth.writer);
}

TEST_F(WaitChain, WithoutTheLockItsHolderIsNotInIt) {  // the control
  Start("wait_chain");
  WaitInAChain(/*reader_needs_the_lock=*/false);
  const std::vector<RawChain> chains = ChainsOfWriters(Finish());
  ASSERT_EQ(chains.size(), 1u);
  EXPECT_EQ(chains[0].count, 1u);
  ASSERT_EQ(chains[0].links.size(), 2u);
  EXPECT_TRUE(FRAME_IN(chains[0].links[0].wakes, test_chain_leave));
  EXPECT_TRUE(FRAME_IN(chains[0].links[1].waits, test_chain_hold));
  EXPECT_FALSE(chains[0].links[1].ended_by_thread);
  EXPECT_GE(chains[0].links[1].sum_ns, 2 * kHoldNs);
  for (const RawLink& link : chains[0].links) {
    EXPECT_FALSE(FRAME_IN(link.waits, test_chain_lock));
    EXPECT_FALSE(FRAME_IN(link.wakes, test_chain_unlock));
  }
}

TEST_F(WaitChain, TheWaitMayComeBeforeThePublication) {
  Start("wait_chain");
  const Truth truth = WaitInAChain(/*reader_needs_the_lock=*/true,
                                   /*publish_ns=*/4 * kHoldNs);
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.spun.count"), 0);
  const std::vector<RawChain> chains = ChainsOfWriters(seen);
  ASSERT_EQ(chains.size(), 1u);
  EXPECT_EQ(chains[0].links.size(), 3u);
  EXPECT_GE(chains[0].links[0].sum_ns, kHoldNs);
  EXPECT_LE(chains[0].links[0].sum_ns, truth.writer);
}

TEST_F(WaitChain, ASleepBeforeTheWaitIsNotInIt) {
  Start("wait_chain");
  // All three sleep, but the writer calls it a wait only afterwards.
  WaitInAChain(/*reader_needs_the_lock=*/true);
  Take();
  const uint64_t begin = Now();
  while (Now() - begin < 1'000'000) {
  }
  usdt::FireKlistFini(10, 1'000'000, 0, 1, "test");
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.count"), 1);
  EXPECT_EQ(ChainsOfWriters(seen).size(), 0u);
}

TEST_F(WaitChain, ASpinningWriterHasNoChain) {
  Start("wait_chain");
  for (int i = 0; i < kTwentyThree; i++)
    usdt::FireKlistFini(0, 10, 0, 1, "test");
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.count"), kTwentyThree);
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.spun.count"), kTwentyThree);
  EXPECT_EQ(Counter(seen, "bpf.wait_chain.spun.sum_ns"), 10 * kTwentyThree);
  EXPECT_TRUE(seen.chains.empty());
}

TEST_F(WaitChain, SlotsDoNotMix) {
  Start("wait_chain");
  WaitInAChain(true);
  set_.SetSlot(1);
  WaitInAChain(false);
  set_.DetachAll();
  const auto first = ChainsOfWriters(Take(0)),
             second = ChainsOfWriters(Take(1));
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].links.size(), 3u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].links.size(), 2u);
  EXPECT_TRUE(ChainsOfWriters(Take(0)).empty()) << "taken";
}

#ifdef KNOTESTAT_HAVE_BPF
// One chain of three finds room for `stacks` stacks and `chains` chains.
Observations WithRoomFor(uint32_t stacks, uint32_t chains) {
  std::unique_ptr<Probe> probe = MakeWaitChain(stacks, chains);
  EXPECT_EQ(probe->Load(ThisProcess()), absl::OkStatus());
  EXPECT_EQ(probe->Attach(), absl::OkStatus());
  WaitInAChain(true);
  WaitInAChain(false);
  probe->Detach();
  Observations seen;
  EXPECT_EQ(probe->Collect(0, seen), absl::OkStatus());
  return seen;
}

TEST_F(WaitChain, WhatFindsNoRoomIsCountedAsLost) {
  const Observations few_chains = WithRoomFor(KNS_MAX_STACKS, 1);
  EXPECT_EQ(few_chains.chains.size(), 1u);
  EXPECT_EQ(few_chains.lost, 1u);
  const Observations few_stacks = WithRoomFor(1, 64);
  EXPECT_GT(few_stacks.lost, 0u);
  EXPECT_FALSE(few_stacks.chains.empty()) << "without some of their stacks";
}
#endif  // KNOTESTAT_HAVE_BPF

}  // namespace
}  // namespace knotestat::probes
