// A comparison as JSON.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compare.h"

namespace knotestat::analysis {
namespace {

using nlohmann::json;

json ToJson(const record::Cell& cell) {
  return {{"strategy", cell.strategy}, {"scope", cell.scope},
          {"workload", cell.workload}, {"cpus", cell.cpus},
          {"threads", cell.threads},   {"processes", cell.processes},
          {"cpu_list", cell.cpu_list}};
}

json ToJson(const Change& change) {
  json object = ToJson(change.cell);
  object["figure"] = change.figure;
  object["outcome"] = NameOf(change.outcome);
  if (!change.path.empty()) object["path"] = change.path;
  if (!change.reason.empty()) object["reason"] = change.reason;
  if (!change.difference.has_value()) return object;
  const record::Estimate& difference = *change.difference;
  object["before"] = change.before;
  object["after"] = change.after;
  object["difference"] = {{"median", difference.median},
                          {"lo", difference.lo},
                          {"hi", difference.hi}};
  object["p"] = change.p;
  object["adjusted_p"] = change.adjusted_p;
  if (change.clocks) {
    object["clock_ghz"] = {{"before", change.clocks->before},
                           {"after", change.clocks->after}};
  }
  if (change.relative) object["relative"] = *change.relative;
  if (change.effect) object["cliffs_delta"] = *change.effect;
  return object;
}

template <typename Items>
json ToArray(const Items& items) {
  json array = json::array();
  for (const auto& item : items) array.push_back(ToJson(item));
  return array;
}

}  // namespace

std::string NameOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kBetter:
      return "better";
    case Outcome::kWorse:
      return "worse";
    case Outcome::kSame:
      return "same";
    case Outcome::kCannotTell:
      return "can't tell";
  }
  return "";
}

json ToJson(const Comparison& comparison) {
  return {{"schema", record::kSchemaVersion},
          {"warnings", comparison.warnings},
          {"other_machine", comparison.other_machine},
          {"changes", ToArray(comparison.changes)},
          {"only_before", ToArray(comparison.only_before)},
          {"only_after", ToArray(comparison.only_after)}};
}

}  // namespace knotestat::analysis
