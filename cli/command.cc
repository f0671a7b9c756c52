// SPDX-License-Identifier: BSD-2-Clause
#include "cli/command.h"

#include <algorithm>
#include <iostream>

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

ExitCode Fail(const absl::Status& status) {
  return Fail(status, ExitCodeOf(status));
}

ExitCode Fail(const absl::Status& status, ExitCode code) {
  std::cerr << "knotestat: " << std::string(status.message()) << "\n";
  return code;
}

}  // namespace knotestat::cli
