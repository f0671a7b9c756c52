// Truths go into the file and come back as they were, one by one.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/truth_store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/merge.h"
#include "record/truth_json.h"
#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

using TruthStoreTest = StoreTest;

TEST_F(TruthStoreTest, ComeBackAsTheyWere) {
  WriteSample();
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->truths.size(), 2u);
  for (int id = 1; id <= 2; ++id) {
    const Truth& truth = run->truths[static_cast<size_t>(id) - 1];
    EXPECT_EQ(truth.id, id);
    EXPECT_EQ(ToJson(truth), ToJson(SampleTruth(id)));
  }
}

// Each field is in the JSON that the test above compares.
TEST_F(TruthStoreTest, JsonTellsAllFieldsApart) {
  const auto changed = [](auto change) {
    Truth truth = SampleTruth(1);
    change(truth);
    return ToJson(truth) != ToJson(SampleTruth(1));
  };
  std::string Truth::*const texts[] = {
      &Truth::strategy,     &Truth::group,    &Truth::scope,    &Truth::title,
      &Truth::workload,     &Truth::question, &Truth::expected, &Truth::promise,
      &Truth::promise_name, &Truth::verdict,  &Truth::failure,  &Truth::ending,
      &Truth::crash};
  for (const auto text : texts)
    EXPECT_TRUE(changed([&](Truth& truth) { truth.*text = "other"; }));
  bool Truth::*const flags[] = {&Truth::promised, &Truth::difference,
                                &Truth::against_the_promise,
                                &Truth::seen_by_ebpf, &Truth::wait_cycle};
  for (const auto flag : flags)
    EXPECT_TRUE(changed([&](Truth& truth) { truth.*flag = false; }));
  EXPECT_TRUE(changed([](Truth& t) { t.parameters = "{}"; }));
  EXPECT_TRUE(changed([](Truth& t) { t.promises.safe = false; }));
  EXPECT_TRUE(changed([](Truth& t) { t.sightings[1].count = 8; }));
  EXPECT_TRUE(changed([](Truth& t) { t.wrongs.pop_back(); }));
  EXPECT_TRUE(changed([](Truth& t) { t.notes[0] = "x"; }));
  EXPECT_TRUE(changed([](Truth& t) { t.figures[0].value = 1; }));
  EXPECT_TRUE(changed([](Truth& t) { t.waits[1].state = "asleep"; }));
}

TEST_F(TruthStoreTest, EachIsThereAsSoonAsItIsAdded) {
  const pid_t child = fork();
  if (child == 0) {
    auto writer = Writer::Create(path_, SampleContext());
    if (!writer.ok() || !(*writer)->AddTruth(SampleTruth(1)).ok()) _exit(1);
    if (!(*writer)->AddTruth(SampleTruth(2)).ok()) _exit(2);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_FALSE(run->finished);
  EXPECT_EQ(run->truths.size(), 2u);
  EXPECT_EQ(run->truths.back().waits.size(), 2u);
}

TEST_F(TruthStoreTest, WhatCannotBeIsRefusedWhole) {
  auto writer = Writer::Create(path_, SampleContext());
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE((*writer)->AddTruth(SampleTruth(1)).ok());
  EXPECT_TRUE(absl::IsAlreadyExists((*writer)->AddTruth(SampleTruth(1))));
  Truth odd = SampleTruth(2);
  odd.parameters = "depth=3";
  EXPECT_TRUE(absl::IsInvalidArgument((*writer)->AddTruth(odd)));
  odd = SampleTruth(2);
  odd.ending = "odd";
  EXPECT_TRUE(absl::IsInvalidArgument((*writer)->AddTruth(odd)));
  const auto run = (*writer)->Snapshot();
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->truths.size(), 1u);
  EXPECT_EQ(run->truths[0].sightings.size(), 2u);
}

TEST_F(TruthStoreTest, MergingKeepsAllUnderNewIds) {
  record::Run one;
  one.context = SampleContext();
  one.finished = true;
  one.truths = {SampleTruth(1), SampleTruth(2)};
  const NamedRun runs[] = {{"a.db", one}, {"b.db", one}};
  const auto merged = Merge(runs);
  ASSERT_TRUE(merged.ok()) << merged.status();
  ASSERT_EQ(merged->truths.size(), 4u);
  for (int id = 1; id <= 4; ++id)
    EXPECT_EQ(merged->truths[static_cast<size_t>(id) - 1].id, id);
}

}  // namespace
}  // namespace knotestat::record
