// A choice as text and as JSON.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/choose.h"
#include "analysis/detaches.h"
#include "analysis/phrases.h"

namespace knotestat::analysis {
namespace {

using nlohmann::json;

json ToJson(const record::Estimate& estimate) {
  return {
      {"median", estimate.median}, {"lo", estimate.lo}, {"hi", estimate.hi}};
}

json ToJson(const Verdict& verdict) {
  json object = {{"strategy", verdict.strategy},
                 {"scope", verdict.scope},
                 {"ruling", NameOf(verdict.ruling)},
                 {"reason", verdict.reason}};
  if (verdict.reader_ns) object["reader_ns"] = ToJson(*verdict.reader_ns);
  if (verdict.klist_fini_ns) {
    object["klist_fini_ns"] = ToJson(*verdict.klist_fini_ns);
  }
  if (verdict.bytes) object["bytes"] = *verdict.bytes;
  return object;
}

json ToJson(const Decision& decision) {
  json object = {{"cpus", decision.cpus},
                 {"threads", decision.threads},
                 {"processes", decision.processes},
                 {"path", decision.path},
                 {"reader_ns_is", decision.marginal ? "marginal" : "absolute"},
                 {"confidence", decision.confidence},
                 {"verdicts", json::array()}};
  for (const Verdict& verdict : decision.verdicts) {
    object["verdicts"].push_back(ToJson(verdict));
  }
  if (decision.quantile) {
    object["klist_fini_quantile"] = QuantileName(*decision.quantile);
  }
  if (decision.probability) object["probability"] = *decision.probability;
  if (!decision.next.empty()) object["next"] = decision.next;
  for (const TurningPoint& point : decision.turning_points) {
    const bool cpus = point.kind == TurningPoint::Kind::kCpus;
    object["turning_points"].push_back(
        {{cpus ? "cpus" : "reads_per_detach", point.at},
         {"side", cpus                                            ? "at"
                  : point.kind == TurningPoint::Kind::kFewerReads ? "below"
                                                                  : "above"},
         {"strategy", point.strategy}});
  }
  if (const Verdict* best = decision.recommended(); best != nullptr) {
    object["recommended"] = best->strategy;
  }
  return object;
}

json ToJson(const Choice& choice) {
  json object = {
      {"workload", choice.decision.workload},
      {"parameters", json::parse(choice.decision.parameters, nullptr, false)},
      {"decision", ToJson(choice.decision)},
      {"smaller", json::array()},
      {"differences", choice.differences}};
  if (!choice.headline.empty()) object["headline"] = choice.headline;
  for (const Decision& decision : choice.smaller) {
    object["smaller"].push_back(ToJson(decision));
  }
  return object;
}

}  // namespace

std::string TextOf(const TurningPoint& point) {
  const char* side = point.kind == TurningPoint::Kind::kFewerReads  ? "below"
                     : point.kind == TurningPoint::Kind::kMoreReads ? "above"
                                                                    : "at";
  return absl::StrCat(side, " ",
                      point.kind == TurningPoint::Kind::kCpus
                          ? CpuCount(static_cast<int>(point.at))
                          : absl::StrFormat("%.0f reads per detach", point.at),
                      ": ", point.strategy);
}

std::string NameOf(Ruling ruling) {
  switch (ruling) {
    case Ruling::kRecommended:
      return "recommended";
    case Ruling::kFront:
      return "front";
    case Ruling::kRejected:
      return "rejected";
    case Ruling::kNotRanked:
      return "not ranked";
  }
  return "";
}

std::vector<std::string> Reasons(const Choice& choice) {
  const Decision& decision = choice.decision;
  std::vector<std::string> lines;
  lines.push_back(choice.headline.empty()
                      ? absl::StrCat("nothing can be recommended for ",
                                     decision.title, " at ",
                                     CpuCount(decision.cpus))
                      : absl::StrCat("recommended: ", choice.headline));
  lines.push_back(decision.confidence);
  if (!decision.next.empty()) lines.push_back(decision.next);
  for (const TurningPoint& point : decision.turning_points) {
    if (point.kind == TurningPoint::Kind::kCpus) continue;  // in `differences`
    lines.push_back("the answer would change " + TextOf(point));
  }
  for (const Verdict& verdict : decision.verdicts) {
    lines.push_back(absl::StrCat(verdict.strategy, " (", verdict.scope, ", ",
                                 NameOf(verdict.ruling),
                                 "): ", verdict.reason));
  }
  lines.insert(lines.end(), choice.differences.begin(),
               choice.differences.end());
  return lines;
}

json ToJson(const std::vector<Choice>& choices) {
  json object = {{"schema", record::kSchemaVersion},
                 {"choices", json::array()}};
  for (const Choice& choice : choices) {
    object["choices"].push_back(ToJson(choice));
  }
  return object;
}

}  // namespace knotestat::analysis
