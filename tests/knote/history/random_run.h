// A run: two emulated processes, threads that follow their plans, and a last
// look when all have stopped.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_RANDOM_RUN_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_RANDOM_RUN_H_

#include <functional>
#include <latch>
#include <thread>

#include "knote/world.h"
#include "tests/knote/history/player.h"

namespace knote::history {

struct RunOptions {
  uint64_t seed = 1;
  size_t steps = 3000;  // of each thread
  // Puts something, which may be faulty, between each thread that follows a
  // plan and the system.
  std::function<std::unique_ptr<netbsd::Thread>(
      std::unique_ptr<netbsd::Thread>)>
      wrap = nullptr;
};

class RandomRun {
 public:
  RandomRun(const StrategyEntry& strategy, const RunOptions& options)
      : options_(options),
        replaces_(strategy.info.safe),
        system_(strategy.boot()) {
    CountingModule::registrar = &registrar_;
    uint32_t filter = 0;
    system_->KfilterRegister("counting", &CountingModule::kFilterops, &filter);
    if (filter != kModuleFilter) history_.leaks.push_back("a filter's number");
  }

  History Play() {
    history_.threads.resize(kProcesses * (kWorkers + 1) + 1);
    for (size_t p = 0; p < kProcesses; ++p) {
      Table& table = tables_[p];
      table.number = static_cast<int>(p);
      table.process = system_->NewProcess();
      threads_[p] = table.process->NewThread();
      Player player = PlayerOf(table, Judge(), *threads_[p]);
      player.OpenAll();
    }
    PlayPlans();
    LookTwice();
    CloseAll();
    for (const auto& entry : registrar_.entries()) {
      const Operation* add = ChangeOf(history_, entry.udata);
      history_.instances.push_back({add == nullptr ? Key{} : add->key,
                                    entry.detaches, entry.calls_after_gone});
    }
    for (const Unit& unit : units_) {
      history_.neutered += unit.neutered();
      history_.neutered_in_detach += unit.neutered_in_detach();
      history_.calls_after_fini += unit.calls_after_fini();
    }
    return std::move(history_);
  }

 private:
  static constexpr size_t kProcesses = 2, kWorkers = 2;

  size_t Judge() const { return history_.threads.size() - 1; }
  Recorder RecorderOf(size_t number, netbsd::Thread& thread) {
    return {number, history_.threads[number], thread};
  }
  Player PlayerOf(Table& table, size_t number, netbsd::Thread& thread) {
    return {table,
            {&units_[0], &units_[1]},
            *system_,
            replaces_,
            RecorderOf(number, thread)};
  }
  std::unique_ptr<netbsd::Thread> Wrapped(Table& table) {
    auto thread = table.process->NewThread();
    return options_.wrap ? options_.wrap(std::move(thread)) : std::move(thread);
  }

  void PlayPlans() {
    std::latch start(kProcesses * (kWorkers + 1));
    std::vector<std::thread> workers, sleepers;
    for (size_t p = 0; p < kProcesses; ++p) {
      const size_t first = p * (kWorkers + 1);
      for (size_t w = 0; w < kWorkers; ++w)
        workers.emplace_back([&, p, number = first + w] {
          const auto thread = Wrapped(tables_[p]);
          Player player = PlayerOf(tables_[p], number, *thread);
          const auto plan =
              PlanOf(options_.seed, static_cast<int>(number), options_.steps);
          start.arrive_and_wait();
          for (const Step& step : plan) player.Play(step);
        });
      sleepers.emplace_back([&, p, number = first + kWorkers] {
        const auto thread = Wrapped(tables_[p]);
        Recorder recorder = RecorderOf(number, *thread);
        start.arrive_and_wait();
        SleepInKevent(tables_[p], recorder);
      });
    }
    for (auto& worker : workers) worker.join();
    for (size_t p = 0; p < kProcesses; ++p) {
      Recorder recorder = RecorderOf(Judge(), *threads_[p]);
      const Key quit = QuitOf(tables_[p]);
      recorder.Change(Kind::kAdd, tables_[p].kqueues[2], quit);
      recorder.Change(Kind::kTrigger, tables_[p].kqueues[2], quit);
    }
    for (auto& sleeper : sleepers) sleeper.join();
  }

  static Key QuitOf(const Table& table) {
    return {.process = table.number,
            .kqueue = 2,
            .filter = EVFILT_USER,
            .ident = kQuit};
  }

  // Until it is told to stop; a wake-up that is lost is a test that hangs.
  void SleepInKevent(const Table& table, Recorder& recorder) {
    const Key kq = QuitOf(table);
    for (size_t room = 1;; room = room % 9 + 1) {
      for (const auto& event : recorder.Scan(table.kqueues[2], kq, room, -1)) {
        if (event.filter == EVFILT_USER && event.ident == kQuit) return;
      }
    }
  }

  // First at what the threads have left; then at what there is when all is
  // enabled and triggered once more.
  void LookTwice() {
    WaitForTimers();
    Look();
    for (size_t p = 0; p < kProcesses; ++p) {
      Recorder recorder = RecorderOf(Judge(), *threads_[p]);
      for (const Key& key : AllKeys(tables_[p])) {
        const int kq = tables_[p].kqueues[static_cast<size_t>(key.kqueue)];
        recorder.Change(Kind::kEnable, kq, key);
        recorder.Change(Kind::kTrigger, kq, key);
      }
    }
    WaitForTimers();
    Look();
  }

  // Callouts run in their order on one thread: when a timer of four periods
  // has expired, every other one has expired since it was started.
  void WaitForTimers() {
    Recorder recorder = RecorderOf(Judge(), *threads_[0]);
    const int kq = threads_[0]->Kqueue();
    const Key key{.kqueue = tables_[0].kqueues_made + kShortLived,
                  .filter = EVFILT_TIMER,
                  .ident = 1};
    recorder.Change(Kind::kAdd, kq, key, 4 * kPeriodNs);
    for (int turn = 0; recorder.Scan(kq, key, 1, 500'000'000).empty(); ++turn) {
      if (turn < 100) continue;
      history_.leaks.push_back("a timer that does not expire");
      break;
    }
    threads_[0]->Close(kq);
  }

  std::vector<Key> AllKeys(const Table& table) const {
    std::vector<Key> keys;
    Key key{.process = table.number};
    const auto add = [&](uint32_t filter, uintptr_t ident) {
      key.filter = filter;
      key.ident = ident;
      keys.push_back(key);
    };
    for (key.kqueue = 0; key.kqueue < kShortLived; ++key.kqueue) {
      for (uintptr_t i = 0; i < kUsers; ++i) add(EVFILT_USER, i);
      for (uintptr_t i = 0; i < kTimers; ++i)
        add(EVFILT_TIMER, kFirstTimer + i);
      for (uintptr_t i = 0; i < kModuleKnotes; ++i) add(kModuleFilter, i);
      for (const auto& pipe : table.pipes) {
        add(EVFILT_READ, static_cast<uintptr_t>(pipe[0].load()));
        add(EVFILT_WRITE, static_cast<uintptr_t>(pipe[1].load()));
      }
      for (const auto& device : table.devices)
        add(EVFILT_READ, static_cast<uintptr_t>(device.load()));
    }
    return keys;
  }

  void Look() {
    for (size_t p = 0; p < kProcesses; ++p) {
      Recorder recorder = RecorderOf(Judge(), *threads_[p]);
      for (int kq = 0; kq < kShortLived; ++kq) {
        const int fd = tables_[p].kqueues[static_cast<size_t>(kq)];
        const Key key{.process = static_cast<int>(p), .kqueue = kq};
        recorder.Scan(fd, key, 256, 0, true);
        for (size_t again = 0; again < kFollowUps; ++again)
          recorder.Scan(fd, key, 256, 0);
      }
    }
    auto& ready = history_.ready.emplace_back();
    for (size_t p = 0; p < kProcesses; ++p) AddReadyPipes(p, ready);
    for (Unit& unit : units_) {
      for (const void* udata : unit.ActiveKnotes()) {
        if (const Operation* change = ChangeOf(history_, udata))
          ready.push_back(change->key);
      }
    }
  }

  // Asks the pipes themselves, which changes them, so after the look.
  void AddReadyPipes(size_t p, std::vector<Key>& ready) {
    for (const auto& pipe : tables_[p].pipes) {
      char bytes[513] = {};
      const bool readable = threads_[p]->Read(pipe[0], bytes, 1) >= 0;
      // Room for PIPE_BUF before that byte was taken out.
      const bool writable =
          threads_[p]->Write(pipe[1], bytes, sizeof(bytes)) == sizeof(bytes);
      for (int kq = 0; kq < kShortLived; ++kq) {
        const Key key{.process = static_cast<int>(p), .kqueue = kq};
        Key read = key, write = key;
        read.filter = EVFILT_READ;
        read.ident = static_cast<uintptr_t>(pipe[0].load());
        write.filter = EVFILT_WRITE;
        write.ident = static_cast<uintptr_t>(pipe[1].load());
        if (readable) ready.push_back(read);
        if (writable) ready.push_back(write);
      }
    }
  }

  // All that is open, in no special order; then nothing must be left.
  void CloseAll() {
    for (size_t p = 0; p < kProcesses; ++p) {
      Table& table = tables_[p];
      netbsd::Thread& thread = *threads_[p];
      for (const int kq : table.kqueues) thread.Close(kq);
      for (const auto& pipe : table.pipes) {
        thread.Close(pipe[0]);
        thread.Close(pipe[1]);
      }
      for (const auto& device : table.devices) thread.Close(device);
      thread.Close(static_cast<int>(table.kqueue & 0xffff));
      for (int fd = 0; fd < 4096; ++fd) {
        if (thread.Close(fd) == 0)
          history_.leaks.push_back("descriptor " + std::to_string(fd) +
                                   " of process " + std::to_string(p));
      }
    }
    if (const int error = system_->KfilterUnregister("counting"))
      history_.leaks.push_back("a use of the module's filter: error " +
                               std::to_string(error));
    for (auto& thread : threads_) thread.reset();
    for (Table& table : tables_) table.process.reset();
  }

  const RunOptions options_;
  const bool replaces_;
  History history_;
  Registrar registrar_;
  std::array<Unit, kUnits> units_{Unit(registrar_), Unit(registrar_)};
  const std::unique_ptr<netbsd::System> system_;
  std::array<Table, kProcesses> tables_;
  std::array<std::unique_ptr<netbsd::Thread>, kProcesses> threads_;
};

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_RANDOM_RUN_H_
