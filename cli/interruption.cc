// SPDX-License-Identifier: BSD-2-Clause
#include "cli/interruption.h"

#include <csignal>

namespace knotestat::cli {
namespace {

std::atomic<bool> interrupted{false};

void OnSignal(int) { interrupted.store(true, std::memory_order_relaxed); }

}  // namespace

void HandleSignals() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // Unless it is ignored: nohup lets a run outlive its terminal.
  struct sigaction hangup {};
  if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
    sigaction(SIGHUP, &action, nullptr);
}

const std::atomic<bool>& Interrupted() { return interrupted; }

}  // namespace knotestat::cli
