// The stacks of a run that a flame graph shows.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_SELECTION_H_
#define KNOTESTAT_ANALYSIS_FLAME_SELECTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/flame/stack_tree.h"
#include "record/run.h"

namespace knotestat::flame {

// Stands between the stack of a sleeper and that of who woke it.
inline constexpr char kWokenBy[] = "--";

// Which stacks of a run to show.
struct Selection {
  std::string kind = "on_cpu";  // or "off_cpu", "blame"
  std::string strategy = {};    // or STRATEGY:SCOPE; empty: of all
  std::string workload = {};    // empty: of all workloads
  // What becomes the first frames, in this order.
  bool strategy_root = false;
  bool thread_root = false;
  bool cpu_root = false;
  // Behind an off-CPU stack come kWokenBy and the stack that ended the sleeps,
  // innermost frame first, as bcc's offwaketime has it: the two meet where the
  // one thread waited and the other one woke it.
  bool wakers = false;
  // Our functions lose their template arguments, which name the strategy, so
  // that those of two strategies can be compared.
  bool without_arguments = false;
  // Inlined functions, whose names end in "_[i]", have frames of their own;
  // else their time is that of the function that holds their code.
  bool inlined = true;
};

// What a selection of `run` can have as its strategy: each name, and where
// there are several scopes of it NAME:SCOPE of each.
std::vector<std::string> StrategiesOf(const record::Run& run);

// Merges the run's stacks that match. Errors: kInvalidArgument for an unknown
// kind, kNotFound for a strategy or workload that the run does not have (the
// message lists those that it has), kOutOfRange if the sum exceeds 64 bits.
// A run that has no stacks gives an empty tree; WhyEmpty() explains it.
absl::StatusOr<StackTree> SelectStacks(const record::Run& run,
                                       const Selection& selection);

// The stacks of a part of a cell's measuring time (record::Stack::part).
struct Part {
  int cell = 0;
  StackTree tree;
};

// As above, each part by itself. kFailedPrecondition if the run's file does not
// say which part its stacks are of.
absl::StatusOr<std::vector<Part>> SelectParts(const record::Run& run,
                                              const Selection& selection);

// One sentence on why a selection can have no stacks.
std::string WhyEmpty(const record::Run& run, const Selection& selection);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_SELECTION_H_
