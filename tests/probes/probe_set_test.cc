// Probes as a set, their names, what is left of them after a kill, and all of
// the live tests again inside a pid namespace.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/probe_set.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "absl/strings/str_replace.h"
#include "live_probe.h"
#include "nlohmann/json.hpp"
#include "probes/usdt/usdt.h"

namespace knotestat::probes {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

TEST(ProbeRegistry, EveryProbeSaysWhatItIsAndCosts) {
  for (const ProbeEntry& entry : RegisteredProbes()) {
    EXPECT_FALSE(entry.summary.empty()) << entry.name;
    EXPECT_FALSE(entry.cost.empty()) << entry.name;
    EXPECT_EQ(entry.make()->name(), entry.name);
    EXPECT_TRUE(std::filesystem::is_directory(
        std::string(KNOTESTAT_SOURCE_DIR "/probes/") +
        std::string(entry.name)));
  }
}

#ifndef KNOTESTAT_HAVE_BPF
TEST(ProbeSet, WithoutEbpfSaysHowToGetIt) {
  ProbeSet set;
  const absl::Status status = set.Load({}, ThisProcess());
  EXPECT_EQ(status.code(), StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("built without eBPF"));
  ASSERT_EQ(CheckProbes().size(), 1u);
  EXPECT_FALSE(CheckProbes()[0].works);
  EXPECT_THAT(CheckProbes()[0].remedy, HasSubstr("KNOTESTAT_BPF=ON"));
}
#endif

TEST(ProbeSet, AnEmptySetIsHarmless) {
  ProbeSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.AttachAll(), absl::OkStatus());
  set.SetSlot(3);
  EXPECT_TRUE(set.Collect(3).ok());
  set.DetachAll();
}

class LiveProbeSet : public LiveProbe {
 protected:
  absl::Status Load(const std::vector<std::string>& names,
                    const Target& target = ThisProcess()) {
    return set_.Load(names, target);
  }
};

TEST_F(LiveProbeSet, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  ASSERT_EQ(Load({"off_cpu"}), absl::OkStatus());
  const absl::Status status = Load({"on_cpu", "of_cpu"});
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"of_cpu\""));
  EXPECT_THAT(std::string(status.message()), HasSubstr("off_cpu, on_cpu"));
  EXPECT_TRUE(set_.empty()) << "all or none";
}

TEST_F(LiveProbeSet, ABinaryWithoutTheSiteIsNamed) {
  Target target = ThisProcess();
  target.binary = "/bin/true";
  ASSERT_EQ(Load({"klist_fini"}, target), absl::OkStatus());
  const absl::Status status = set_.AttachAll();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/bin/true"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("klist__fini"));
}

TEST_F(LiveProbeSet, SlotsOutOfRangeAreRefused) {
  ASSERT_EQ(Load({"klist_fini"}), absl::OkStatus());
  for (int slot : {kNoSlot, kMaxSlots}) {
    EXPECT_EQ(set_.Collect(slot).status().code(), StatusCode::kInvalidArgument);
  }
}

TEST_F(LiveProbeSet, AllTogether) {
  ASSERT_EQ(Load({}), absl::OkStatus());
  EXPECT_EQ(set_.names().size(), RegisteredProbes().size());
  ASSERT_EQ(set_.AttachAll(), absl::OkStatus());
  set_.SetSlot(7);
  for (int i = 0; i < kTwentyThree; i++) {
    usdt::FireKlistFini(1, 2, 3, 4, "test");
    usdt::FireReaderBlocked(5, "test");
    usdt::FireWriterWaiting(6, "test");
    usdt::FireReaderSection(7, "test");
  }
  const Observations seen = Finish(7);
  for (const char* name :
       {"klist_fini", "reader_blocked", "writer_waiting", "reader_section"}) {
    EXPECT_EQ(Counter(seen, std::string("bpf.") + name + ".count"),
              kTwentyThree);
  }
  EXPECT_EQ(seen.lost, 0u);
}

TEST_F(LiveProbeSet, EveryProbePassesItsOwnExercise) {
  for (const ProbeCheck& check : CheckProbes()) {
    EXPECT_TRUE(check.works) << check.name << ": " << check.detail;
    EXPECT_EQ(check.remedy, "") << check.name;
    EXPECT_EQ(check.provoked, static_cast<uint64_t>(kTwentyThree));
    RecordProperty(check.name, std::to_string(check.cost_ns.value_or(-1)));
  }
}

// The ids of the BPF programs that a process holds descriptors of.
std::set<int> ProgramsOf(const std::string& process) {
  std::set<int> ids;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + process + "/fdinfo")) {
    std::ifstream file(entry.path());
    for (std::string key; file >> key;) {
      int id = 0;
      if (key == "prog_id:" && file >> id) ids.insert(id);
    }
  }
  return ids;
}

// The ids of the BPF programs in the kernel, as bpftool sees them.
std::set<int> ProgramsLoaded() {
  FILE* pipe = popen("PATH=$PATH:/usr/sbin:/sbin bpftool -j prog show", "r");
  std::string text;
  char buffer[4096];
  size_t length;
  while ((length = fread(buffer, 1, sizeof(buffer), pipe)) > 0) {
    text.append(buffer, length);
  }
  pclose(pipe);
  std::set<int> ids;
  for (const auto& program : nlohmann::json::parse(text)) {
    ids.insert(program["id"].get<int>());
  }
  return ids;
}

size_t HowManyAreLoaded(const std::set<int>& ids) {
  const std::set<int> loaded = ProgramsLoaded();
  return static_cast<size_t>(std::count_if(
      ids.begin(), ids.end(), [&](int id) { return loaded.contains(id); }));
}

class LeftBehind : public LiveProbe {
 protected:
  void SetUp() override {
    LiveProbe::SetUp();
    if (std::system("PATH=$PATH:/usr/sbin:/sbin bpftool version >/dev/null")) {
      GTEST_SKIP() << "bpftool is not installed";
    }
  }
  // The kernel frees programs after a grace period.
  static bool Gone(const std::set<int>& ids) {
    for (int i = 0; i < 200; i++) {
      if (HowManyAreLoaded(ids) == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }
};

TEST_F(LeftBehind, NothingAfterSigkill) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    ProbeSet set;
    const bool ready = set.Load({}, ThisProcess()).ok() && set.AttachAll().ok();
    if (write(ends[1], ready ? "1" : "0", 1) == 1) pause();
    _exit(1);
  }
  char ready = 0;
  ASSERT_EQ(read(ends[0], &ready, 1), 1);
  ASSERT_EQ(ready, '1');
  const std::set<int> programs = ProgramsOf(std::to_string(child));
  // One per probe, two for waiting, blame and off_cpu, three for wait chains.
  EXPECT_EQ(programs.size(), 12u);
  EXPECT_EQ(HowManyAreLoaded(programs), programs.size());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(Gone(programs));
}

TEST_F(LeftBehind, NothingAfterTheDestructor) {
  std::set<int> programs;
  {
    ProbeSet set;
    ASSERT_EQ(set.Load({}, ThisProcess()), absl::OkStatus());
    ASSERT_EQ(set.AttachAll(), absl::OkStatus());
    programs = ProgramsOf("self");
    EXPECT_EQ(HowManyAreLoaded(programs), programs.size());
    ASSERT_FALSE(programs.empty());
  }
  EXPECT_TRUE(Gone(programs));
  EXPECT_TRUE(ProgramsOf("self").empty());
}

// Runs the live tests of this program again as the first process of a new pid
// namespace, with the old /proc.
class InPidNamespace : public LiveProbe {};

TEST_F(InPidNamespace, AllLiveTestsPass) {
  if (getpid() == 1) GTEST_SKIP() << "already inside";
  if (std::system("unshare -p -f true") != 0) {
    GTEST_SKIP() << "unshare -p is not possible here";
  }
  const std::string output = testing::TempDir() + "in_pid_namespace.txt";
  const std::string command =
      "unshare -p -f " +
      std::filesystem::read_symlink("/proc/self/exe").string() +
      " --gtest_filter='UsdtProbes.*:OffCpu.*:WaitChain.*:OnCpu.*:LiveProbeSet."
      "*-*Bpftrace*' >" +
      output + " 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream file(output);
  std::stringstream text;
  text << file.rdbuf();
  // ctest takes a test for skipped whose output has gtest's mark, even if it
  // fails.
  const std::string told =
      absl::StrReplaceAll(text.str(), {{"[  SKIPPED ]", "[ skipped ]"}});
  EXPECT_EQ(status, 0) << told;
  // A single one may skip for what the machine lacks; all would, were it for
  // the namespace.
  for (const char* passed :
       {"OffCpu.ASleeperInTheDriverIsCounted23Times",
        "OnCpu.TheBusyFunctionIsInnermost",
        "WaitChain.NamesAllThreeAndFindsTheirTimes", "LiveProbeSet.AllTogether",
        "UsdtProbes.KlistFiniFired23TimesReads23"})
    EXPECT_THAT(told, HasSubstr(std::string("[       OK ] ") + passed));
}

}  // namespace
}  // namespace knotestat::probes
