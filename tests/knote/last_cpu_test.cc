// Who waits for a reader that it has preempted itself does not spin.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/env/last_cpu.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "knote/env/hw_env.h"
#include "knote/env/thread_registry.h"
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"
#include "knote/strategies/thread_sections.h"
#include "tests/knote/affinity.h"
#include "tests/knote/counting_env.h"

namespace knote {
namespace {

// Moves the calling thread, and back at the end.
class MovedTo {
 public:
  explicit MovedTo(int cpu) {
    sched_getaffinity(0, sizeof before_, &before_);
    MoveTo(cpu);
  }
  ~MovedTo() { sched_setaffinity(0, sizeof before_, &before_); }
  MovedTo(const MovedTo&) = delete;
  MovedTo& operator=(const MovedTo&) = delete;

 private:
  cpu_set_t before_;
};

// Two different ones, or one and the same where there is only that.
struct TwoCpus {
  int first = AllowedCpus().front();
  int second = AllowedCpus().back();
  bool different() const { return first != second; }
};
constexpr char kNeedsTwo[] = "needs two CPUs";

// A thread that runs, or is ready to, on a CPU.
class BusyThread {
 public:
  explicit BusyThread(int cpu)
      : thread_([this, cpu] {
          MoveTo(cpu);
          last_cpu.Publish();
          started_ = true;
          while (!stop_) {
          }
          last_cpu.Withdraw();
        }) {
    while (!started_) std::this_thread::yield();
  }
  ~BusyThread() {
    if (thread_.joinable()) Stop();
  }
  void Stop() {
    stop_ = true;
    thread_.join();
  }

  LastCpu last_cpu;

 private:
  std::atomic<bool> started_{false}, stop_{false};
  std::thread thread_;
};

#define SKIP_WITHOUT_RSEQ() \
  if (auto missing = HwEnv::PercpuMissing()) GTEST_SKIP() << *missing

TEST(LastCpu, TellsOfAThreadThatTheCallerHasPreempted) {
  SKIP_WITHOUT_RSEQ();
  const TwoCpus cpus;
  BusyThread other(cpus.first);
  {
    const MovedTo here(cpus.first);
    EXPECT_TRUE(other.last_cpu.IsCallers());
  }
  if (!cpus.different()) GTEST_SKIP() << kNeedsTwo;
  const MovedTo there(cpus.second);
  EXPECT_FALSE(other.last_cpu.IsCallers());
}

TEST(LastCpu, TellsOfNobodyBeforeItIsPublishedOrAfterwards) {
  SKIP_WITHOUT_RSEQ();
  const TwoCpus cpus;
  const MovedTo here(cpus.first);
  EXPECT_FALSE(LastCpu().IsCallers());
  BusyThread other(cpus.first);
  EXPECT_TRUE(other.last_cpu.IsCallers());
  other.Stop();
  EXPECT_FALSE(other.last_cpu.IsCallers());
}

// The area that is looked into goes with its thread: under AddressSanitizer and
// ThreadSanitizer too.
TEST(LastCpu, MayBeAskedWhileThreadsComeAndGo) {
  LastCpu last_cpu;
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> looks{0};
  std::thread looker([&] {
    for (; !stop; ++looks) last_cpu.IsCallers();
  });
  for (int generation = 0; generation < 1000 || looks == 0; ++generation) {
    std::thread([&] {
      last_cpu.Publish();
      std::this_thread::yield();
      last_cpu.Withdraw();
    }).join();
  }
  stop = true;
  looker.join();
  EXPECT_GT(looks, 0u);
}

// In the child there is neither the other thread nor anyone who looks.
TEST(LastCpu, ForgetsThreadsAndLookersInTheChildOfAFork) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer does not follow a fork with threads";
#endif
  SKIP_WITHOUT_RSEQ();
  const TwoCpus cpus;
  const MovedTo here(cpus.first);
  BusyThread other(cpus.first);
  std::atomic<bool> stop{false};
  std::thread looker([&] {
    while (!stop) other.last_cpu.IsCallers();
  });
  for (int i = 0; i < 200; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(60);  // in case that it waits for a looker that is gone
      const bool forgotten = !other.last_cpu.IsCallers();
      LastCpu own;
      own.Publish();
      own.Withdraw();
      _exit(forgotten ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
  }
  stop = true;
  looker.join();
}

TEST(PercpuPair, TellsWhoIsInsideUntilSomebodyMoves) {
  SKIP_WITHOUT_RSEQ();
  const TwoCpus cpus;
  if (!cpus.different()) GTEST_SKIP() << kNeedsTwo;
  const auto pairs =
      std::make_unique<PercpuPair[]>(static_cast<size_t>(HwEnv::CpuLimit()));
  PercpuPair& first = pairs[static_cast<size_t>(cpus.first)];
  PercpuPair& second = pairs[static_cast<size_t>(cpus.second)];
  RseqThread thread;
  const MovedTo here(cpus.first);
  EXPECT_FALSE(first.SomebodyIsInside());
  thread.Enter(pairs.get());
  EXPECT_TRUE(first.SomebodyIsInside());
  EXPECT_FALSE(second.SomebodyIsInside());
  MoveTo(cpus.second);
  thread.Leave(pairs.get());
  EXPECT_TRUE(first.SomebodyIsInside());  // which is wrong,
  EXPECT_TRUE(second.SomebodyIsInside());
  first.NobodyIsInside();
  second.NobodyIsInside();
  EXPECT_FALSE(first.SomebodyIsInside());  // until that
  EXPECT_FALSE(second.SomebodyIsInside());
  thread.Enter(pairs.get());
  EXPECT_TRUE(second.SomebodyIsInside());
  thread.Leave(pairs.get());
  EXPECT_FALSE(second.SomebodyIsInside());
}

// The two ways to wait for readers: for each thread, and for a sum.
struct EachThread {
  using Sections = ThreadSections<CountingEnv>;
  struct Reader : ThreadSectionsMember<CountingEnv> {
    explicit Reader(EachThread& all)
        : ThreadSectionsMember<CountingEnv>(all.sections) {}
    void Enter() { outer = Sections::Enter(record()); }
    void Leave() { Sections::Leave(record(), outer); }
    uint64_t outer = 0;
  };
  void Wait() { sections.WaitForOpenSections(); }
  Sections sections;
};
struct Sum {
  struct Reader {
    explicit Reader(Sum& all) : lock(all.lock) {}
    void Enter() { lock.EnterReader(thread); }
    void Leave() { lock.LeaveReader(thread, {}); }
    PercpuFilteropsRwlock<CountingEnv>& lock;
    PercpuFilteropsRwlock<CountingEnv>::Thread thread;
  };
  void Wait() {
    lock.EnterWriter();
    lock.LeaveWriter();
  }
  PercpuFilteropsRwlock<CountingEnv> lock{HwEnv::CpuLimit()};
};

template <class Readers>
class PreemptedReader : public testing::Test {};
using BothWays = testing::Types<EachThread, Sum>;
TYPED_TEST_SUITE(PreemptedReader, BothWays);

// A reader on `reader_cpu` is inside when a writer on `writer_cpu` waits, until
// `leave()`. Returns the writer's pauses.
template <class Readers, class Leave>
int64_t PausesOfWait(int reader_cpu, int writer_cpu, Leave&& leave) {
  Readers readers;
  std::atomic<bool> inside{false};
  std::thread reader([&] {
    MoveTo(reader_cpu);
    typename Readers::Reader self(readers);
    self.Enter();
    inside = true;
    while (!leave()) {
    }
    self.Leave();
  });
  while (!inside) std::this_thread::yield();
  const MovedTo there(writer_cpu);
  const int64_t before = pauses;
  readers.Wait();
  const int64_t taken = pauses - before;
  reader.join();
  return taken;
}

TYPED_TEST(PreemptedReader, IsNotSpunFor) {
  ASSERT_EQ(HwEnv::HeavyFenceMissing(), std::nullopt);
  SKIP_WITHOUT_RSEQ();
  const TwoCpus cpus;
  const int64_t before = sleeps;
  EXPECT_EQ(PausesOfWait<TypeParam>(cpus.first, cpus.first,
                                    [&] { return sleeps > before; }),
            0);
}

// The control: on another CPU the reader may leave at any moment.
TYPED_TEST(PreemptedReader, ElsewhereIsSpunFor) {
  ASSERT_EQ(HwEnv::HeavyFenceMissing(), std::nullopt);
  SKIP_WITHOUT_RSEQ();
  const TwoCpus cpus;
  if (!cpus.different()) GTEST_SKIP() << kNeedsTwo;
  const int64_t before = pauses;
  EXPECT_GT(PausesOfWait<TypeParam>(cpus.first, cpus.second,
                                    [&] { return pauses > before; }),
            0);
}

}  // namespace
}  // namespace knote
