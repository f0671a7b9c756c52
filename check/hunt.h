// Mutants: faults that are planted one at a time, and the search for each.
//
// A checker is worth what it finds. Every fence, every order stronger than
// relaxed, every wake-up, every check and every read-modify-write that a
// strategy's code passes is weakened in turn; besides there are strategies with
// faults of thought (check/mutants). What is not found either is not needed, or
// the reason is given here.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_HUNT_H_
#define KNOTESTAT_CHECK_HUNT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "check/explore.h"
#include "check/registry.h"

namespace knotestat::check {

struct Mutant {
  std::string name;                      // "epoch.h:94 fence dropped"
  std::string strategy;                  // that it is a fault of
  const StrategyEntry* entry = nullptr;  // what is run
  Mutation mutation;                     // none for those of check/mutants
  // Why it need not be found; else empty. Nobody has said so of a plug-in's.
  std::string_view unneeded;
};

// What became of one.
struct Hunted {
  Mutant mutant;
  bool found = false;
  Model model = Model::kTso;
  std::string program;
  Finding finding;
  uint64_t schedules = 0;  // until it was found, or in all
  double seconds = 0;      // of CPU time
  std::string replay;
  std::string bound;  // that some schedules exceeded; see Verdict
};

struct HuntOptions {
  double seconds = 10;         // for each mutant, of CPU time
  std::optional<Model> model;  // none: both
  std::string program;         // empty: all
  uint64_t seed = 1;
};

// All mutants of `strategy`; none if it promises nothing. A built-in one
// answers for its mechanism and for a share of the dispatch, a plug-in for its
// own code. kFailedPrecondition: it fails without a fault, or, a plug-in, has
// no place where one could be planted.
absl::StatusOr<std::vector<Mutant>> Mutants(Engine& engine,
                                            const StrategyEntry& strategy);

// Searches the programs of the mutant's strategy, longer and longer.
Hunted Hunt(Engine& engine, const Mutant& mutant, const HuntOptions& options);

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_HUNT_H_
