// A small run in which every field differs from its default, and a folder of
// its own for each test.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_RECORD_SAMPLE_H_
#define KNOTESTAT_TESTS_RECORD_SAMPLE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "record/store.h"

namespace knotestat::record {

inline Context SampleContext() {
  Context context;
  context.host = "buron";
  context.kernel = "6.18.44";
  context.cpu_model = "EPYC \"Genoa\"";
  context.cpus = 2;
  context.started_at = "2026-11-23T08:00:00Z";
  context.command_line = "knotestat run --strategy epoch";
  context.build = "release g++ 12.2.0";
  context.seed = UINT64_MAX - 1;
  context.timer_quantum_ns = 10.0;
  context.timer_cost_ns = 20.5;
  context.bpf = false;
  context.bpf_reason = "no CAP_BPF";
  context.timer_skew_ns = 3.5;
  context.timer_brackets = {{10, 70}, {20, 7}};
  context.watched_ns = 2e8;
  context.interruptions = {{1500, 60}, {22000, 8}};
  context.plan = R"({"cpus":"all"})";
  return context;
}

inline Cell SampleCell(int id) {
  Cell cell;
  cell.id = id;
  cell.strategy = "epoch";
  cell.group = "own";
  cell.scope = "global";
  cell.workload = "submit";
  cell.cpus = 2;
  cell.threads = 3;
  cell.processes = 4;
  cell.cpu_list = "0,1";
  cell.parameters = R"({"devices":8,"knotes_per_device":16})";
  cell.submit_protection = "section";
  cell.refused = "no membarrier";
  cell.bytes = {1, 2, 64, 128};
  cell.promises = {true, true, true, true, true, true, "all readers"};
  return cell;
}

inline Launch SampleLaunch(int id) {
  return {.id = id, .first_cell = 1, .started_at = "2026-11-23T08:00:01Z"};
}

// Rows of `cell`, distinct for each `round`.
inline Batch SampleBatch(int cell, int round) {
  Batch batch;
  for (const BlockKind kind : {BlockKind::kMean, BlockKind::kBare,
                               BlockKind::kProbed, BlockKind::kLatency}) {
    batch.blocks.push_back({cell, round, kind, "scan", 1, 1000, 1234.5, 1,
                            kind == BlockKind::kProbed ? "on_cpu" : ""});
    if (kind == BlockKind::kMean) batch.blocks.back().cycle_ns = 0.27;
    batch.blocks.back().place = round % 3;
  }
  batch.detaches.push_back(
      {cell, round, 16, 900.5, 800.5, 1.5, 700.5, 98.5, 1});
  batch.buckets.push_back({cell, "sampled.scan", 10, 20, 5});
  batch.buckets.push_back({cell, "sampled.scan", 1 << 20, UINT64_MAX, 1});
  batch.stacks.push_back({cell, "off_cpu", "main;kevent;f_event", 4711, 5,
                          "main;wake", "thread 0", 1, 2});
  batch.stacks.push_back({cell, "on_cpu", "main;\xff\xfe", 3});
  batch.counters.push_back({cell, "events_lost", 2});
  batch.counters.push_back({cell, "sampled.scan.max_ns", 100.0 + round});
  for (int link = 0; link < 2; ++link) {
    batch.wait_links.push_back(
        {cell, "klist_fini;Wait\tfutex\tread;Leave\nread;Nap\t\t", link, 1,
         700 - 100 * static_cast<uint64_t>(link),
         100 + static_cast<uint64_t>(round)});
  }
  return batch;
}

inline Truth SampleTruth(int id) {
  Truth truth;
  truth.id = id;
  truth.strategy = "rwlock";
  truth.group = "own";
  truth.scope = "klist";
  truth.title = "rwlock:klist";
  truth.promises = {true, true, true, true, true, true, "all readers"};
  truth.workload = "recursion";
  truth.question = "may it?";
  truth.expected = "Locks fail.";
  truth.promise = "a reader may enter again";
  truth.promise_name = "reader_may_recurse";
  truth.promised = true;
  truth.parameters = R"({"depth":3})";
  truth.verdict = kBroken;
  truth.difference = true;
  truth.failure = truth.ending = "deadlock";
  truth.crash = "signal 11";
  truth.against_the_promise = true;
  truth.seen_by_ebpf = true;
  truth.wait_cycle = true;
  truth.sightings = {{"slept_in_section", 2}, {"recursed", 7}};
  truth.wrongs = {"one", "two"};
  truth.notes = {"three"};
  truth.figures = {{"it took", 20.5, "ms"}};
  truth.waits = {{"writer", "", "in klist_fini()", "reader", "asleep"},
                 {"reader", "a section", "a section", "writer", ""}};
  return truth;
}

// Name and content of every file in `folder`.
inline std::map<std::string, std::string> ContentOf(
    const std::filesystem::path& folder) {
  std::map<std::string, std::string> content;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    content[entry.path().filename()] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return content;
}

inline void Overwrite(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string folder = testing::TempDir() + "knotestat-record-XXXXXX";
    folder_ = mkdtemp(folder.data());
    path_ = folder_ / "run.db";
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  // A finished run of two cells.
  void WriteSample() {
    auto writer = Writer::Create(path_, SampleContext());
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE((*writer)->AddLaunch(SampleLaunch(1)).ok());
    ASSERT_TRUE((*writer)->FinishLaunch(1).ok());
    ASSERT_TRUE((*writer)->AddLaunch(SampleLaunch(2)).ok());
    for (int cell = 1; cell <= 2; ++cell) {
      ASSERT_TRUE((*writer)->AddCell(SampleCell(cell)).ok());
      for (int round = 0; round < 20; ++round) {
        ASSERT_TRUE((*writer)->Commit(SampleBatch(cell, round)).ok());
      }
    }
    for (int truth = 1; truth <= 2; ++truth)
      ASSERT_TRUE((*writer)->AddTruth(SampleTruth(truth)).ok());
    ASSERT_TRUE((*writer)->Finish().ok());
  }

  std::filesystem::path folder_;
  std::string path_;
};

}  // namespace knotestat::record

#endif  // KNOTESTAT_TESTS_RECORD_SAMPLE_H_
