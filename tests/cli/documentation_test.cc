// The reference and the man page name every subcommand and every long option
// of the program, under the right subcommand, and none that does not exist.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "cli/command.h"

namespace knotestat::cli {
namespace {

using Options = std::map<std::string, std::set<std::string>>;

// How a document marks its headings, the subcommands in them, and the options
// that it defines.
struct Notation {
  std::string path;
  std::string heading;     // a heading's line
  std::string subcommand;  // in a heading; group 1 is the name
  std::string definition;  // a line that defines options; group 1 is where
  std::string option;      // in that group; group 1 is the name
};

const Notation kReference = {
    .path = "docs/reference/command-line.md",
    .heading = "## .*",
    .subcommand = "`(?:knotestat )?([a-z]+)[ A-Z]*`",
    .definition = "\\| (`.*?) \\|.*",  // a table's first column
    .option = "`--([a-z-]+)",
};

const Notation kManual = {
    .path = "docs/man/knotestat.1.scd",
    .heading = "#+ .*",
    .subcommand = "\\b(?!knotestat\\b)([a-z]+)\\b",
    .definition = "(\\*-.*)",
    .option = "\\*--([a-z-]+)\\*",
};

std::set<std::string> AllMatches(const std::string& line,
                                 const std::string& pattern) {
  std::set<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator it(line.begin(), line.end(), regex), end; it != end;
       ++it)
    found.insert((*it)[1]);
  return found;
}

// What `text` defines, by subcommand. A heading may name several.
Options Documented(std::istream& text, const Notation& notation) {
  Options options;
  std::set<std::string> subcommands;
  const std::regex heading(notation.heading), definition(notation.definition);
  std::string line;
  std::smatch match;
  while (std::getline(text, line)) {
    if (std::regex_match(line, heading)) {
      subcommands = AllMatches(line, notation.subcommand);
      for (const std::string& name : subcommands) options[name];
    } else if (std::regex_match(line, match, definition)) {
      for (const std::string& name : subcommands)
        options[name].merge(AllMatches(match[1], notation.option));
    }
  }
  return options;
}

Options InDocument(const Notation& notation) {
  std::ifstream file(KNOTESTAT_SOURCE_DIR "/" + notation.path);
  EXPECT_TRUE(file) << notation.path;
  return Documented(file, notation);
}

// What the program has; --help is everywhere and documented once.
Options InProgram() {
  Options options;
  for (const Command& command : Commands()) {
    if (command.hidden) continue;
    CLI::App app;
    command.setup(app, "knotestat");
    std::set<std::string>& names = options[command.name];
    for (const CLI::Option* option : app.get_options())
      names.insert(option->get_lnames().begin(), option->get_lnames().end());
    names.erase("help");
  }
  return options;
}

TEST(Documentation, ReferenceHasEveryOptionAndNoOther) {
  EXPECT_EQ(InDocument(kReference), InProgram());
}

TEST(Documentation, ManualHasEveryOptionAndNoOther) {
  EXPECT_EQ(InDocument(kManual), InProgram());
}

// The comparisons above see what is missing, misplaced or invented.
TEST(Documentation, OnlyTheFirstColumnDefines) {
  std::istringstream text(
      "## `knotestat run`\n"
      "| `--seconds S` | not with `--json` |\n"
      "## Options of `run` and `sweep`\n"
      "Not a table: `--quiet`\n"
      "| `-o FILE`, `--output FILE` | where |\n"
      "## `knotestat list WHAT`\n");
  const Options expected = {
      {"run", {"seconds", "output"}}, {"sweep", {"output"}}, {"list", {}}};
  EXPECT_EQ(Documented(text, kReference), expected);
}

}  // namespace
}  // namespace knotestat::cli
