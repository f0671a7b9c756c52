// `run` with eBPF on the live process: counted twice, certified, and seen in
// flame graphs.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <cstdio>
#include <limits>
#include <sstream>

#include "tests/cli/ebpf.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using RunEbpfTest = EbpfTest;

// The figures that `arguments` print with eBPF, and a result file of them.
json RunJson(const Arguments& arguments, const std::string& result) {
  Arguments all = {"run", "--require-bpf", "--cpus", "1", "--json",
                   "-o",  result};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished run = RunProgram(all);
  EXPECT_EQ(run.code, 0) << run.err;
  return ParseJson(run.out);
}

// The play of a truth workload under epoch.
json PlayOf(const std::string& workload) {
  const Finished run = RunProgram({"run", "--require-bpf", "--workload",
                                   workload, "--strategy", "epoch", "--json"});
  EXPECT_EQ(run.code, 0) << run.err;
  return ParseJson(run.out)["truth"][1];
}

TEST_F(RunEbpfTest, TheKernelSeesWhoSleepsOrMigratesInASection) {
  const json sleeps = PlayOf("blocking_f_event");
  EXPECT_EQ(sleeps["seen_by_ebpf"], true);
  EXPECT_EQ(sleeps["sightings"]["slept_in_section"], 1);
  const json migrates = PlayOf("migration");
  EXPECT_EQ(migrates["seen_by_ebpf"], true);
  EXPECT_GE(migrates["sightings"]["migrated_in_section"], 1);
  EXPECT_EQ(PlayOf("reader_inside")["seen_by_ebpf"], false);
}

TEST_F(RunEbpfTest, TwentyThreeDetachesAreCountedTwice) {
  const json run =
      RunJson({"--strategy", "all", "--detaches", "23", "--seconds", "0.2"},
              Path("run.db"));
  EXPECT_EQ(run["context"]["bpf"], true);
  EXPECT_FALSE(run["context"].contains("bpf_reason"));
  const json listed =
      ParseJson(RunProgram({"list", "strategies", "--json"}).out);
  ASSERT_EQ(run["cells"].size(), listed["strategies"].size());
  int id = 0;
  for (const json& cell : run["cells"]) {
    const std::string strategy = cell["strategy"];
    const json& counters = cell["counters"];
    EXPECT_EQ(counters["bpf.klist_fini.count"], 23) << strategy;
    for (const char* phase : {"total", "publish", "wait", "reclaim"})
      EXPECT_EQ(counters["bpf.klist_fini." + std::string(phase) + ".count"], 23)
          << strategy << " " << phase;
    EXPECT_EQ(cell["certificate"]["events_lost"], 0) << strategy;
    EXPECT_EQ(
        Query(Path("run.db"), "SELECT COUNT(*) FROM detaches WHERE cell = " +
                                  std::to_string(++id)),
        23)
        << strategy;
    // On a machine this busy the certificate may refuse the figures, but
    // never silently, and never with another count.
    if (counters.contains("refused_by_certificate")) {
      EXPECT_GT(cell["certificate"]["slowdown"]["lo"], 0.05) << strategy;
      EXPECT_FALSE(cell.contains("klist_fini_ns")) << strategy;
    } else {
      EXPECT_EQ(cell["klist_fini_ns"]["count"], 23) << strategy;
    }
  }
}

TEST_F(RunEbpfTest, TheCertificateComesWithIt) {
  const json run = RunJson(
      {"--strategy", "epoch", "--workload", "mixed", "--seconds", "0.5"},
      Path("run.db"));
  for (const json& cell : run["cells"]) {
    const json& certificate = cell["certificate"];
    for (const char* key : {"median", "lo", "hi"})
      EXPECT_TRUE(certificate["slowdown"][key].is_number());
    for (const char* key : {"events_lost", "involuntary_switches"})
      EXPECT_TRUE(certificate[key].is_number());
  }
  const json counters = CellOf(run, "epoch")["counters"];
  EXPECT_GT(counters["bpf.reader_section.count"], 0);
  for (const char* name :
       {"bpf.reader_blocked.count", "bpf.writer_waiting.count"})
    EXPECT_TRUE(counters.contains(name)) << name;
}

// There are more probes than launches, and one probe is alone in each.
TEST_F(RunEbpfTest, EveryProbeIsMeasuredAloneInSomeGroup) {
  const json probes =
      ParseJson(RunProgram({"list", "probes", "--json"}).out)["probes"];
  const Finished sweep =
      RunProgram({"sweep", "--require-bpf", "--strategies", "epoch",
                  "--workloads", "submit,scan", "--cpus", "1", "--launches",
                  "4", "--seconds", "0.4", "-o", Path("sweep.db")});
  ASSERT_EQ(sweep.code, 0) << sweep.err;
  ASSERT_LE(probes.size(), 2U * 4U) << "of two groups of four launches";
  for (const json& probe : probes) {
    const std::string name = probe["name"];
    EXPECT_GT(Query(Path("sweep.db"),
                    "SELECT COUNT(*) FROM blocks WHERE probe = '" + name + "'"),
              0)
        << name;
  }
}

// Readers that hold an rwlock for 1 ms make writers wait, and those readers.
TEST_F(RunEbpfTest, LockstatTellsWhoWaitedForWhom) {
  const json run = RunJson(
      {"--strategy", "rwlock,knote_mutex", "--workload", "scan", "--processes",
       "2", "--oversubscribe", "--hold", "sleeping", "--hold-ns", "1000000",
       "--detach-rate", "100", "--seconds", "2"},
      Path("waits.db"));
  const json counters = CellOf(run, "rwlock")["counters"];
  const double readers = counters["bpf.reader_blocked.count"];
  const double by_writer = counters["bpf.reader_blocked.by_writer.count"];
  const double by_waiting =
      counters["bpf.reader_blocked.by_waiting_writer.count"];
  EXPECT_GT(by_waiting, 0);
  EXPECT_EQ(by_writer + by_waiting, readers);
  const Finished report =
      RunProgram({"report", Path("waits.db"), "--format", "lockstat"});
  ASSERT_EQ(report.code, 0) << report.err;
  for (const char* text :
       {"-- Writer blocked by readers", "-- Reader blocked by waiting writer",
        "rwlock:global          klist_fini (scan, 1 CPU)",
        "rwlock:global          filterops (scan, 1 CPU)"})
    EXPECT_THAT(report.out, HasSubstr(text));
}

TEST_F(RunEbpfTest, WithoutItThereIsNoTraceOfIt) {
  const Finished run =
      RunProgram({"run", "--no-bpf", "--cpus", "1", "--seconds", "0.1",
                  "--strategy", "epoch", "--detaches", "23", "--json"});
  ASSERT_EQ(run.code, 0);
  const json figures = ParseJson(run.out);
  EXPECT_EQ(figures["context"]["bpf"], false);
  for (const json& cell : figures["cells"]) {
    EXPECT_EQ(cell["klist_fini_ns"]["count"], 23);
    EXPECT_THAT(cell["counters"].dump(), Not(HasSubstr("bpf.")));
  }
}

// Sum of the folded stacks that have `frame`.
uint64_t SamplesWith(const std::string& folded, const std::string& frame) {
  uint64_t sum = 0;
  std::istringstream lines(folded);
  for (std::string line; std::getline(lines, line);) {
    const size_t space = line.rfind(' ');
    EXPECT_NE(space, std::string::npos) << line;
    if (line.substr(0, space).find(frame) != std::string::npos)
      sum += std::stoull(line.substr(space + 1));
  }
  return sum;
}

class FlameEbpfTest : public EbpfTest {
 protected:
  std::string Flame(const Arguments& more) {
    Arguments arguments = {"flame", Path("run.db")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished flame = RunProgram(arguments);
    EXPECT_EQ(flame.code, 0) << flame.err;
    return flame.out;
  }
};

// Readers that sleep 1 ms inside a section are what a writer waits for.
TEST_F(FlameEbpfTest, TheReaderThatLeftLastIsBlamed) {
  const json run = RunJson(
      {"--strategy", "epoch,rwlock", "--workload", "scan", "--processes", "2",
       "--oversubscribe", "--hold", "sleeping", "--hold-ns", "1000000",
       "--detach-rate", "100", "--seconds", "2"},
      Path("run.db"));
  for (const char* strategy : {"epoch", "rwlock"}) {
    const json counters = CellOf(run, strategy)["counters"];
    const double blamed = counters["bpf.blame.sum_ns"];
    const double spun = counters["bpf.blame.spun.sum_ns"];
    const std::string folded = Flame(
        {"--kind", "blame", "--strategy", strategy, "--format", "folded"});
    EXPECT_EQ(static_cast<double>(SamplesWith(folded, "")), blamed + spun)
        << folded;
    EXPECT_EQ(
        static_cast<double>(SamplesWith(folded, "[nobody woke the writer]")),
        spun);
    // A dispatch that left its section, not the writer itself.
    EXPECT_GT(static_cast<double>(SamplesWith(folded, "knote::filter_event<")),
              0.9 * blamed)
        << folded;
    EXPECT_EQ(SamplesWith(folded, "klist_fini"), 0u) << folded;
    // Under whose function it had called: the driver's, and no other filter's.
    EXPECT_GT(static_cast<double>(SamplesWith(folded, "pulse_f_event_[left];")),
              0.9 * blamed)
        << folded;
    EXPECT_GT(blamed, spun) << folded;
  }
}

// It waits before it stores the stubs, which takes longer with many knotes. It
// never spins for readers; that a wait has no waker, as a thread's first, is
// rare.
TEST_F(FlameEbpfTest, AWriterIsBlockedHoweverManyKnotesFollowTheWait) {
  const json run = RunJson({"--strategy",
                            "rwlock",
                            "--mix",
                            "scan=1",
                            "--devices",
                            "1",
                            "--knotes-per-device",
                            "10000",
                            "--processes",
                            "2",
                            "--oversubscribe",
                            "--hold",
                            "sleeping",
                            "--hold-ns",
                            "100000",
                            "--detach-rate",
                            "20",
                            "--seconds",
                            "2",
                            "--launches",
                            "1"},
                           Path("run.db"));
  const json counters = CellOf(run, "rwlock")["counters"];
  for (const std::string probe : {"bpf.blame", "bpf.wait_chain"}) {
    const double waits = counters[probe + ".count"];
    const double spun = counters[probe + ".spun.count"];
    EXPECT_GT(waits, 3) << probe;
    EXPECT_LE(spun, waits / 3) << probe;
  }
}

// One of each: a reader that sleeps in the driver, a timer that ends that, and
// the writer, which a thread of ours wakes.
TEST_F(FlameEbpfTest, OffCpuStacksSayWhoEndedTheSleep) {
  RunJson({"--strategy", "epoch", "--workload", "scan", "--hold", "sleeping",
           "--hold-ns", "1000000", "--detach-rate", "100", "--seconds", "1"},
          Path("run.db"));
  const auto folded = [&](const Arguments& more) {
    Arguments arguments = {"--kind", "off-cpu",  "--strategy",
                           "epoch",  "--format", "folded"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Flame(arguments);
  };
  const std::string woken = folded({"--root", "thread"});
  EXPECT_GT(SamplesWith(woken, "klist_fini<"), 0u) << woken;
  uint64_t of_writer = 0, by_reader = 0, in_driver = 0, by_timer = 0;
  std::istringstream lines(woken);
  for (std::string line; std::getline(lines, line);) {
    const uint64_t ns = std::stoull(line.substr(line.rfind(' ')));
    const size_t middle = line.find(";--;");
    ASSERT_NE(middle, line.npos) << line;
    if (line.substr(0, middle).find("WaitForOpenSections") != line.npos ||
        line.substr(0, middle).find("klist_fini<") != line.npos) {
      EXPECT_THAT(line, StartsWith("writer;"));
      of_writer += ns;
      if (line.find("knote::filter_event<", middle) != line.npos)
        by_reader += ns;
    } else if (line.substr(0, middle).find("pulse_f_event") != line.npos) {
      EXPECT_THAT(line, StartsWith("thread 0;"));
      in_driver += ns;
      if (line.find("[timer, device or other", middle) != line.npos)
        by_timer += ns;
    }
  }
  EXPECT_GT(of_writer, 0u) << woken;
  EXPECT_GT(by_reader, of_writer / 2) << woken;
  EXPECT_GT(in_driver, 0u) << woken;
  EXPECT_GT(by_timer, in_driver / 10 * 9) << woken;
  EXPECT_EQ(SamplesWith(folded({"--no-wakers"}), ""), SamplesWith(woken, ""));
  EXPECT_EQ(SamplesWith(folded({"--no-wakers"}), ";--;"), 0u);
}

// A run's parts are shared out between two files: nothing differs.
TEST_F(FlameEbpfTest, HalvesOfOneRunStayGrey) {
  RunJson(
      {"--strategy", "epoch,rwlock", "--workload", "scan", "--hold", "sleeping",
       "--hold-ns", "200000", "--detach-rate", "100", "--seconds", "4"},
      Path("run.db"));
  for (const char* half : {"0", "1"}) {
    const std::string path = Path("half" + std::string(half) + ".db");
    WriteAll(path, ReadAll(Path("run.db")));
    Query(path, "DELETE FROM stack_sums WHERE part % 2 = " + std::string(half));
  }
  for (const char* kind : {"off-cpu", "blame"}) {
    const Finished flame = RunProgram({"flame", Path("half0.db"), "--diff",
                                       Path("half1.db"), "--kind", kind});
    ASSERT_EQ(flame.code, 0) << flame.err;
    unsigned differ = 0, frames = 0;
    const size_t summary = flame.out.find(" after; ") + 8;
    ASSERT_EQ(sscanf(&flame.out[summary], "%u of %u frames", &differ, &frames),
              2);
    EXPECT_GT(frames, 20u) << kind;
    EXPECT_LE(differ, frames / 20) << kind;
  }
}

// The writer waits for a reader, which sleeps in the driver until a timer ends
// that.
TEST_F(FlameEbpfTest, AChainLeadsFromTheWriterToTheSleepInTheDriver) {
  const json run = RunJson(
      {"--strategy", "rwlock", "--workload", "scan", "--hold", "sleeping",
       "--hold-ns", "1000000", "--detach-rate", "100", "--seconds", "2"},
      Path("run.db"));
  const Finished report =
      RunProgram({"report", Path("run.db"), "--format", "waits-json"});
  ASSERT_EQ(report.code, 0) << report.err;
  const json waits = json::parse(report.out);
  const json counters = CellOf(run, "rwlock")["counters"];
  EXPECT_GE(waits["waits"], counters["bpf.wait_chain.count"]);
  double chained = 0, in_driver = 0;
  double last = std::numeric_limits<double>::infinity();
  for (const json& chain : waits["chains"]) {
    EXPECT_LE(chain["total_ns"], last) << "the longest first";
    last = chain["total_ns"];
    EXPECT_LE(chain["max_ns"], chain["total_ns"]);
    chained += last;
    for (size_t i = 1; i < chain["links"].size(); ++i) {
      const json& link = chain["links"][i];
      EXPECT_LE(link["total_ns"], chain["links"][i - 1]["total_ns"]);
      if (link["waits"].dump().find("f_event") == std::string::npos) continue;
      EXPECT_TRUE(link["ended_by"].empty()) << link;
      in_driver += link["total_ns"].get<double>();
      break;
    }
  }
  EXPECT_GT(chained, 0) << waits;
  EXPECT_LE(chained, waits["slept_ns"]);
  EXPECT_GT(in_driver, 0) << waits;
  const Finished text =
      RunProgram({"report", Path("run.db"), "--format", "waits"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("WAIT CHAINS"), HasSubstr("f_event"),
                              HasSubstr("ended by a timer")));
}

TEST_F(FlameEbpfTest, OnCpuTimeIsInTheDriver) {
  RunJson({"--workload", "busy_hold", "--strategy", "epoch,rwlock", "--seconds",
           "1"},
          Path("run.db"));
  const std::string all = Flame({"--format", "folded"});
  EXPECT_GT(SamplesWith(all, "f_event"), 0u) << all;
  for (const char* strategy : {"none", "epoch", "rwlock"})
    EXPECT_THAT("\n" + all, HasSubstr("\n" + std::string(strategy) + ";"));
  const std::string one = Flame({"--format", "folded", "--strategy", "rwlock"});
  EXPECT_GT(SamplesWith(one, "f_event"), 0u) << one;
  EXPECT_THAT("\n" + one, Not(HasSubstr("\nrwlock;")));
  EXPECT_EQ(
      SamplesWith(one, "f_event"),
      SamplesWith(all, "f_event") -
          SamplesWith(Flame({"--format", "folded", "--strategy", "none"}),
                      "f_event") -
          SamplesWith(Flame({"--format", "folded", "--strategy", "epoch"}),
                      "f_event"));
  for (const char* strategy : {"all", "rwlock"}) {
    const std::string picture =
        Flame({"--format", "svg", "--strategy", strategy});
    EXPECT_THAT(picture, AllOf(HasSubstr("<svg"), HasSubstr("f_event"),
                               HasSubstr("</svg>")));
  }
}

TEST_F(FlameEbpfTest, OffCpuTimeIsInTheDriverThatSleeps) {
  const json run = RunJson({"--workload", "sleeping_hold", "--strategy",
                            "psref,epoch", "--seconds", "0.5"},
                           Path("run.db"));
  for (const json& cell : run["cells"])
    EXPECT_GT(cell["counters"]["bpf.section_sleep.count"], 0)
        << cell["strategy"];
  const std::string all = Flame({"--kind", "off-cpu", "--format", "folded"});
  EXPECT_GT(SamplesWith(all, "f_event"), 0u) << all;
  EXPECT_THAT("\n" + all, HasSubstr("\npsref;"));
  const std::string one =
      Flame({"--kind", "off-cpu", "--format", "folded", "--strategy", "psref"});
  EXPECT_GT(SamplesWith(one, "f_event"), 0u) << one;
  for (const char* strategy : {"all", "psref"}) {
    EXPECT_THAT(Flame({"--kind", "off-cpu", "--strategy", strategy, "-o",
                       Path("off.svg")}),
                "");
    EXPECT_THAT(ReadAll(Path("off.svg")),
                AllOf(HasSubstr("<svg"), HasSubstr("f_event")));
  }
}

}  // namespace
}  // namespace knotestat::cli
