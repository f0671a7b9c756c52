// --plugin, which `run`, `sweep`, `check` and `list` share.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_PLUGINS_H_
#define KNOTESTAT_CLI_PLUGINS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace knotestat::cli {

// Adds --plugin FILE..., which fills `paths`.
CLI::Option* AddPluginOption(CLI::App& app, std::vector<std::string>& paths);

// Loads the plug-ins, whose strategies can then be found by name. Returns their
// names, in order. Call it before any thread is started.
absl::StatusOr<std::vector<std::string>> LoadPlugins(
    const std::vector<std::string>& paths);

// The same, and makes them known to the checker. kInvalidArgument if one was
// built without the checker's environment.
absl::StatusOr<std::vector<std::string>> LoadPluginsToCheck(
    const std::vector<std::string>& paths);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_PLUGINS_H_
