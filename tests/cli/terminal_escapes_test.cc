// Texts of a result file that would move the cursor of the terminal.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class TerminalEscapesTest : public CliTest {
 protected:
  TerminalEscapesTest() {
    const Finished run =
        RunProgram({"run", "--no-bpf", "--cpus", "1", "--strategy", "epoch",
                    "--seconds", "0.5", "-o", Path("plain.db")});
    EXPECT_EQ(run.code, 0) << run.err;
    std::filesystem::copy_file(Path("plain.db"), Path("crafted.db"));
    Query(Path("crafted.db"),
          "UPDATE cells SET workload = char(27) || '[34m', "
          "parameters = json_object('mix', char(27) || '[35m')");
    Query(Path("crafted.db"),
          "UPDATE cells SET strategy = strategy || char(27) || '[31m', "
          "strategy_group = char(27) || '[32m', scope = char(27) || '[33m' "
          "WHERE strategy = 'epoch'");
    for (const char* column : {"host", "cpu_model", "kernel", "build"})
      Query(Path("crafted.db"), std::string("UPDATE context SET ") + column +
                                    " = char(27) || '[36m'");
  }

  void ExpectSafe(Arguments arguments, const std::string& shown) {
    const Finished finished = RunProgram(arguments);
    EXPECT_THAT(finished.out, Not(HasSubstr("\x1b"))) << arguments[0];
    EXPECT_THAT(finished.err, Not(HasSubstr("\x1b"))) << arguments[0];
    EXPECT_THAT(finished.out + finished.err, HasSubstr(shown)) << arguments[0];
  }
};

TEST_F(TerminalEscapesTest, AreNotPrinted) {
  const std::string file = Path("crafted.db");
  ExpectSafe({"choose", file}, "epoch?[31m");
  ExpectSafe({"bench", file}, "?[36m");
  ExpectSafe({"compare", Path("plain.db"), file}, "epoch?[31m");
  ExpectSafe({"compare", file, file}, "?[34m workload");
  ExpectSafe({"report", file}, "epoch?[31m");
}

TEST_F(TerminalEscapesTest, AreNotInComplaints) {
  const std::string file = Path("crafted.db");
  // The floor is in both, or there would be nothing to compare.
  std::filesystem::copy_file(Path("plain.db"), Path("renamed.db"));
  Query(Path("renamed.db"),
        "UPDATE cells SET strategy = strategy || char(27) || '[31m' "
        "WHERE strategy = 'epoch'");
  ExpectSafe(
      {"compare", Path("plain.db"), Path("renamed.db"), "--fail-if", "missing"},
      "failed: missing: epoch?[31m");
  ExpectSafe({"choose", file, "--groups", "peer"}, "?[32m");
  ExpectSafe({"flame", file, "--strategy", "epohc"}, "epoch?[31m");
  ExpectSafe({"report", file, "--format", "html\x1b[31m"}, "html?[31m");
}

}  // namespace
}  // namespace knotestat::cli
