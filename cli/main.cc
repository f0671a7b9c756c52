// knotestat: which synchronization mechanism, for which load, at what cost.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <map>

#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/empty_values.h"
#include "cli/nearest.h"

namespace {

using knotestat::cli::Command;
using knotestat::cli::Commands;
using knotestat::cli::ExitCode;

// "unknown option '--cpu'; did you mean ...", or nothing if there is none.
std::string UnknownOption(const CLI::App& app) {
  const CLI::App& used =
      app.get_subcommands().empty() ? app : *app.get_subcommands()[0];
  std::vector<std::string> known;
  for (const CLI::Option* option : used.get_options()) {
    for (const std::string& name : option->get_lnames())
      known.push_back("--" + name);
  }
  for (const std::string& left : app.remaining(true)) {
    const std::string name = left.substr(0, left.find('='));
    if (name.size() > 2 && name.compare(0, 2, "--") == 0)
      return std::string(
          knotestat::cli::Unknown("option", name, known).message());
  }
  return "";
}

// CLI11 reports an unknown subcommand as a missing one; name the slip.
int ReportUsage(const CLI::App& app, const CLI::ParseError& error, int argc,
                char** argv) {
  const bool no_command = app.get_subcommands().empty();
  if (no_command && argc > 1 && argv[1][0] != '-') {
    std::vector<std::string> names;
    for (const Command& command : Commands()) {
      if (!command.hidden) names.push_back(command.name);
    }
    std::cerr
        << "knotestat: "
        << std::string(
               knotestat::cli::Unknown("subcommand", argv[1], names).message())
        << "\n";
    return knotestat::cli::kUsage;
  }
  if (const std::string slip = UnknownOption(app); !slip.empty()) {
    std::cerr << "knotestat: " << slip << "\n";
    return knotestat::cli::kUsage;
  }
  std::cerr << "knotestat: " << error.what() << "\n"
            << "Try 'knotestat "
            << (no_command ? "" : app.get_subcommands()[0]->get_name() + " ")
            << "--help'.\n";
  return knotestat::cli::kUsage;
}

std::string CommandLine(int argc, char** argv) {
  return absl::StrJoin(argv, argv + argc, " ");
}

// A file that is opened later must not become standard output: what is printed
// would be written into it. Read only, so that printing fails and is noticed.
bool OccupyStandardFiles() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(file, F_GETFD) == -1 && errno == EBADF &&
        open("/dev/null", O_RDONLY) != file)
      return false;
  }
  return true;
}

// The code to end with, once what was printed has left.
int Flushed(int code) {
  if (!std::cout.flush()) {
    std::cerr << "knotestat: cannot write to standard output: is it closed, or "
                 "its disk full?\n";
    if (code == knotestat::cli::kOk) code = knotestat::cli::kFailed;
  }
  std::cerr.flush();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (!OccupyStandardFiles()) return knotestat::cli::kFailed;
  // A file that may not grow is an error of the write, which says so.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app(
      "Measures synchronization mechanisms in NetBSD's knote dispatch and says "
      "which to use.\n\n"
      "Examples:\n"
      "  knotestat sweep --html report.html   the quick sweep, with a report\n"
      "  knotestat run --workload submit      one workload, six strategies\n"
      "  knotestat doctor                     what works on this machine\n");
  app.name("knotestat");
  app.set_version_flag("--version", KNOTESTAT_VERSION);
  app.require_subcommand(1);

  std::map<const CLI::App*, std::function<ExitCode()>> actions;
  for (const Command& command : Commands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    actions[sub] = command.setup(*sub, CommandLine(argc, argv));
    if (command.hidden) sub->group("");
    sub->description(command.summary + "\n\nExamples:\n" + command.examples);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return Flushed(app.exit(success));
  } catch (const CLI::ParseError& error) {
    return ReportUsage(app, error, argc, argv);
  }
  const CLI::App* used = app.get_subcommands()[0];
  const absl::Status complete =
      knotestat::cli::CheckNoEmptyValue(*used, {argv + 1, argv + argc});
  if (!complete.ok()) return knotestat::cli::Fail(complete);
  const int code = Flushed(actions[used]());
  // A stuck strategy leaves threads behind; do not wait for them.
  std::_Exit(code);
}
