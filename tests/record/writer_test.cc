// What is written comes back, merged as promised; what cannot be kept is
// refused and changes nothing.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <limits>

#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

using testing::HasSubstr;

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

class WriterTest : public StoreTest {
 protected:
  std::unique_ptr<Writer> CreateWithCell() {
    auto writer = Writer::Create(path_, SampleContext());
    EXPECT_TRUE(writer.ok()) << writer.status();
    EXPECT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
    return *std::move(writer);
  }
};

void ExpectSampleContext(const Context& read) {
  const Context sample = SampleContext();
  EXPECT_EQ(read.host, sample.host);
  EXPECT_EQ(read.kernel, sample.kernel);
  EXPECT_EQ(read.cpu_model, sample.cpu_model);
  EXPECT_EQ(read.cpus, sample.cpus);
  EXPECT_EQ(read.started_at, sample.started_at);
  EXPECT_EQ(read.command_line, sample.command_line);
  EXPECT_EQ(read.build, sample.build);
  EXPECT_EQ(read.seed, sample.seed);
  EXPECT_EQ(read.timer_quantum_ns, sample.timer_quantum_ns);
  EXPECT_EQ(read.timer_cost_ns, sample.timer_cost_ns);
  EXPECT_EQ(read.bpf, sample.bpf);
  EXPECT_EQ(read.bpf_reason, sample.bpf_reason);
  EXPECT_EQ(read.timer_skew_ns, sample.timer_skew_ns);
  EXPECT_EQ(read.plan, sample.plan);
  ASSERT_EQ(read.timer_brackets.size(), 2u);
  EXPECT_EQ(read.timer_brackets[1].ns, 20);
  EXPECT_EQ(read.timer_brackets[1].count, 7u);
  EXPECT_EQ(read.watched_ns, sample.watched_ns);
  ASSERT_EQ(read.interruptions.size(), 2u);
  EXPECT_EQ(read.interruptions[1].ns, 22'000);
  EXPECT_EQ(read.interruptions[1].count, 8u);
}

void ExpectSampleCell(const Cell& read, int id) {
  const Cell sample = SampleCell(id);
  EXPECT_EQ(read.id, sample.id);
  EXPECT_EQ(read.strategy, sample.strategy);
  EXPECT_EQ(read.group, sample.group);
  EXPECT_EQ(read.scope, sample.scope);
  EXPECT_EQ(read.workload, sample.workload);
  EXPECT_EQ(read.cpus, sample.cpus);
  EXPECT_EQ(read.threads, sample.threads);
  EXPECT_EQ(read.processes, sample.processes);
  EXPECT_EQ(read.cpu_list, sample.cpu_list);
  EXPECT_EQ(read.parameters, sample.parameters);
  EXPECT_EQ(read.submit_protection, sample.submit_protection);
  EXPECT_EQ(read.refused, sample.refused);
  EXPECT_EQ(read.bytes.per_knote, sample.bytes.per_knote);
  EXPECT_EQ(read.bytes.per_klist, sample.bytes.per_klist);
  EXPECT_EQ(read.bytes.per_thread, sample.bytes.per_thread);
  EXPECT_EQ(read.bytes.per_cpu, sample.bytes.per_cpu);
  EXPECT_TRUE(read.promises.reader_may_block);
  EXPECT_TRUE(read.promises.reader_may_recurse);
  EXPECT_TRUE(read.promises.reader_may_migrate);
  EXPECT_TRUE(read.promises.enter_under_spin_lock);
  EXPECT_TRUE(read.promises.safe);
  EXPECT_TRUE(read.promises.covers_submit);
  EXPECT_EQ(read.promises.writer_waits_for, sample.promises.writer_waits_for);
}

TEST_F(WriterTest, ReadsBackWhatWasWritten) {
  WriteSample();
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  ExpectSampleContext(run->context);
  EXPECT_TRUE(run->finished);
  ASSERT_EQ(run->cells.size(), 2u);
  ExpectSampleCell(run->cells[1], 2);

  ASSERT_EQ(run->rows.blocks.size(), 160u);
  const Block& block = run->rows.blocks[3];
  EXPECT_EQ(block.kind, BlockKind::kLatency);
  EXPECT_EQ(block.path, "scan");
  EXPECT_EQ(block.thread, 1);
  EXPECT_EQ(block.operations, 1000u);
  EXPECT_EQ(block.elapsed_ns, 1234.5);
  EXPECT_EQ(block.launch, 1);
  EXPECT_EQ(block.probe, "");
  EXPECT_EQ(run->rows.blocks[2].probe, "on_cpu");
  EXPECT_EQ(run->rows.blocks[0].cycle_ns, 0.27);
  EXPECT_EQ(run->rows.blocks[0].place, run->rows.blocks[0].round % 3);
  EXPECT_EQ(run->rows.blocks[2].cycle_ns, std::nullopt);
  EXPECT_EQ(run->rows.blocks.back().cell, 2);
  EXPECT_EQ(run->rows.blocks.back().round, 19);

  ASSERT_EQ(run->rows.detaches.size(), 40u);
  const Detach& detach = run->rows.detaches[7];
  EXPECT_EQ(detach.round, 7);
  EXPECT_EQ(detach.knotes, 16u);
  EXPECT_EQ(detach.from_intended_ns, 900.5);
  EXPECT_EQ(detach.total_ns, 800.5);
  EXPECT_EQ(detach.publish_ns, 1.5);
  EXPECT_EQ(detach.wait_ns, 700.5);
  EXPECT_EQ(detach.reclaim_ns, 98.5);
  EXPECT_EQ(detach.launch, 1);

  ASSERT_EQ(run->launches.size(), 2u);
  EXPECT_EQ(run->launches[0].id, 1);
  EXPECT_EQ(run->launches[0].first_cell, 1);
  EXPECT_EQ(run->launches[0].started_at, "2026-11-23T08:00:01Z");
  EXPECT_TRUE(run->launches[0].finished);
  EXPECT_FALSE(run->launches[1].finished);
}

TEST_F(WriterTest, MergesBucketsStacksAndCounters) {
  WriteSample();
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->rows.buckets.size(), 4u);
  EXPECT_EQ(run->rows.buckets[0].lower_ns, 10u);
  EXPECT_EQ(run->rows.buckets[0].upper_ns, 20u);
  EXPECT_EQ(run->rows.buckets[0].count, 100u);
  EXPECT_EQ(run->rows.buckets[1].upper_ns, UINT64_MAX);
  EXPECT_EQ(run->rows.buckets[1].count, 20u);

  ASSERT_EQ(run->rows.stacks.size(), 4u);
  EXPECT_EQ(run->rows.stacks[0].folded, "main;kevent;f_event");
  EXPECT_EQ(run->rows.stacks[0].value, 20u * 4711);
  EXPECT_EQ(run->rows.stacks[0].events, 20u * 5);
  EXPECT_EQ(run->rows.stacks[0].waker, "main;wake");
  EXPECT_EQ(run->rows.stacks[0].thread, "thread 0");
  EXPECT_EQ(run->rows.stacks[0].cpu, 1);
  EXPECT_EQ(run->rows.stacks[0].part, 2);
  EXPECT_EQ(run->rows.stacks[1].cpu, -1);
  EXPECT_EQ(run->rows.stacks[1].folded, "main;\xff\xfe");

  ASSERT_EQ(run->rows.counters.size(), 4u);
  EXPECT_EQ(run->rows.counters[0].name, "events_lost");
  EXPECT_EQ(run->rows.counters[0].value, 40);
  EXPECT_EQ(run->rows.counters[1].name, "sampled.scan.max_ns");
  EXPECT_EQ(run->rows.counters[1].value, 119);

  ASSERT_EQ(run->rows.wait_links.size(), 4u);
  EXPECT_EQ(run->rows.wait_links[1].link, 1);
  EXPECT_EQ(run->rows.wait_links[1].count, 20u);
  EXPECT_EQ(run->rows.wait_links[1].total_ns, 20u * 600);
  EXPECT_EQ(run->rows.wait_links[1].max_ns, 119u);
}

TEST_F(WriterTest, KeepsStacksOfOtherThreadsApart) {
  auto writer = CreateWithCell();
  const Stack first = {1, "off_cpu", "a;b", 10, 1, "c;d", "thread 0", 0, 0};
  Stack thread = first, cpu = first, waker = first, part = first, none = first;
  thread.thread = "writer";
  cpu.cpu = 1;
  waker.waker = kNoThread;
  part.part = 1;
  none.thread = none.waker = "";
  none.cpu = -1;
  Batch batch;
  batch.stacks = {first, thread, cpu, waker, part, none, first, none};
  ASSERT_TRUE(writer->Commit(batch).ok());
  ASSERT_TRUE(writer->Finish().ok());
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->rows.stacks.size(), 6u);
  uint64_t value = 0, twice = 0;
  for (const Stack& stack : run->rows.stacks) {
    EXPECT_EQ(stack.value, stack.events * 10);
    value += stack.value;
    twice += stack.events == 2;
  }
  EXPECT_EQ(value, 80u);
  EXPECT_EQ(twice, 2u);
}

TEST_F(WriterTest, MergesWithinOneBatch) {
  auto writer = CreateWithCell();
  Batch batch = SampleBatch(1, 9);
  const Batch second = SampleBatch(1, 4);
  batch.counters.insert(batch.counters.end(), second.counters.begin(),
                        second.counters.end());
  ASSERT_TRUE(writer->Commit(batch).ok());
  const auto run = writer->Snapshot();
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->rows.counters.size(), 2u);
  EXPECT_EQ(run->rows.counters[0].value, 4);
  EXPECT_EQ(run->rows.counters[1].value, 109);
}

TEST_F(WriterTest, KeepsARunInMemory) {
  auto writer = Writer::Create(":memory:", SampleContext());
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
  ASSERT_TRUE((*writer)->Commit(SampleBatch(1, 0)).ok());
  EXPECT_FALSE((*writer)->Snapshot()->finished);
  ASSERT_TRUE((*writer)->Finish().ok());
  const auto run = (*writer)->Snapshot();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE(run->finished);
  EXPECT_EQ(run->rows.blocks.size(), 4u);
  EXPECT_FALSE(std::filesystem::exists(":memory:"));
}

TEST_F(WriterTest, GoesOnWithAnInterruptedRun) {
  {
    auto writer = CreateWithCell();
    ASSERT_TRUE(writer->Commit(SampleBatch(1, 0)).ok());
  }
  {
    const auto writer = Writer::Reopen(path_);
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE((*writer)->AddCell(SampleCell(2)).ok());
    ASSERT_TRUE((*writer)->Commit(SampleBatch(1, 1)).ok());
    ASSERT_TRUE((*writer)->Finish().ok());
  }
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE(run->finished);
  EXPECT_EQ(run->cells.size(), 2u);
  EXPECT_EQ(run->rows.blocks.size(), 8u);
  EXPECT_EQ(run->rows.buckets.at(0).count, 10u);
  ExpectSampleContext(run->context);

  const auto again = Writer::Reopen(path_);
  EXPECT_TRUE(absl::IsFailedPrecondition(again.status()));
  EXPECT_THAT(Message(again.status()), HasSubstr("is finished"));
}

TEST_F(WriterTest, TwoDoNotWriteOneRun) {
  const auto writer = CreateWithCell();
  const auto second = Writer::Reopen(path_);
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status()));
  EXPECT_THAT(Message(second.status()),
              HasSubstr("another knotestat is writing it"));
}

TEST_F(WriterTest, AFinishedRunIsOneFile) {
  WriteSample();
  EXPECT_EQ(ContentOf(folder_).size(), 1u);
}

TEST_F(WriterTest, NeverOverwrites) {
  Overwrite(path_, "precious");
  const auto writer = Writer::Create(path_, SampleContext());
  EXPECT_TRUE(absl::IsAlreadyExists(writer.status()));
  EXPECT_THAT(Message(writer.status()), HasSubstr(path_));
  EXPECT_EQ(ContentOf(folder_).at("run.db"), "precious");
}

TEST_F(WriterTest, NeverOverwritesTheLogOfAnotherRun) {
  Overwrite(path_ + "-wal", "precious");
  const auto writer = Writer::Create(path_, SampleContext());
  EXPECT_TRUE(absl::IsAlreadyExists(writer.status()));
  EXPECT_EQ(ContentOf(folder_).size(), 1u);
  EXPECT_EQ(ContentOf(folder_).at("run.db-wal"), "precious");
}

TEST_F(WriterTest, FillsAnEmptyFile) {
  Overwrite(path_, "");
  WriteSample();
  EXPECT_TRUE(Read(path_).ok());
}

TEST_F(WriterTest, SaysWhyItCannotCreate) {
  const std::string missing = folder_ / "no" / "run.db";
  const auto nowhere = Writer::Create(missing, SampleContext());
  EXPECT_TRUE(absl::IsNotFound(nowhere.status()));
  EXPECT_THAT(Message(nowhere.status()), HasSubstr("does not exist"));
  const auto folder = Writer::Create(folder_, SampleContext());
  EXPECT_TRUE(absl::IsInvalidArgument(folder.status())) << folder.status();
  EXPECT_THAT(Message(folder.status()), HasSubstr("folder"));
  EXPECT_TRUE(
      absl::IsInvalidArgument(Writer::Create("", SampleContext()).status()));
}

TEST_F(WriterTest, AContextThatCannotBeStoredLeavesNothing) {
  Context context = SampleContext();
  context.timer_cost_ns = std::numeric_limits<double>::quiet_NaN();
  const auto writer = Writer::Create(path_, context);
  EXPECT_TRUE(absl::IsInvalidArgument(writer.status())) << writer.status();
  EXPECT_THAT(Message(writer.status()), HasSubstr("timer_cost_ns"));
  EXPECT_TRUE(ContentOf(folder_).empty());
}

TEST_F(WriterTest, ARefusedBatchLeavesNothing) {
  auto writer = CreateWithCell();
  Batch unknown = SampleBatch(1, 0);
  unknown.counters.push_back({7, "x", 1});
  Batch not_finite = SampleBatch(1, 0);
  not_finite.detaches[0].wait_ns = std::numeric_limits<double>::infinity();
  Batch inverted = SampleBatch(1, 0);
  inverted.buckets[0].upper_ns = inverted.buckets[0].lower_ns;
  Batch too_large = SampleBatch(1, 0);
  too_large.stacks[0].value = UINT64_MAX;

  EXPECT_THAT(Message(writer->Commit(unknown)), HasSubstr("cell 7"));
  EXPECT_THAT(Message(writer->Commit(not_finite)), HasSubstr(":wait_ns"));
  EXPECT_THAT(Message(writer->Commit(inverted)), HasSubstr("upper_ns"));
  EXPECT_THAT(Message(writer->Commit(too_large)), HasSubstr(":value"));
  const auto run = writer->Snapshot();
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE(run->rows.blocks.empty());
  EXPECT_TRUE(run->rows.counters.empty());
  EXPECT_TRUE(writer->Commit(SampleBatch(1, 0)).ok());
}

TEST_F(WriterTest, RefusesBadCells) {
  auto writer = CreateWithCell();
  const absl::Status twice = writer->AddCell(SampleCell(1));
  EXPECT_TRUE(absl::IsAlreadyExists(twice)) << twice;
  EXPECT_THAT(Message(twice), HasSubstr("cell 1"));
  Cell cell = SampleCell(2);
  cell.parameters = "{devices: 8";
  const absl::Status no_json = writer->AddCell(cell);
  EXPECT_TRUE(absl::IsInvalidArgument(no_json)) << no_json;
  EXPECT_THAT(Message(no_json), HasSubstr("{devices: 8"));
  EXPECT_EQ(writer->Snapshot()->cells.size(), 1u);
}

}  // namespace
}  // namespace knotestat::record
