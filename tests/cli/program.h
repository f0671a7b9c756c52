// The real knotestat as a child process: what it prints, how it ends, and
// signals on the way.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_CLI_PROGRAM_H_
#define KNOTESTAT_TESTS_CLI_PROGRAM_H_

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace knotestat::cli {

// How a program ended.
struct Finished {
  int code = 0;  // of exit(), or 128 + the signal that killed it
  std::string out;
  std::string err;
};

using Arguments = std::vector<std::string>;

struct Surroundings {
  // Runs in the child before the program, e.g. to drop privileges.
  std::function<void()> before;
  std::string program = KNOTESTAT_BINARY_DIR "/knotestat";
  bool terminal = false;  // both outputs are one, and end up in `out`
};

// A running program. Kills it if nobody has waited for it.
class Program {
 public:
  explicit Program(const Arguments& arguments,
                   const Surroundings& surroundings = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;
  // As if typed at the program's terminal, if that is its standard input, too.
  void Type(const std::string& keys) const;

  // Reads until both outputs are closed, and reaps. A program that takes
  // longer than two minutes is killed (code 137).
  Finished Wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

Finished RunProgram(const Arguments& arguments,
                    const Surroundings& surroundings = {});

// Runs any other program, found in PATH.
Finished RunOther(const std::string& program, const Arguments& arguments);

// A folder of its own for each test, that every user may read.
class CliTest : public testing::Test {
 protected:
  CliTest();
  ~CliTest() override;

  std::string Path(const std::string& name) const { return folder_ / name; }

  // `run` without eBPF for 0.1 s on one CPU, and `more`, into the file `name`.
  // Returns the file's path.
  std::string MakeResult(const std::string& name, const Arguments& more = {});

  std::filesystem::path folder_;
};

std::string ReadAll(const std::string& path);
void WriteAll(const std::string& path, std::string_view content);

// `text` as JSON; a failed test and null if it is none.
nlohmann::json ParseJson(const std::string& text);

// The cell of `strategy` among the figures; a failed test if there is none.
nlohmann::json CellOf(const nlohmann::json& figures,
                      const std::string& strategy);

// First column of the first row that `sql` finds in a result file, or the
// effect of a change to it.
double Query(const std::string& path, const std::string& sql);

// Ends the child's privileges: it becomes the user nobody.
void BecomeNobody();

}  // namespace knotestat::cli

#endif  // KNOTESTAT_TESTS_CLI_PROGRAM_H_
