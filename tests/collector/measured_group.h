// A tiny group, measured into memory.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_COLLECTOR_MEASURED_GROUP_H_
#define KNOTESTAT_TESTS_COLLECTOR_MEASURED_GROUP_H_

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collector/cell_description.h"
#include "collector/group_runner.h"
#include "collector/topology.h"
#include "record/store.h"

namespace knotestat::collector {

// Scans and submissions of two threads in two processes for 0.1 s.
inline GroupPlan TinyPlan(const std::vector<std::string>& strategies) {
  GroupPlan plan;
  for (const std::string& name : strategies)
    plan.strategies.push_back(knote::FindStrategy(name));
  plan.workload = "test";
  plan.load.processes = 2;
  plan.load.devices = 4;
  plan.load.mix = {1, 1, 0};
  plan.cpu_count = 2;
  plan.cpus = CpusOf(*CpuOrder(), 2);
  plan.seconds = 0.1;
  plan.first_cell = 5;
  return plan;
}

struct Measured {
  absl::Status status;
  record::Run run;
  std::vector<double> progress;
};

// `on_progress` may set `interrupted`.
inline Measured MeasureGroup(
    const GroupPlan& plan, bool bpf = false, uint64_t seed = 1,
    const std::function<void(double, std::atomic<bool>&)>& on_progress = {}) {
  Measured measured;
  auto writer = record::Writer::Create(":memory:", {});
  EXPECT_TRUE(writer.ok()) << writer.status();
  Symbolizer symbolizer;
  std::atomic<bool> interrupted{false};
  for (const record::Cell& cell : DescribeCells(plan))
    EXPECT_TRUE((*writer)->AddCell(cell).ok());
  Session session{
      .commit =
          [&](const record::Batch& rows) { return (*writer)->Commit(rows); },
      .symbolizer = symbolizer,
      .timer = CalibrateTimer(),
      .bpf = bpf,
      .seed = seed,
      .interrupted = interrupted,
      .progress =
          [&](double done) {
            measured.progress.push_back(done);
            if (on_progress) on_progress(done, interrupted);
          }};
  measured.status = RunGroup(plan, session);
  auto run = (*writer)->Snapshot();
  EXPECT_TRUE(run.ok()) << run.status();
  measured.run = *std::move(run);
  return measured;
}

// Rounds of a cell's blocks of one kind and path, all threads together; not
// those with one probe alone.
inline std::multiset<int> RoundsOf(const record::Run& run, int cell,
                                   record::BlockKind kind,
                                   const std::string& path) {
  std::multiset<int> rounds;
  for (const record::Block& block : run.rows.blocks) {
    if (block.cell == cell && block.kind == kind && block.path == path &&
        block.probe.empty())
      rounds.insert(block.round);
  }
  return rounds;
}

inline std::map<std::string, double> CountersOf(const record::Run& run,
                                                int cell) {
  std::map<std::string, double> counters;
  for (const record::Counter& counter : run.rows.counters) {
    if (counter.cell == cell) counters[counter.name] = counter.value;
  }
  return counters;
}

inline size_t DetachesOf(const record::Run& run, int cell) {
  size_t count = 0;
  for (const record::Detach& detach : run.rows.detaches)
    count += detach.cell == cell ? 1 : 0;
  return count;
}

}  // namespace knotestat::collector

#endif  // KNOTESTAT_TESTS_COLLECTOR_MEASURED_GROUP_H_
