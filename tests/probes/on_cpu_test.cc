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
  std::unique_ptr<Probe> probe = MakeOnCpu(/*max_stacks=*/1);
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
#endif  // KNOTESTAT_HAVE_BPF

}  // namespace
}  // namespace knotestat::probes
