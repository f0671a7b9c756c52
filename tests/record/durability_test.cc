// Killed, out of space, or read while it is written: the file holds what was
// committed, no more and no less.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <thread>

#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

using testing::HasSubstr;

// Runs `body` in a child; returns its wait status. The child must not unwind
// into gtest.
int InChild(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(99);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

class DurabilityTest : public StoreTest {
 protected:
  // Commits `rounds` batches and dies without a chance to clean up.
  void WriteAndBeKilled(int rounds) {
    const int status = InChild([&] {
      auto writer = Writer::Create(path_, SampleContext());
      if (!writer.ok() || !(*writer)->AddCell(SampleCell(1)).ok()) _exit(1);
      for (int round = 0; round < rounds; ++round) {
        if (!(*writer)->Commit(SampleBatch(1, round)).ok()) _exit(2);
      }
      kill(getpid(), SIGKILL);
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
  }

  void ExpectRounds(size_t rounds) {
    const auto run = Read(path_);
    ASSERT_TRUE(run.ok()) << run.status();
    EXPECT_FALSE(run->finished);
    EXPECT_EQ(run->rows.blocks.size(), 4 * rounds);
    EXPECT_EQ(run->rows.detaches.size(), rounds);
  }
};

TEST_F(DurabilityTest, EverythingCommittedSurvivesAKill) {
  WriteAndBeKilled(7);
  ExpectRounds(7);
}

TEST_F(DurabilityTest, AKillAfterACheckpointLosesNothing) {
  WriteAndBeKilled(600);  // more than the 1000 pages that start a checkpoint
  ExpectRounds(600);
}

TEST_F(DurabilityTest, AnInterruptedRunIsComplete) {
  {
    auto writer = Writer::Create(path_, SampleContext());
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
    ASSERT_TRUE((*writer)->Commit(SampleBatch(1, 0)).ok());
  }
  ExpectRounds(1);
}

// Commits until there is no room, then reads; exits with the failed step.
void FillUp(const std::string& path) {
  auto writer = Writer::Create(path, SampleContext());
  if (!writer.ok() || !(*writer)->AddCell(SampleCell(1)).ok()) _exit(1);
  size_t committed = 0;
  absl::Status status;
  while (status.ok() && committed < 100'000) {
    status = (*writer)->Commit(SampleBatch(1, static_cast<int>(committed)));
    if (status.ok()) ++committed;
  }
  if (!absl::IsResourceExhausted(status)) {
    fprintf(stderr, "%s\n", std::string(status.message()).c_str());
    _exit(2);
  }
  if (status.message().find(path) == std::string::npos) _exit(3);
  const auto run = Read(path);
  if (!run.ok() || run->rows.detaches.size() != committed) _exit(4);
  if (committed == 0) _exit(5);
  _exit(0);
}

TEST_F(DurabilityTest, AFileSizeLimitIsAnErrorNotADeath) {
  const int status = InChild([&] {
    const rlimit limit = {256 << 10, 256 << 10};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(10);
    FillUp(path_);
  });
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_FALSE(run->finished);
}

TEST_F(DurabilityTest, TheFileSizeLimitLeavesSignalsAsTheyWere) {
  const int status = InChild([&] {
    const rlimit limit = {96 << 10, 96 << 10};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(10);
    const auto writer = Writer::Create(path_, SampleContext());
    if (!writer.ok()) _exit(11);
    while ((*writer)->AddCell(SampleCell(1)).ok() &&
           (*writer)->Commit(SampleBatch(1, 0)).ok()) {
    }
    // Outside of the writer the limit kills as ever.
    const std::string much(128 << 10, 'x');
    Overwrite(folder_ / "other", much);
  });
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
}

// A file system of 256 KiB.
class SmallDisk {
 public:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {
    mounted_ = mount("none", folder_.c_str(), "tmpfs", 0, "size=256k") == 0;
    if (!mounted_) error_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& error() const { return error_; }

 private:
  std::string folder_;
  std::string error_;
  bool mounted_ = false;
};

TEST_F(DurabilityTest, AFullDiskKeepsWhatWasCommitted) {
  const SmallDisk disk(folder_);
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: " << disk.error();
  const int status = InChild([&] { FillUp(path_); });
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(DurabilityTest, WritingGoesOnWhenThereIsRoomAgain) {
  const SmallDisk disk(folder_);
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: " << disk.error();
  auto writer = Writer::Create(path_, SampleContext());
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
  const std::string ballast = folder_ / "ballast";
  Overwrite(ballast, std::string(1 << 20, 'x'));
  const absl::Status full = (*writer)->Commit(SampleBatch(1, 0));
  EXPECT_TRUE(absl::IsResourceExhausted(full)) << full;
  ExpectRounds(0);
  std::filesystem::remove(ballast);
  const absl::Status stored = (*writer)->Commit(SampleBatch(1, 0));
  EXPECT_TRUE(stored.ok()) << stored;
  ExpectRounds(1);
}

TEST_F(DurabilityTest, AFullDiskLeavesNoHalfCreatedFile) {
  const SmallDisk disk(folder_);
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: " << disk.error();
  Overwrite(folder_ / "ballast", std::string(1 << 20, 'x'));
  const auto writer = Writer::Create(path_, SampleContext());
  EXPECT_TRUE(absl::IsResourceExhausted(writer.status())) << writer.status();
  EXPECT_THAT(std::string(writer.status().message()), HasSubstr(path_));
  EXPECT_EQ(ContentOf(folder_).size(), 1u);
}

TEST_F(DurabilityTest, AReaderSeesWholeBatchesWhileTheRunGoesOn) {
  constexpr int kRounds = 400;
  auto writer = Writer::Create(path_, SampleContext());
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
  // Another process, so that SQLite's own locks are between us.
  const pid_t reader = fork();
  if (reader == 0) {
    size_t seen = 0;
    while (seen < kRounds) {
      const auto run = Read(path_);
      if (!run.ok()) {
        fprintf(stderr, "%s\n", std::string(run.status().message()).c_str());
        _exit(1);
      }
      const size_t rounds = run->rows.detaches.size();
      if (rounds < seen || run->rows.blocks.size() != 4 * rounds) _exit(2);
      seen = rounds;
      if (run->finished && seen != kRounds) _exit(3);
    }
    _exit(0);
  }
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_TRUE((*writer)->Commit(SampleBatch(1, round)).ok());
  }
  ASSERT_TRUE((*writer)->Finish().ok());
  writer->reset();
  int status = 0;
  ASSERT_EQ(waitpid(reader, &status, 0), reader);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(DurabilityTest, AThreadOfTheSameProcessReadsToo) {
  auto writer = Writer::Create(path_, SampleContext());
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE((*writer)->Commit(SampleBatch(1, round)).ok());
    std::thread([&] { ExpectRounds(static_cast<size_t>(round) + 1); }).join();
  }
}

}  // namespace
}  // namespace knotestat::record
