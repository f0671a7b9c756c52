// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/qualification.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures.h"
#include "analysis/phrases.h"

namespace knotestat::analysis {
namespace {

using record::CellFigures;

// The strategies that may be asked for at all.
bool Eligible(const record::Cell& cell, const Requirements& requirements) {
  return cell.promises.safe && cell.refused.empty() &&
         requirements.groups.contains(cell.group);
}

}  // namespace

OracleFindings::OracleFindings(const record::Figures& figures) {
  for (const CellFigures& each : figures.cells) {
    const record::Cell& cell = each.cell;
    // What is broken under a load that the strategy forbids was foretold.
    if (each.oracle_violations.value_or(0) <= 0 ||
        each.counters.contains(record::kForbiddenLoad)) {
      continue;
    }
    Caught& caught = caught_[{cell.strategy, cell.scope}];
    caught.uses += *each.oracle_violations;
    std::string place =
        absl::StrCat(cell.workload, " at ", CpuCount(cell.cpus));
    if (std::find(caught.places.begin(), caught.places.end(), place) ==
        caught.places.end()) {
      caught.places.push_back(std::move(place));
    }
  }
}

std::string OracleFindings::Of(const record::Cell& cell) const {
  const auto caught = caught_.find({cell.strategy, cell.scope});
  if (caught == caught_.end()) return "";
  const double uses = caught->second.uses;
  return absl::StrFormat(
      "the oracle caught %.0f %s of a driver after its klist_fini(), under %s",
      uses, uses == 1 ? "use" : "uses", Enumerate(caught->second.places));
}

std::optional<Verdict> OutOfQuestion(const CellFigures& figures,
                                     const OracleFindings& findings,
                                     const Requirements& requirements) {
  const record::Cell& cell = figures.cell;
  const auto verdict = [&](Ruling ruling, std::string reason) {
    return Verdict{cell.strategy,    cell.scope, ruling, {}, {}, {},
                   std::move(reason)};
  };
  if (!cell.refused.empty()) {
    return verdict(Ruling::kNotRanked, "not measured: " + cell.refused);
  }
  if (figures.counters.contains(record::kForbiddenLoad)) {
    return verdict(Ruling::kNotRanked,
                   "it forbids this load and was measured with --anyway");
  }
  if (!cell.promises.safe) {
    return verdict(Ruling::kNotRanked,
                   cell.strategy == kFloor
                       ? "the floor: it protects nothing"
                       : "a control: it is broken on purpose");
  }
  if (!requirements.groups.contains(cell.group)) {
    return verdict(
        Ruling::kNotRanked,
        absl::StrCat("of the group ", cell.group, ", which was not asked for"));
  }
  std::string caught = findings.Of(cell);
  if (!caught.empty()) return verdict(Ruling::kRejected, std::move(caught));
  return std::nullopt;
}

std::string UnmetRequirement(const record::Cell& cell,
                             const Requirements& requirements) {
  const record::Promises& promises = cell.promises;
  if (requirements.reader_may_block && !promises.reader_may_block) {
    return "a reader may not block, and must be able to";
  }
  if (requirements.reader_may_recurse && !promises.reader_may_recurse) {
    return "a reader may not recurse while a writer waits, and must be able "
           "to";
  }
  if (requirements.enter_under_spin_lock && !promises.enter_under_spin_lock) {
    return "a section may not be entered with a spin lock held, and must be";
  }
  if (requirements.covers_submit && !promises.covers_submit) {
    return "knote() does not run inside a section, and must";
  }
  const auto& limit = requirements.max_bytes_per_knote;
  if (limit.has_value() && cell.bytes.per_knote > *limit) {
    return absl::StrCat(cell.bytes.per_knote, " B per knote, and at most ",
                        *limit, " B are allowed");
  }
  return "";
}

std::string Contradiction(const record::Run& run,
                          const Requirements& requirements) {
  std::string example;
  for (const record::Cell& cell : run.cells) {
    if (!Eligible(cell, requirements)) continue;
    const std::string unmet = UnmetRequirement(cell, requirements);
    if (unmet.empty()) return "";
    if (example.empty()) {
      example = absl::StrCat(cell.strategy, ", for one: ", unmet);
    }
  }
  return example;
}

}  // namespace knotestat::analysis
