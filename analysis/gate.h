// Conditions under which a comparison fails a gate.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_GATE_H_
#define KNOTESTAT_ANALYSIS_GATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/compare.h"

namespace knotestat::analysis {

// One condition, e.g. "worse>2%".
struct GateCondition {
  enum class Kind {
    kWorse,         // a strategy got worse
    kDifferent,     // better or worse
    kUndecided,     // some change cannot be told
    kMissing,       // a cell is in one of the files only
    kOtherMachine,  // host, kernel, CPU, their number or the build differ
  };
  Kind kind = Kind::kWorse;
  // Of kWorse and kDifferent: only changes that are certainly larger than this
  // part of the figure before, or than so many ns.
  std::optional<double> beyond_part;
  std::optional<double> beyond_ns;
  std::string text;  // as it was given
};

// "worse", "different", "undecided", "missing", "other-machine"; the first two
// also with ">2%", ">0.5ns", ">3us" or ">1ms". Conditions are separated by
// commas.
absl::StatusOr<std::vector<GateCondition>> ParseGate(std::string_view text);

// What a gate found.
struct GateResult {
  std::vector<std::string> failures;  // a sentence each
  bool undecided_only = false;        // nothing but kUndecided failed
};

// What the floor costs never fails a gate: it is the machine, not a strategy.
// That it is missing does, like any other cell's absence.
GateResult Judge(const Comparison& comparison,
                 const std::vector<GateCondition>& conditions);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_GATE_H_
