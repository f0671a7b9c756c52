// SPDX-License-Identifier: BSD-2-Clause
#include "check/crash_guard.h"

#include <signal.h>

#include <cstring>
#include <vector>

#include "check/engine.h"

namespace knotestat::check {
namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGABRT};
struct sigaction previous[std::size(kSignals)];
int guards = 0;

// Runs on a stack of its own and leaves it for good: the faulting fiber is
// abandoned.
void OnFault(int signal, siginfo_t*, void*) {
  if (Engine* engine = Engine::current()) {
    const std::string thread = engine->ThreadName(engine->thread());
    if (signal == SIGABRT)
      engine->Report(FindingKind::kBrokenInvariant,
                     thread + " fails an assertion");
    engine->Report(FindingKind::kCrash,
                   thread + " gets " +
                       (signal == SIGILL ? "to an impossible place ("
                                         : "to follow a wild pointer (") +
                       strsignal(signal) +
                       "): most likely it read freed, poisoned memory");
  }
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    if (kSignals[i] == signal) sigaction(signal, &previous[i], nullptr);
  }
}

}  // namespace

CrashGuard::CrashGuard() {
  if (guards++ > 0) return;
  static std::vector<char> stack(64 << 10);
  stack_t alternative = {};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  sigaltstack(&alternative, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = OnFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &action, &previous[i]);
}

CrashGuard::~CrashGuard() {
  if (--guards > 0) return;
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &previous[i], nullptr);
}

}  // namespace knotestat::check
