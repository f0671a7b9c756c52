// SPDX-License-Identifier: BSD-2-Clause
#include "cli/command.h"

#include <algorithm>
#include <iostream>

#include "dashboards/terminal_text.h"

namespace knotestat::cli {
namespace {

std::vector<Command>& Registry() {
  static std::vector<Command> registry;
  return registry;
}

}  // namespace

CommandRegistration::CommandRegistration(const Command& command) {
  auto& registry = Registry();
  registry.insert(std::upper_bound(registry.begin(), registry.end(), command,
                                   [](const Command& a, const Command& b) {
                                     return a.name < b.name;
                                   }),
                  command);
}

const std::vector<Command>& Commands() { return Registry(); }

void Tell(std::string_view message) {
  // File names may be beyond ASCII, whatever the locale is.
  constexpr dashboards::TextStyle kAnyLetter = {.color = false,
                                                .unicode = true};
  std::cerr << "knotestat: " << dashboards::SafeLines(message, kAnyLetter)
            << "\n";
}

ExitCode Fail(const absl::Status& status) {
  return Fail(status, ExitCodeOf(status));
}

ExitCode Fail(const absl::Status& status, ExitCode code) {
  Tell(std::string(status.message()));
  return code;
}

}  // namespace knotestat::cli
