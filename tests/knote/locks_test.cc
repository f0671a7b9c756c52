// kmutex, kcondvar and krwlock on real threads.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "knote/env/hw_env.h"
#include "knote/locks/kcondvar.h"
#include "knote/locks/krwlock.h"

namespace knote {
namespace {

void InThreads(int count, const std::function<void(int)>& function) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(function, i);
  for (auto& thread : threads) thread.join();
}

void Pause(int ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

TEST(Kmutex, ExcludesAndReportsWaiting) {
  kmutex<HwEnv> mutex;
  int64_t counter = 0;
  InThreads(4, [&](int) {
    for (int i = 0; i < 20'000; ++i) {
      kmutex_guard guard(mutex);
      ++counter;
    }
  });
  EXPECT_EQ(counter, 80'000);
  EXPECT_EQ(mutex.mutex_enter(), 0u);
  EXPECT_FALSE(mutex.mutex_tryenter());
  std::thread waiter([&] {
    EXPECT_GT(mutex.mutex_enter(), 0u);
    mutex.mutex_exit();
  });
  Pause(10);
  mutex.mutex_exit();
  waiter.join();
}

// A wake-up was lost on the waiter: the lock is free, and kept for it.
TEST(Kmutex, KeepsOutWhoEntersAgainAtOnceOnceAWaiterStarves) {
  kmutex<HwEnv> mutex;
  int kept_out = 0;
  // A waiter that enters in time does not starve: until one has.
  for (int round = 0; round < 20 || (kept_out == 0 && round < 20000); ++round) {
    std::atomic<bool> entered{false}, let_go{false};
    mutex.mutex_enter();
    std::thread waiter([&] {
      mutex.mutex_enter();
      entered = true;
      while (!let_go) std::this_thread::yield();
      mutex.mutex_exit();
    });
    while (!entered) {
      for (const uint64_t end = HwEnv::Now() + 20'000; HwEnv::Now() < end;) {
      }
      mutex.mutex_exit();
      if (mutex.mutex_tryenter()) continue;
      if (!mutex.mutex_held()) ++kept_out;
      while (!entered) std::this_thread::yield();
    }
    let_go = true;
    waiter.join();
  }
  EXPECT_GT(kept_out, 0);
  EXPECT_TRUE(mutex.mutex_tryenter());
  mutex.mutex_exit();
}

TEST(Kcondvar, WakesAllAndTimesOut) {
  kmutex<HwEnv> mutex;
  kcondvar<HwEnv> condvar;
  bool ready = false;
  std::thread waker([&] {
    Pause(10);
    kmutex_guard guard(mutex);
    ready = true;
    condvar.cv_broadcast();
  });
  InThreads(3, [&](int) {
    kmutex_guard guard(mutex);
    while (!ready) condvar.cv_wait(mutex);
  });
  waker.join();
  kmutex_guard guard(mutex);
  condvar.cv_wait(mutex, 1'000'000);  // returns although nobody broadcasts
}

TEST(Krwlock, WritersExcludeEverybody) {
  krwlock<HwEnv> lock;
  std::atomic<int> readers{0};
  int64_t counter = 0;
  std::atomic<bool> broken{false};
  InThreads(4, [&](int thread) {
    for (int i = 0; i < 5'000; ++i) {
      if (thread == 0) {
        lock.rw_enter<RW_WRITER>();
        if (readers.load() != 0) broken = true;
        ++counter;
        lock.rw_exit<RW_WRITER>();
      } else {
        lock.rw_enter<RW_READER>();
        readers.fetch_add(1);
        const int64_t seen = counter;
        if (seen != counter) broken = true;
        readers.fetch_sub(1);
        lock.rw_exit<RW_READER>();
      }
    }
  });
  EXPECT_FALSE(broken);
  EXPECT_EQ(counter, 5'000);
  EXPECT_FALSE(lock.rw_held());
}

TEST(Krwlock, CompetingWritersLoseNothing) {
  krwlock<HwEnv> lock;
  int64_t counter = 0;
  InThreads(4, [&](int) {
    for (int i = 0; i < 10'000; ++i) {
      lock.rw_enter<RW_WRITER>();
      ++counter;
      lock.rw_exit<RW_WRITER>();
    }
  });
  EXPECT_EQ(counter, 40'000);
}

TEST(Krwlock, AWaitingWriterKeepsNewReadersOut) {
  krwlock<HwEnv> lock;
  std::atomic<bool> writer_in{false}, reader_in{false};
  lock.rw_enter<RW_READER>();
  std::thread writer([&] {
    lock.rw_enter<RW_WRITER>();
    EXPECT_FALSE(reader_in);
    writer_in = true;
    Pause(10);
    lock.rw_exit<RW_WRITER>();
  });
  Pause(20);
  std::thread reader([&] {
    const rw_wait waited = lock.rw_enter<RW_READER>();
    EXPECT_GT(waited.ns, 0u);
    EXPECT_FALSE(waited.for_holding_writer);
    EXPECT_TRUE(writer_in);
    reader_in = true;
    lock.rw_exit<RW_READER>();
  });
  Pause(20);
  EXPECT_FALSE(writer_in);
  EXPECT_FALSE(reader_in);
  lock.rw_exit<RW_READER>();  // handed to the writer, then to the reader
  writer.join();
  reader.join();
  EXPECT_TRUE(reader_in);
}

TEST(Krwlock, ALeavingWriterLetsAllWaitingReadersIn) {
  krwlock<HwEnv> lock;
  std::atomic<int> inside{0};
  lock.rw_enter<RW_WRITER>();
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      EXPECT_TRUE(lock.rw_enter<RW_READER>().for_holding_writer);
      inside.fetch_add(1);
      while (inside.load() < 3) HwEnv::Yield();  // together, or never
      lock.rw_exit<RW_READER>();
    });
  }
  Pause(20);
  EXPECT_EQ(inside, 0);
  lock.rw_exit<RW_WRITER>();
  for (auto& reader : readers) reader.join();
}

}  // namespace
}  // namespace knote
