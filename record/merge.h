// Several runs as one.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_MERGE_H_
#define KNOTESTAT_RECORD_MERGE_H_

#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "record/run.h"

namespace knotestat::record {

// A run and what messages call it.
struct NamedRun {
  std::string name;
  Run run;
};

// All rows of `runs`, in their order. Cells that are the same (strategy, scope,
// load, CPUs) become one; launches and rounds are numbered on, so that what was
// paired stays paired. Truths are kept one by one. The context is the first
// run's, with the seeds and commands of none but it, and no plan: a merged run
// cannot be resumed. kFailedPrecondition names the two if they are not of one
// machine, kernel and build, or if one has eBPF and the other not;
// kInvalidArgument names the two that have a launch in common. Needs at least
// one run.
absl::StatusOr<Run> Merge(std::span<const NamedRun> runs);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_MERGE_H_
