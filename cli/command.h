// Subcommands, one file each in cli/commands, which register themselves.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_COMMAND_H_
#define KNOTESTAT_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"

namespace knotestat::cli {

struct Command {
  std::string name;
  std::string summary;   // one line
  std::string examples;  // complete command lines, shown first in --help
  // Adds the options to `app` and returns what to run once they are parsed.
  // `command_line` is what the user typed, for the record.
  std::function<ExitCode()> (*setup)(CLI::App& app,
                                     const std::string& command_line);
  bool hidden = false;  // not for users: --help does not show it
};

class CommandRegistration {
 public:
  explicit CommandRegistration(const Command& command);
};

// All subcommands, by name.
const std::vector<Command>& Commands();

// Prints "knotestat: <message>" to standard error. What comes out of a file may
// be in `message`: none of it moves the terminal's cursor.
void Tell(std::string_view message);

// Tells the message of `status` and returns the status's
// exit code.
ExitCode Fail(const absl::Status& status);

// The same with a code of its own: a file that cannot be used is kFailed
// whatever is wrong with it.
ExitCode Fail(const absl::Status& status, ExitCode code);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_COMMAND_H_
