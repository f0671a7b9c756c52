// A system that lies about one thing: what truth workloads must find out.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_LYING_SYSTEM_H_
#define KNOTESTAT_TESTS_KNOTE_LYING_SYSTEM_H_

#include "knote/world.h"
#include "tests/knote/history/faults.h"

namespace knote::truth {

enum class Lie {
  kNeuteredTwice,     // klist_fini() says that it took one knote more
  kEventFromNowhere,  // every scan delivers something
  kEventKeptBack,     // no scan does
  kErrorKeptBack,     // every change succeeds
  kUnregistersInUse,  // kfilter_unregister() always succeeds
  kReturnsLate,       // klist_fini() sleeps for 2 ms when it is done
};

// What BootLyingSystem() lies about.
inline Lie told_lie;

class LyingThread final : public history::PassingThread {
 public:
  LyingThread(std::unique_ptr<netbsd::Thread> honest, Lie lie)
      : PassingThread(std::move(honest)), lie_(lie) {}
  int Kevent(int kq, const struct kevent* changes, size_t nchanges,
             struct kevent* events, size_t nevents,
             const timespec* timeout) override {
    const int result =
        PassingThread::Kevent(kq, changes, nchanges, events, nevents, timeout);
    if (lie_ == Lie::kErrorKeptBack && nchanges != 0) return 0;
    if (nevents == 0 || result < 0) return result;
    return lie_ == Lie::kEventFromNowhere ? 1
           : lie_ == Lie::kEventKeptBack  ? 0
                                          : result;
  }

 private:
  const Lie lie_;
};

class LyingProcess final : public netbsd::Process {
 public:
  LyingProcess(std::unique_ptr<netbsd::Process> honest, Lie lie)
      : honest_(std::move(honest)), lie_(lie) {}
  std::unique_ptr<netbsd::Thread> NewThread() override {
    return std::make_unique<LyingThread>(honest_->NewThread(), lie_);
  }

 private:
  const std::unique_ptr<netbsd::Process> honest_;
  const Lie lie_;
};

class LyingSystem final : public netbsd::System {
 public:
  LyingSystem(std::unique_ptr<netbsd::System> honest, Lie lie)
      : honest_(std::move(honest)), lie_(lie) {}
  std::unique_ptr<netbsd::Process> NewProcess() override {
    return std::make_unique<LyingProcess>(honest_->NewProcess(), lie_);
  }
  int KfilterRegister(std::string_view name, const filterops<HwEnv>* filtops,
                      uint32_t* filter) override {
    const int error = honest_->KfilterRegister(name, filtops, filter);
    if (error == 0) registered_ = *filter;
    if (lie_ != Lie::kUnregistersInUse) return error;
    *filter = registered_;
    return 0;
  }
  int KfilterUnregister(std::string_view name) override {
    const int error = honest_->KfilterUnregister(name);
    return lie_ == Lie::kUnregistersInUse ? 0 : error;
  }
  FiniPhases KlistFini(klist<HwEnv>& list) override {
    FiniPhases phases = honest_->KlistFini(list);
    if (lie_ == Lie::kNeuteredTwice) ++phases.knotes;
    if (lie_ == Lie::kReturnsLate) HwEnv::Sleep(2'000'000);
    return phases;
  }

 private:
  const std::unique_ptr<netbsd::System> honest_;
  const Lie lie_;
  uint32_t registered_ = 0;
};

inline std::unique_ptr<netbsd::System> BootLyingSystem() {
  return std::make_unique<LyingSystem>(FindStrategy("epoch")->boot(), told_lie);
}

}  // namespace knote::truth

#endif  // KNOTESTAT_TESTS_KNOTE_LYING_SYSTEM_H_
