// The on_cpu probe on this process: a busy function is found, others are not
// sampled, and losses are counted.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "live_probe.h"
#ifdef KNOTESTAT_HAVE_BPF
#include "probes/loading/stacks.h"
#include "probes/on_cpu/on_cpu.h"
#include "probes/on_cpu/sample_clock.h"
#endif

namespace knotestat::probes {
namespace {

constexpr int kSampleHz = 997;

double ThreadCpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

[[gnu::noinline]] void BurnHere(uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; i++) asm volatile("" : "+r"(i));
}

[[gnu::noinline]] void BurnCpuTime(double seconds) {
  const double end = ThreadCpuSeconds() + seconds;
  while (ThreadCpuSeconds() < end) BurnHere(1'000'000);
}

bool Has(const std::vector<uint64_t>& frames, void (*function)(uint64_t)) {
  const auto low = reinterpret_cast<uint64_t>(function);
  return std::any_of(frames.begin(), frames.end(), [&](uint64_t address) {
    return address >= low && address < low + 128;
  });
}

Target Sampling(std::vector<pid_t> threads) {
  Target target = ThisProcess();
  target.threads = std::move(threads);
  target.sample_hz = kSampleHz;
  return target;
}

class OnCpu : public LiveProbe {};

TEST_F(OnCpu, TheBusyFunctionIsInnermost) {
  Start("on_cpu", Sampling({ThisThread()}));
  BurnCpuTime(0.3);
  const Observations seen = Finish();
  uint64_t samples = 0, busy = 0;
  for (const RawStack& stack : seen.stacks) {
    ASSERT_EQ(stack.kind, "on_cpu");
    samples += stack.value;
    if (!stack.user.empty() && Has({stack.user[0]}, BurnHere)) {
      busy += stack.value;
    }
  }
  EXPECT_EQ(Counter(seen, "bpf.on_cpu.samples"), samples);
  // About 300 samples; half is far from both nothing and all.
  EXPECT_GT(busy, samples / 2);
  EXPECT_GT(samples, 23u);
  EXPECT_EQ(seen.lost, 0u);
}

TEST_F(OnCpu, SamplesNameTheThreadAndTheCpu) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  int cpu = CPU_SETSIZE - 1;  // the last one that we may use
  while (!CPU_ISSET(static_cast<size_t>(cpu), &before)) --cpu;
  CPU_ZERO(&one);
  CPU_SET(static_cast<size_t>(cpu), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  Start("on_cpu", Sampling({ThisThread()}));
  BurnCpuTime(0.1);
  const Observations seen = Finish();
  sched_setaffinity(0, sizeof(before), &before);
  EXPECT_FALSE(seen.stacks.empty());
  for (const RawStack& stack : seen.stacks) {
    EXPECT_EQ(stack.thread, ThisThread());
    EXPECT_EQ(stack.cpu, cpu);
    EXPECT_EQ(stack.events, stack.value);
  }
}

TEST_F(OnCpu, OnlyTheGivenThreadsAreSampled) {
  std::atomic<pid_t> idle = 0;
  std::atomic<bool> stop = false;
  std::thread other([&] {
    idle = ThisThread();
    while (!stop) sched_yield();
  });
  while (idle == 0) sched_yield();
  Start("on_cpu", Sampling({idle}));
  BurnCpuTime(0.1);
  stop = true;
  other.join();
  for (const RawStack& stack : Finish().stacks) {
    EXPECT_FALSE(Has(stack.user, BurnHere));
  }
}

TEST_F(OnCpu, WithoutAListAllThreadsAreSampled) {
  Start("on_cpu", Sampling({}));
  BurnCpuTime(0.1);
  bool found = false;
  for (const RawStack& stack : Finish().stacks) {
    found |= Has(stack.user, BurnHere);
  }
  EXPECT_TRUE(found);
}

TEST_F(OnCpu, ThreadsThatEndedAreNotAnErrorUnlessAllHave) {
  pid_t gone = 0;
  std::thread([&] { gone = ThisThread(); }).join();
  const std::vector<std::string> names = {"on_cpu"};
  ASSERT_EQ(set_.Load(names, Sampling({gone, ThisThread()})), absl::OkStatus());
  EXPECT_EQ(set_.AttachAll(), absl::OkStatus());
  ASSERT_EQ(set_.Load(names, Sampling({gone})), absl::OkStatus());
  EXPECT_EQ(set_.AttachAll().code(), absl::StatusCode::kNotFound);
}

TEST_F(OnCpu, ARateOfZeroIsRefused) {
  Target target = ThisProcess();
  target.sample_hz = 0;
  const std::vector<std::string> names = {"on_cpu"};
  EXPECT_EQ(set_.Load(names, target).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(OnCpu, SlotsDoNotMix) {
  Start("on_cpu", Sampling({ThisThread()}));
  BurnCpuTime(0.1);
  set_.SetSlot(kNoSlot);
  BurnCpuTime(0.1);
  EXPECT_GT(Counter(Take(0), "bpf.on_cpu.samples"), 0);
  EXPECT_EQ(Counter(Take(0), "bpf.on_cpu.samples"), 0) << "taken twice";
  EXPECT_EQ(Counter(Take(1), "bpf.on_cpu.samples"), 0);
}

#ifdef KNOTESTAT_HAVE_BPF
TEST_F(OnCpu, SamplesThatFindNoRoomAreCountedAsLost) {
  std::unique_ptr<Probe> probe =
      MakeOnCpu(/*max_stacks=*/1, /*planted_rounds=*/0);
  ASSERT_EQ(probe->Load(Sampling({ThisThread()})), absl::OkStatus());
  ASSERT_EQ(probe->Attach(), absl::OkStatus());
  // Many different innermost addresses: formatting numbers.
  const double end = ThreadCpuSeconds() + 0.3;
  size_t length = 0;
  for (int i = 0; ThreadCpuSeconds() < end; i++) {
    length += std::to_string(i).size();
  }
  probe->Detach();
  Observations seen;
  ASSERT_EQ(probe->Collect(0, seen), absl::OkStatus());
  EXPECT_GT(length, 0u);
  EXPECT_LE(seen.stacks.size(), 1u);
  EXPECT_GT(seen.lost, 0u);
}

// Of a thread that runs for a while on its CPU, at most 4999 times a second.
struct Sampled {
  double samples = 0;
  double cost_ns = 0;
  double seconds = 0;
};

Sampled SampleOften(uint32_t planted_rounds, bool fixed) {
  std::unique_ptr<Probe> probe = MakeOnCpu(KNS_MAX_STACKS, planted_rounds);
  Target target = Sampling({ThisThread()});
  target.sample_hz = 4999;
  target.sample_hz_is_fixed = fixed;
  EXPECT_EQ(probe->Load(target), absl::OkStatus());
  EXPECT_EQ(probe->Attach(), absl::OkStatus());
  probe->SetSlot(0);
  const double begin = ThreadCpuSeconds();
  BurnCpuTime(0.5);
  Sampled sampled{.seconds = ThreadCpuSeconds() - begin};
  probe->Detach();
  Observations seen;
  EXPECT_EQ(probe->Collect(0, seen), absl::OkStatus());
  sampled.samples = Counter(seen, "bpf.on_cpu.samples");
  sampled.cost_ns = Counter(seen, "bpf.on_cpu.cost_ns");
  return sampled;
}

TEST_F(OnCpu, SamplesAreRareEnoughToTakeLessThanOnePercent) {
  const Sampled adapted = SampleOften(/*planted_rounds=*/0, /*fixed=*/false);
  const Sampled fixed = SampleOften(/*planted_rounds=*/0, /*fixed=*/true);
  EXPECT_GT(adapted.samples, 0);
  EXPECT_LT(adapted.samples, fixed.samples);
  // Room for the first and the last sample.
  EXPECT_LE(adapted.cost_ns, 0.01 * adapted.seconds * 1e9 +
                                 2 * adapted.cost_ns / adapted.samples);
}

TEST_F(OnCpu, DearerSamplesAreRarer) {
  const Sampled plain = SampleOften(/*planted_rounds=*/0, /*fixed=*/false);
  const Sampled planted = SampleOften(KNS_MOST_PLANTED_ROUNDS, /*fixed=*/false);
  EXPECT_GT(planted.samples, 0);
  EXPECT_LT(planted.samples, plain.samples / 2);
  EXPECT_GT(planted.cost_ns / planted.samples, plain.cost_ns / plain.samples);
}

TEST_F(OnCpu, WhatIsTriedIsNotCounted) {
  std::unique_ptr<Probe> probe = MakeOnCpu(KNS_MAX_STACKS, 0);
  Target target = Sampling({ThisThread()});
  target.sample_hz = 1;
  ASSERT_EQ(probe->Load(target), absl::OkStatus());
  ASSERT_EQ(probe->Attach(), absl::OkStatus());
  probe->Detach();
  Observations seen;
  ASSERT_EQ(probe->Collect(0, seen), absl::OkStatus());
  // The slot is 0 before any is set: attaching may be sampled itself.
  EXPECT_LE(Counter(seen, "bpf.on_cpu.samples"), 2);
}

TEST_F(OnCpu, SaysWhetherCyclesMadeTheSamples) {
  Start("on_cpu", Sampling({ThisThread()}));
  BurnCpuTime(0.1);
  const Observations seen = Finish();
  const double samples = Counter(seen, "bpf.on_cpu.samples");
  EXPECT_GT(samples, 0);
  const double expected =
      BestSampleClock() == SampleClock::kCycles ? samples : 0;
  EXPECT_EQ(Counter(seen, "bpf.on_cpu.by_cycles"), expected);
}

TEST_F(OnCpu, CyclesMakeSamplesWhereTheyCanBeHad) {
  if (BestSampleClock() == SampleClock::kSoftware)
    GTEST_SKIP() << "this machine has no counter of cycles (no PMU)";
  Start("on_cpu", Sampling({ThisThread()}));
  BurnCpuTime(0.3);
  const Observations seen = Finish();
  EXPECT_GT(Counter(seen, "bpf.on_cpu.by_cycles"), 23);
  EXPECT_EQ(seen.lost, 0u);
}
#endif  // KNOTESTAT_HAVE_BPF

}  // namespace
}  // namespace knotestat::probes
