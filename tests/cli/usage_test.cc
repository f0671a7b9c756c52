// What the user got wrong: exit code 2, naming what is known and what was
// probably meant, and nothing on standard output.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "cli/nearest.h"
#include "collector/topology.h"
#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Slip {
  Arguments arguments;
  std::vector<std::string> said;  // all of it, on standard error
};

std::ostream& operator<<(std::ostream& out, const Slip& slip) {
  for (const std::string& argument : slip.arguments) out << argument << " ";
  return out;
}

class UsageTest : public testing::TestWithParam<Slip> {};

// More names than anybody reads hide what was meant.
TEST(UnknownName, IsOneShortLine) {
  for (const char* option : {"--strategy", "--workload"}) {
    const Finished finished = RunProgram({"run", option, "rwlokc"});
    EXPECT_LT(finished.err.size(), 160u) << finished.err;
  }
}

TEST_P(UsageTest, IsExplained) {
  const Finished finished = RunProgram(GetParam().arguments);
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, StartsWith("knotestat: "));
  for (const std::string& text : GetParam().said)
    EXPECT_THAT(finished.err, HasSubstr(text));
}

INSTANTIATE_TEST_SUITE_P(
    Names, UsageTest,
    testing::Values(
        Slip{{}, {"subcommand", "--help"}},
        Slip{{"rum"}, {"'rum'", "did you mean 'run'", "sweep", "doctor"}},
        Slip{{"run", "--strategy", "epok"},
             {"strategy 'epok'", "did you mean 'epoch'", "list strategies`"}},
        Slip{{"run", "--strategy", "epoch,rwlokc"},
             {"'rwlokc'", "did you mean 'rwlock'"}},
        Slip{{"run", "--strategy", "xyzzyxyzzy"},
             {"'xyzzyxyzzy'. `knotestat list strategies` shows all",
              "default, ours, peers and all"}},
        Slip{{"run", "--workload", "submitt"},
             {"workload 'submitt'",
              "did you mean 'submit'? `knotestat list workloads`"}},
        Slip{{"sweep", "--workloads", "submit,scna"},
             {"'scna'", "did you mean 'scan'"}},
        Slip{{"run", "--hold", "bussy"},
             {"--hold", "'bussy'", "did you mean 'busy'", "sleeping"}},
        Slip{{"run", "--mix", "submti=2"},
             {"--mix", "'submti'", "did you mean 'submit'"}},
        Slip{{"run", "--bogus"},
             {"'--bogus'", "--strategy", "--oversubscribe"}},
        Slip{{"run", "--cpu=1"}, {"'--cpu'", "did you mean '--cpus'"}},
        Slip{{"list", "strategie"},
             {"'strategie'", "did you mean 'strategies'", "probes"}},
        Slip{{"flame", "x.db", "--kind", "oncpu"},
             {"'oncpu'", "did you mean 'on-cpu'", "off-cpu"}},
        Slip{{"flame", "x.db", "--format", "sgv"},
             {"'sgv'", "did you mean 'svg'", "folded"}},
        Slip{{"choose", "x.db", "--path", "scna"},
             {"'scna'", "did you mean 'scan'", "register"}}));

INSTANTIATE_TEST_SUITE_P(
    Values, UsageTest,
    testing::Values(
        Slip{{"run", "--cpus", "0"}, {"--cpus", "'0'", "1,2,4"}},
        Slip{{"run", "--cpus", "one"}, {"--cpus", "'one'", "'all'"}},
        Slip{{"run", "--cpus", "1,,2"}, {"--cpus", "''"}},
        Slip{{"run", "--threads", "0"}, {"--threads", "'0'", "1 to"}},
        Slip{{"run", "--processes", "-1"}, {"--processes", "'-1'"}},
        Slip{{"run", "--hold-ns", "-3"}, {"--hold-ns", "'-3'", "whole number"}},
        Slip{{"run", "--hold-ns", "1.5"}, {"--hold-ns", "'1.5'"}},
        Slip{{"run", "--seconds", "nan"}, {"--seconds", "'nan'"}},
        Slip{{"run", "--seconds", "0"}, {"--seconds", "'0'", "0.1 to"}},
        Slip{{"run", "--seconds", "soon"}, {"--seconds", "'soon'"}},
        Slip{{"run", "--detach-rate", "nan"}, {"--detach-rate", "'nan'"}},
        Slip{{"run", "--detach-rate", "-1"}, {"--detach-rate", "'-1'"}},
        Slip{{"run", "--detaches", "0"}, {"--detaches", "'0'"}},
        Slip{{"run", "--seed", "-1"}, {"--seed", "'-1'"}},
        Slip{{"run", "--seed", "x"}, {"--seed", "'x'"}},
        Slip{{"run", "--mix", "scan=0"}, {"--mix", "scan=0", "1 to 100"}},
        Slip{{"run", "--devices", "1000000", "--knotes-per-device", "60000"},
             {"--devices", "--knotes-per-device", "at most"}},
        Slip{{"run", "--cpus", "1000000", "--oversubscribe"},
             {"1000000", "at most"}},
        Slip{{"run", "-o", ""}, {"-o", "empty"}},
        Slip{{"run", "--html", ""}, {"--html", "empty"}},
        Slip{{"run", "--precision", ""}, {"--precision", "empty"}},
        Slip{{"run", "--mix", ""}, {"--mix", "empty"}},
        Slip{{"run", "--strategy", "epoch,,psref"},
             {"--strategy", "epoch,,psref", "empty element"}},
        Slip{{"sweep", "--plan", ""}, {"--plan", "empty"}},
        Slip{{"compare", "x.db", "y.db", "--fail-if", ""},
             {"--fail-if", "empty"}},
        Slip{{"serve", "--token-file", ""}, {"--token-file", "empty"}},
        Slip{{"check", "--replay", ""}, {"--replay", "empty"}},
        Slip{{"check", "--schedules", "-1"}, {"--schedules", "'-1'"}},
        Slip{{"check", "--seed", "-1"}, {"--seed", "'-1'"}},
        Slip{{"choose", "x.db", "--weights", ""}, {"--weights", "empty"}},
        Slip{{"report", "--csv", ""}, {"argument is empty"}},
        Slip{{"run", "--mix", "scan=1,scan=2"}, {"--mix", "scan", "twice"}},
        Slip{{"run", "--workload", "submit,scan"},
             {"one workload", "sweep --workloads submit,scan"}},
        Slip{{"compare", "x.db"}, {"AFTER"}},
        Slip{{"report", "x.db", "y.db"}, {"y.db"}}));

INSTANTIATE_TEST_SUITE_P(
    Contradictions, UsageTest,
    testing::Values(
        Slip{{"run", "--no-bpf", "--require-bpf"},
             {"--no-bpf", "--require-bpf"}},
        Slip{{"run", "--detaches", "23", "--detach-rate", "0"},
             {"--detaches", "--detach-rate"}},
        Slip{{"run", "--cpus", "1", "--processes", "2", "--threads", "2"},
             {"2 processes of 2 threads on 1 CPU", "--oversubscribe"}},
        Slip{{"run", "--cpus", "4", "--oversubscribe", "--processes", "4",
              "--devices", "1"},
             {"1 device", "4 threads", "--devices"}},
        Slip{{"run", "--hold", "sleeping"}, {"--hold", "--hold-ns"}},
        Slip{{"run", "--strategy", "rwlock:klist", "--scopes", "global"},
             {"rwlock:klist", "--scopes global"}},
        Slip{{"run", "--json", "--html", "-"}, {"--html", "standard output"}},
        Slip{{"run", "-o", "x.db", "--html", "./x.db"}, {"x.db"}},
        Slip{{"report", "x.db", "--csv", "--json"}, {"--csv", "--json"}},
        Slip{{"report", "x.db", "--html", "y", "--json"},
             {"--html", "--json"}}));

TEST(Cpus, MoreThanThereAreNeedToBeAskedFor) {
  const auto order = collector::CpuOrder();
  ASSERT_TRUE(order.ok());
  const std::string available = std::to_string(order->size());
  const std::string wanted = std::to_string(order->size() + 1);
  const Arguments arguments = {"run",        "--no-bpf",   "--cpus",    wanted,
                               "--strategy", "none",       "--seconds", "0.1",
                               "--json",     "--workload", "submit"};
  const Finished refused = RunProgram(arguments);
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("--cpus"), HasSubstr(wanted),
                    HasSubstr(available), HasSubstr("--oversubscribe")));
  Arguments more = arguments;
  more.push_back("--oversubscribe");
  const Finished run = RunProgram(more);
  EXPECT_EQ(run.code, 0) << run.err;
  const auto cell = CellOf(ParseJson(run.out), "none");
  EXPECT_EQ(cell["cpus"], order->size() + 1);
  EXPECT_EQ(cell["processes"], order->size() + 1);
}

TEST(Cpus, TheWritersOwnMustBeLeft) {
  const auto order = collector::CpuOrder();
  ASSERT_TRUE(order.ok());
  const std::string all = std::to_string(order->size());
  Arguments arguments = {"run",       "--no-bpf",   "--writer-cpu", "own",
                         "--seconds", "0.1",        "--strategy",   "none",
                         "--json",    "--workload", "submit",       "--cpus"};
  arguments.push_back(all);
  const Finished refused = RunProgram(arguments);
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("--writer-cpu own"), HasSubstr(all),
                                 HasSubstr("--cpus"), HasSubstr("shared")));
  if (order->size() < 2) GTEST_SKIP() << "one CPU: none is ever left";
  arguments.back() = "1";
  const Finished run = RunProgram(arguments);
  EXPECT_EQ(run.code, 0) << run.err;
  const auto cell = CellOf(ParseJson(run.out), "none");
  EXPECT_EQ(cell["parameters"]["writer_cpu"], "own");
}

TEST(Help, BeginsWithExamples) {
  for (const char* name : {"run", "sweep", "report", "flame", "choose",
                           "compare", "list", "doctor"}) {
    const Finished help = RunProgram({name, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_EQ(help.err, "");
    const size_t examples = help.out.find("Examples:");
    const size_t options = help.out.find("Options:");
    ASSERT_NE(examples, std::string::npos) << name;
    EXPECT_LT(examples, options) << name;
  }
  EXPECT_EQ(RunProgram({"--version"}).code, 0);
}

TEST(Nearest, FindsSlipsAndNothingElse) {
  const std::vector<std::string> known = {"epoch", "psref", "rwlock"};
  EXPECT_EQ(Nearest("epohc", known), "epoch");
  EXPECT_EQ(Nearest("lock", known), "rwlock");
  EXPECT_EQ(Nearest("turnstile", known), "");
  EXPECT_THAT(std::string(Unknown("strategy", "turnstile", known).message()),
              Not(HasSubstr("did you mean")));
}

}  // namespace
}  // namespace knotestat::cli
