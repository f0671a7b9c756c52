// A synthetic run of truth workloads alone: kept, broken, as declared with its
// wait chain, a control that was caught, and names that must not be markup.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

record::Truth Play(int id, const std::string& strategy,
                   const std::string& workload, const std::string& promise,
                   const std::string& verdict) {
  record::Truth truth;
  truth.id = id;
  truth.strategy = truth.title = strategy;
  truth.group = "own";
  truth.scope = "global";
  truth.promises.safe = strategy != "none";
  truth.promises.reader_may_block = true;
  truth.promises.reader_may_recurse = strategy == "epoch";
  truth.workload = workload;
  truth.question = "may it?";
  truth.expected = "Locks fail.";
  truth.promise = "a promise in words";
  truth.promise_name = promise;
  truth.promised = verdict == record::kKept || verdict == record::kBroken;
  truth.parameters = R"({"depth":1})";
  truth.verdict = verdict;
  truth.difference = verdict == record::kBroken || verdict == record::kMissed;
  truth.ending = "finished";
  truth.sightings = {{"recursed_while_a_writer_waited", 1}};
  return truth;
}

}  // namespace

Sample TruthSample() {
  Sample sample = EmptySample();
  record::Truth deadlock =
      Play(3, "rwlock", "recursion", "reader_may_recurse", "as declared");
  deadlock.failure = deadlock.ending = "deadlock";
  deadlock.wait_cycle = true;
  deadlock.waits = {
      {"writer", "", "in klist_fini() of A", "reader", "asleep"},
      {"reader", "a section of A", "wants a section of B", "writer", "asleep"}};
  record::Truth broken =
      Play(4, "epoch", "blocking_f_event", "reader_may_block", "BROKEN");
  broken.failure = "2 calls after <b>klist_fini()</b>";
  broken.figures = {{"klist_fini() took", 20.25, "ms"}};
  record::Truth noted = Play(5, "epoch", "reader_inside", "safe", "kept");
  noted.notes = {"a note"};
  record::Truth control = Play(6, "rwlock", "broken_contract", "", "caught");
  control.failure = "1 call after klist_fini()";
  sample.run.truths = {
      Play(1, "none", "recursion", "reader_may_recurse", "as declared"),
      Play(2, "epoch", "recursion", "reader_may_recurse", "kept"),
      deadlock,
      broken,
      noted,
      control};
  sample.run.finished = true;
  sample.figures.finished = true;
  sample.figures.truths = sample.run.truths;
  return sample;
}

}  // namespace knotestat::dashboards
