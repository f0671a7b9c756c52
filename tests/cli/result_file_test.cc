// Result files that are none, and files that must not be overwritten: exit
// code 1, saying which and what is wrong, and every byte as it was.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <map>

#include "record/run.h"
#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Damages a good file at `path`, and says what is then reported.
struct Damage {
  const char* name;
  void (*make)(const std::string& path);
  std::string said;
};

std::ostream& operator<<(std::ostream& out, const Damage& damage) {
  return out << damage.name;
}

const Damage kDamages[] = {
    {"Missing", [](const std::string& path) { std::filesystem::remove(path); },
     "no such file"},
    {"Empty", [](const std::string& path) { WriteAll(path, ""); }, "empty"},
    {"Text", [](const std::string& path) { WriteAll(path, "strategy,cost\n"); },
     "not an SQLite database"},
    {"Page",
     [](const std::string& path) {
       WriteAll(path, std::string(100'000, '\xa5'));
     },
     "not an SQLite database"},
    {"Truncated",
     [](const std::string& path) {
       WriteAll(path, std::string_view(ReadAll(path)).substr(0, 20'000));
     },
     "truncated"},
    {"TruncatedAtAPage",
     [](const std::string& path) {
       WriteAll(path, std::string_view(ReadAll(path)).substr(0, 5 * 4096));
     },
     "truncated"},
    {"HeaderOnly",
     [](const std::string& path) {
       WriteAll(path, std::string_view(ReadAll(path)).substr(0, 60));
     },
     "truncated"},
    {"Newer",
     [](const std::string& path) {
       Query(path, "PRAGMA user_version = " +
                       std::to_string(record::kSchemaVersion + 1));
     },
     "has schema " + std::to_string(record::kSchemaVersion + 1)},
    {"Foreign",
     [](const std::string& path) { Query(path, "PRAGMA application_id = 7"); },
     "not of knotestat"},
    {"Folder",
     [](const std::string& path) {
       std::filesystem::remove(path);
       std::filesystem::create_directory(path);
     },
     "folder"},
};

class DamagedFileTest : public CliTest,
                        public testing::WithParamInterface<Damage> {
 protected:
  std::map<std::string, std::string> Content() const {
    std::map<std::string, std::string> content;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      content[entry.path().filename()] =
          entry.is_directory() ? "a folder" : ReadAll(entry.path());
    return content;
  }
};

TEST_P(DamagedFileTest, IsNamedAndLeftUntouched) {
  const std::string good = MakeResult("good.db", {"--strategy", "epoch"});
  const std::string bad = Path("bad.db");
  std::filesystem::copy_file(good, bad);
  GetParam().make(bad);
  const auto before = Content();
  const std::string page = Path("page.html");
  for (const Arguments& arguments :
       {Arguments{"report", bad}, Arguments{"report", bad, "--json"},
        Arguments{"flame", bad}, Arguments{"flame", bad, "-o", page},
        Arguments{"choose", bad}, Arguments{"compare", bad, good},
        Arguments{"compare", good, bad}}) {
    const Finished finished = RunProgram(arguments);
    EXPECT_EQ(finished.code, 1) << arguments[0];
    EXPECT_EQ(finished.out, "") << arguments[0];
    EXPECT_THAT(finished.err, AllOf(HasSubstr(bad), HasSubstr(GetParam().said)))
        << arguments[0];
    EXPECT_EQ(Content(), before) << arguments[0];
  }
  // Whoever opens the page has not seen the terminal.
  const Finished report = RunProgram({"report", bad, "--html", page});
  EXPECT_EQ(report.code, 1);
  EXPECT_EQ(report.out, "");
  EXPECT_THAT(report.err, AllOf(HasSubstr(bad), HasSubstr(GetParam().said)));
  EXPECT_EQ(std::filesystem::exists(page), std::filesystem::exists(bad));
  if (std::filesystem::exists(bad)) {
    EXPECT_THAT(ReadAll(page), HasSubstr("</html>"));
  }
  std::filesystem::remove(page);
  EXPECT_EQ(Content(), before);
}

TEST_F(CliTest, AFileThatIsNotThereHasNoPage) {
  WriteAll(Path("page.html"), "of another file");
  const Finished report =
      RunProgram({"report", Path("none.db"), "--html", Path("page.html")});
  EXPECT_EQ(report.code, 1);
  EXPECT_EQ(ReadAll(Path("page.html")), "of another file");
}

INSTANTIATE_TEST_SUITE_P(All, DamagedFileTest, testing::ValuesIn(kDamages),
                         [](const auto& test) {
                           return std::string(test.param.name);
                         });

using OutputFileTest = CliTest;

TEST_F(OutputFileTest, AnExistingFileIsRefusedBeforeAnythingIsMeasured) {
  const std::string path = Path("precious.txt");
  WriteAll(path, "precious");
  const Finished run = RunProgram({"run", "--no-bpf", "-o", path});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, AllOf(HasSubstr(path), HasSubstr("overwritten")));
  EXPECT_EQ(ReadAll(path), "precious");
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_F(OutputFileTest, AResultIsNeverOverwritten) {
  const std::string result = MakeResult("a.db", {"--strategy", "epoch"});
  const std::string before = ReadAll(result);
  for (const Arguments& arguments :
       {Arguments{"run", "--no-bpf", "-o", result},
        Arguments{"run", "--no-bpf", "--html", result},
        Arguments{"report", result, "--html", result},
        Arguments{"flame", result, "-o", result}}) {
    const Finished finished = RunProgram(arguments);
    EXPECT_EQ(finished.code, 1) << arguments[0];
    EXPECT_EQ(finished.out, "");
    EXPECT_THAT(finished.err, HasSubstr(result));
    EXPECT_EQ(ReadAll(result), before) << arguments[0];
  }
}

TEST_F(OutputFileTest, APlaceThatCannotBeIsSaidBeforeMeasuring) {
  const std::string nowhere = Path("missing/x");
  for (const char* option : {"-o", "--html"}) {
    const Finished run = RunProgram({"run", "--no-bpf", option, nowhere});
    EXPECT_EQ(run.code, 1);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr("missing"));
  }
}

TEST_F(OutputFileTest, ADeviceStaysOne) {
  const std::string result = MakeResult("a.db", {"--strategy", "none"});
  const std::string pipe = Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  // Into a file: a page is more than a pipe holds until somebody reads it.
  Program reader({pipe, Path("copy")}, {.before = nullptr, .program = "cp"});
  const Finished report = RunProgram({"report", result, "--html", pipe});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_EQ(reader.Wait().code, 0);
  EXPECT_THAT(ReadAll(Path("copy")), HasSubstr("</html>"));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_EQ(RunProgram({"report", result, "--html", "/dev/null"}).code, 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(OutputFileTest, ALinkStaysOne) {
  const std::string result = MakeResult("a.db", {"--strategy", "none"});
  WriteAll(Path("old.html"), "old");
  std::filesystem::create_symlink("old.html", Path("link.html"));
  ASSERT_EQ(RunProgram({"report", result, "--html", Path("link.html")}).code,
            0);
  EXPECT_TRUE(std::filesystem::is_symlink(Path("link.html")));
  EXPECT_THAT(ReadAll(Path("old.html")), HasSubstr("</html>"));
}

// Of what is run and printed nothing may get into the result file.
TEST_F(OutputFileTest, ClosedStandardFilesDoNotBecomeTheResult) {
  for (const char* closed : {">&-", "2>&-", "<&- >&- 2>&-"}) {
    const std::string result = Path("closed.db");
    const Finished run = RunOther(
        "sh",
        {"-c", KNOTESTAT_BINARY_DIR
                   "/knotestat run --no-bpf --cpus 1 --seconds 0.1 --strategy "
                   "epoch -o " +
                   result + " " + closed});
    EXPECT_EQ(run.code, std::string(closed) == "2>&-" ? 0 : 1) << closed;
    EXPECT_EQ(RunProgram({"report", result}).code, 0) << closed;
    EXPECT_GT(Query(result, "SELECT count(*) FROM blocks"), 0) << closed;
    std::filesystem::remove(result);
  }
}

TEST_F(OutputFileTest, AKilledRunsFileIsNotCalledMissing) {
  const std::string result = MakeResult("a.db", {"--strategy", "none"});
  WriteAll(result + "-wal", "what it wrote last");
  const Finished run = RunProgram({"run", "--no-bpf", "-o", result});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("never overwritten"), HasSubstr("resume")));
  std::filesystem::remove(result);
  EXPECT_THAT(RunProgram({"run", "--no-bpf", "-o", result}).err,
              HasSubstr("without its result file"));
}

TEST_F(OutputFileTest, WhatIsNoOrdinaryFileIsRefused) {
  const std::string other = MakeResult("a.db", {"--strategy", "none"});
  for (const char* name : {"-", ":memory:", "file:x.db"}) {
    for (const Arguments& arguments :
         {Arguments{"run", "--no-bpf", "-o", name},
          Arguments{"run", "--workload", "truth", "-o", name},
          Arguments{"calibrate", "-o", name},
          Arguments{"merge", other, other, "-o", name}}) {
      const Finished run = RunProgram(arguments);
      EXPECT_EQ(run.code, 2) << arguments[0] << " " << name;
      EXPECT_THAT(run.err, HasSubstr(name));
      EXPECT_EQ(run.out, "");
    }
  }
  const Finished device = RunProgram({"run", "--no-bpf", "-o", "/dev/stdout"});
  EXPECT_EQ(device.code, 1);
  EXPECT_THAT(device.err, HasSubstr("no ordinary file"));
  const Finished redirected = RunOther(
      "sh", {"-c", "cd " + folder_.string() +
                       " && " KNOTESTAT_BINARY_DIR
                       "/knotestat run --no-bpf -o both.db > both.db"});
  EXPECT_EQ(redirected.code, 1);
  EXPECT_THAT(redirected.err, HasSubstr("standard output"));
}

TEST_F(OutputFileTest, AFileThatMayNotGrowIsASentence) {
  const std::string result = MakeResult("a.db", {"--strategy", "none"});
  const std::string page = Path("page.html");
  const Finished report = RunOther(
      "sh", {"-c", "ulimit -f 1; " KNOTESTAT_BINARY_DIR "/knotestat report " +
                       result + " --html " + page});
  EXPECT_EQ(report.code, 1);
  EXPECT_THAT(report.err, HasSubstr(page));
  EXPECT_FALSE(std::filesystem::exists(page + ".unfinished"));
}

TEST_F(OutputFileTest, AMergeIsWholeOrNotThere) {
  const std::string result = MakeResult("a.db", {"--strategy", "epoch"});
  const std::string other = MakeResult("b.db", {"--strategy", "epoch"});
  const std::string both = Path("both.db");
  const Finished failed = RunOther(
      "sh", {"-c", "ulimit -f 40; " KNOTESTAT_BINARY_DIR "/knotestat merge " +
                       result + " " + other + " -o " + both});
  EXPECT_EQ(failed.code, 1) << failed.err;
  for (const char* suffix : {"", ".unfinished", ".unfinished-wal"})
    EXPECT_FALSE(std::filesystem::exists(both + suffix)) << suffix;
  // What a kill has left is in nobody's way.
  WriteAll(both + ".unfinished", "half");
  const Finished merged = RunProgram({"merge", result, other, "-o", both});
  EXPECT_EQ(merged.code, 0) << merged.err;
  EXPECT_EQ(RunProgram({"report", both}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(both + ".unfinished"));
}

TEST_F(OutputFileTest, FullStandardOutputIsAnError) {
  const std::string result = MakeResult("a.db", {"--strategy", "none"});
  const Finished report =
      RunOther("sh", {"-c", KNOTESTAT_BINARY_DIR "/knotestat report " + result +
                                " --json > /dev/full"});
  EXPECT_EQ(report.code, 1);
  EXPECT_THAT(report.err, HasSubstr("standard output"));
}

}  // namespace
}  // namespace knotestat::cli
