// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/gate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "analysis/phrases.h"
#include "analysis/rounds.h"

namespace knotestat::analysis {
namespace {

using Kind = GateCondition::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> kKinds = {
    {{"worse", Kind::kWorse},
     {"different", Kind::kDifferent},
     {"undecided", Kind::kUndecided},
     {"missing", Kind::kMissing},
     {"other-machine", Kind::kOtherMachine}}};

constexpr std::array<std::pair<std::string_view, double>, 3> kUnits = {
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}}};

absl::Status Wrong(std::string_view text, const std::string& expected) {
  return absl::InvalidArgumentError(absl::StrCat(
      "--fail-if: '", std::string(text), "' is not a condition: ", expected));
}

bool ParseNumber(std::string_view text, double* number) {
  return absl::SimpleAtod(std::string(text), number) && *number >= 0 &&
         std::isfinite(*number);
}

absl::Status ParseLimit(std::string_view text, std::string_view limit,
                        GateCondition& condition) {
  double number = 0;
  if (absl::EndsWith(std::string(limit), "%")) {
    limit.remove_suffix(1);
    if (!ParseNumber(limit, &number)) {
      return Wrong(text, "a number of per cent is expected after '>'");
    }
    condition.beyond_part = number / 100;
    return absl::OkStatus();
  }
  for (const auto& [unit, ns] : kUnits) {
    if (limit.size() <= unit.size() || !limit.ends_with(unit)) continue;
    if (!ParseNumber(limit.substr(0, limit.size() - unit.size()), &number)) {
      continue;
    }
    condition.beyond_ns = number * ns;
    return absl::OkStatus();
  }
  return Wrong(text, "after '>' comes a number with %, ns, us or ms");
}

absl::StatusOr<GateCondition> ParseCondition(std::string_view text) {
  GateCondition condition;
  condition.text = std::string(text);
  const size_t sign = text.find('>');
  const std::string_view name = text.substr(0, sign);
  const auto* kind =
      std::find_if(kKinds.begin(), kKinds.end(),
                   [&](const auto& known) { return known.first == name; });
  if (kind == kKinds.end()) {
    return Wrong(text,
                 "worse, different, undecided, missing or other-machine are "
                 "known");
  }
  condition.kind = kind->second;
  if (sign == std::string_view::npos) return condition;
  if (condition.kind != Kind::kWorse && condition.kind != Kind::kDifferent) {
    return Wrong(text, "only worse and different take a limit");
  }
  const absl::Status status =
      ParseLimit(text, text.substr(sign + 1), condition);
  if (!status.ok()) return status;
  return condition;
}

std::string NameOf(const record::Cell& cell) {
  return absl::StrCat(cell.strategy, " (", cell.scope, ") under ",
                      cell.workload, " at ", CpuCount(cell.cpus));
}

// The least that the change certainly is, in ns; absent if it is not certain.
std::optional<double> CertainSize(const Change& change) {
  if (change.outcome == Outcome::kWorse) {
    return std::max(0.0, change.difference->lo);
  }
  if (change.outcome == Outcome::kBetter) {
    return std::max(0.0, -change.difference->hi);
  }
  return std::nullopt;
}

bool Fails(const Change& change, const GateCondition& condition) {
  if (change.cell.strategy == kFloor) return false;
  if (condition.kind == Kind::kUndecided) {
    return change.outcome == Outcome::kCannotTell;
  }
  if (condition.kind == Kind::kWorse && change.outcome != Outcome::kWorse) {
    return false;
  }
  const auto size = CertainSize(change);
  if (!size) return false;
  const double limit = condition.beyond_part
                           ? *condition.beyond_part * std::fabs(change.before)
                           : condition.beyond_ns.value_or(0);
  return limit == 0 || *size > limit;
}

void JudgeChanges(const Comparison& comparison, const GateCondition& condition,
                  std::vector<std::string>& failures) {
  for (const Change& change : comparison.changes) {
    if (!Fails(change, condition)) continue;
    failures.push_back(absl::StrCat(
        condition.text, ": ", change.figure,
        change.path.empty() ? "" : " of " + change.path, " of ",
        NameOf(change.cell), ": ",
        change.reason.empty() && change.difference
            ? absl::StrCat("from ", Duration(change.before), " to ",
                           Duration(change.after), ", by ",
                           DurationWithInterval(*change.difference))
            : change.reason));
  }
}

}  // namespace

absl::StatusOr<std::vector<GateCondition>> ParseGate(std::string_view text) {
  std::vector<GateCondition> conditions;
  for (const absl::string_view part :
       absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    auto condition = ParseCondition(std::string_view(part.data(), part.size()));
    if (!condition.ok()) return condition.status();
    conditions.push_back(*std::move(condition));
  }
  return conditions;
}

GateResult Judge(const Comparison& comparison,
                 const std::vector<GateCondition>& conditions) {
  GateResult result;
  result.undecided_only = true;
  for (const GateCondition& condition : conditions) {
    const size_t before = result.failures.size();
    switch (condition.kind) {
      case Kind::kMissing:
        for (const record::Cell& cell : comparison.only_before) {
          result.failures.push_back("missing: " + NameOf(cell) +
                                    " is in the file before only");
        }
        for (const record::Cell& cell : comparison.only_after) {
          result.failures.push_back("missing: " + NameOf(cell) +
                                    " is in the file after only");
        }
        break;
      case Kind::kOtherMachine:
        for (const std::string& warning : comparison.other_machine) {
          result.failures.push_back("other-machine: " + warning);
        }
        break;
      default:
        JudgeChanges(comparison, condition, result.failures);
    }
    if (result.failures.size() > before && condition.kind != Kind::kUndecided) {
      result.undecided_only = false;
    }
  }
  result.undecided_only &= !result.failures.empty();
  return result;
}

}  // namespace knotestat::analysis
