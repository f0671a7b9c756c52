// An emulated process of a run, and a thread of it that follows a plan.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_PLAYER_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_PLAYER_H_

#include "tests/knote/history/device.h"
#include "tests/knote/history/recorder.h"

namespace knote::history {

inline constexpr size_t kPipes = 2, kUnits = 2;
inline constexpr uintptr_t kUsers = 8, kTimers = 4, kModuleKnotes = 4,
                           kFirstTimer = 100;
// What ends a thread that sleeps in kevent(): an EVFILT_USER.
inline constexpr uintptr_t kQuit = 1000;

// What the threads of a process share. Descriptors are taken out of their slot
// by who closes them; who has read one before may use its number too late.
struct Table {
  int number = 0;  // of the process
  std::unique_ptr<netbsd::Process> process;
  std::array<int, kShortLived> kqueues{};
  // A short-lived one: its number << 16 | descriptor; -1 while there is none.
  std::atomic<int64_t> kqueue{-1};
  std::atomic<int> kqueues_made{0};
  std::array<std::array<std::atomic<int>, 2>, kPipes> pipes{};
  std::array<std::atomic<int>, kUnits> devices{};
};

class Player {
 public:
  Player(Table& table, std::array<Unit*, kUnits> units, netbsd::System& system,
         bool replaces, Recorder recorder)
      : table_(table),
        units_(units),
        system_(system),
        replaces_(replaces),
        recorder_(recorder) {}

  void OpenAll() {
    for (int& kq : table_.kqueues) kq = recorder_.thread().Kqueue();
    for (auto& pipe : table_.pipes) OpenPipe(pipe);
    for (size_t unit = 0; unit < kUnits; ++unit) OpenDevice(unit);
    OpenKqueue();
  }

  void Play(const Step& step) {
    switch (step.action) {
      case Action::kAdd:
      case Action::kDelete:
      case Action::kEnable:
      case Action::kDisable:
      case Action::kTrigger:
        return Change(step);
      case Action::kScan:
        return Scan(step);
      case Action::kWritePipe:
        return WritePipe(step);
      case Action::kReadPipe:
        return ReadPipe(step);
      case Action::kReopenPipe:
        return ReopenPipe(table_.pipes[step.which % kPipes]);
      case Action::kDupPipe:
        return DupPipe(step);
      case Action::kPulse:
        return units_[step.which % kUnits]->Pulse(recorder_.thread());
      case Action::kReplaceDevice:
        if (replaces_) units_[step.which % kUnits]->Replace(system_);
        return;
      case Action::kReopenDevice:
        return ReopenDevice(step.which % kUnits);
      case Action::kReopenKqueue:
        return ReopenKqueue();
    }
  }

 private:
  struct Target {
    int kq = -1;
    Key key;
  };

  Target KqueueOf(const Step& step) const {
    const auto at = static_cast<int>(step.kqueue % (kShortLived + 1));
    if (at < kShortLived)
      return {table_.kqueues[static_cast<size_t>(at)],
              {.process = table_.number, .kqueue = at}};
    const int64_t slot = table_.kqueue;
    if (slot < 0) return {};
    return {static_cast<int>(slot & 0xffff),
            {.process = table_.number, .kqueue = static_cast<int>(slot >> 16)}};
  }

  static uintptr_t Ident(const std::atomic<int>& fd) {
    return static_cast<uintptr_t>(fd.load());
  }

  // `kq` of -1: a descriptor is closed at the moment.
  Target TargetOf(const Step& step) const {
    Target target = KqueueOf(step);
    Key& key = target.key;
    const auto& pipe = table_.pipes[step.which % kPipes];
    switch (step.object % 7) {
      case 0:
        key.filter = EVFILT_READ;
        key.ident = Ident(pipe[0]);
        break;
      case 1:
        key.filter = EVFILT_WRITE;
        key.ident = Ident(pipe[1]);
        break;
      case 2:
        key.filter = EVFILT_READ;
        key.ident = Ident(table_.devices[step.which % kUnits]);
        break;
      case 3:
        key.filter = EVFILT_TIMER;
        key.ident = kFirstTimer + step.which % kTimers;
        break;
      case 4:
        key.filter = kModuleFilter;
        key.ident = step.which % kModuleKnotes;
        break;
      default:
        key.filter = EVFILT_USER;
        key.ident = step.which % kUsers;
        break;
    }
    if (static_cast<intptr_t>(key.ident) < 0) target.kq = -1;
    return target;
  }

  void Change(const Step& step) {
    const Target target = TargetOf(step);
    if (target.kq < 0) return;
    recorder_.Change(static_cast<Kind>(step.action), target.kq, target.key);
  }

  void Scan(const Step& step) {
    const Target target = KqueueOf(step);
    if (target.kq < 0) return;
    recorder_.Scan(target.kq, target.key, 1 + step.amount % 12,
                   step.which % 8 == 0 ? 50'000 : 0);
  }

  void OpenPipe(std::array<std::atomic<int>, 2>& pipe) {
    int fds[2] = {-1, -1};
    recorder_.thread().Pipe(fds, true);
    pipe[1] = fds[1];
    pipe[0] = fds[0];  // last: who takes it out closes both
  }

  void CloseSlot(std::atomic<int>& slot) {
    const int fd = slot.exchange(-1);
    if (fd >= 0) recorder_.Close(table_.number, fd);
  }

  void ReopenPipe(std::array<std::atomic<int>, 2>& pipe) {
    const int reader = pipe[0].exchange(-1);
    if (reader < 0) return;  // somebody else is at it
    CloseSlot(pipe[1]);
    recorder_.Close(table_.number, reader);
    OpenPipe(pipe);
  }

  void DupPipe(const Step& step) {
    const int copy =
        recorder_.thread().Dup(table_.pipes[step.which % kPipes][0]);
    if (copy < 0) return;
    const Target target = KqueueOf(step);
    if (target.kq >= 0) {
      Key key = target.key;
      key.filter = EVFILT_READ;
      key.ident = static_cast<uintptr_t>(copy);
      recorder_.Change(Kind::kAdd, target.kq, key);
    }
    recorder_.Close(table_.number, copy);
  }

  void WritePipe(const Step& step) {
    static constexpr char kBytes[512] = {};
    recorder_.thread().Write(table_.pipes[step.which % kPipes][1], kBytes,
                             1 + step.amount % sizeof(kBytes));
  }

  void ReadPipe(const Step& step) {
    char bytes[2048];
    recorder_.thread().Read(table_.pipes[step.which % kPipes][0], bytes,
                            1 + step.amount % sizeof(bytes));
  }

  void OpenDevice(size_t unit) {
    table_.devices[unit] = recorder_.thread().Open(*units_[unit]->NewFile());
  }

  void ReopenDevice(size_t unit) {
    const int fd = table_.devices[unit].exchange(-1);
    if (fd < 0) return;
    recorder_.Close(table_.number, fd);
    OpenDevice(unit);
  }

  void OpenKqueue() {
    const int64_t number = kShortLived + table_.kqueues_made++;
    table_.kqueue = number << 16 | recorder_.thread().Kqueue();
  }

  void ReopenKqueue() {
    const int64_t slot = table_.kqueue.exchange(-1);
    if (slot < 0) return;
    recorder_.CloseKqueue(
        {.process = table_.number, .kqueue = static_cast<int>(slot >> 16)},
        static_cast<int>(slot & 0xffff));
    OpenKqueue();
  }

  Table& table_;
  std::array<Unit*, kUnits> units_;
  netbsd::System& system_;
  const bool replaces_;
  Recorder recorder_;
};

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_PLAYER_H_
