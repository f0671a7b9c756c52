// SPDX-License-Identifier: BSD-2-Clause
#include "cli/strategy_choice.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/nearest.h"
#include "probes/probe.h"

namespace knotestat::cli {
namespace {

using Entries = std::vector<const knote::StrategyEntry*>;

// Names that stand for several strategies; null if `name` is none.
using InSet = bool (*)(const knote::StrategyInfo&);
InSet FindSet(std::string_view name) {
  using knote::Group;
  using Info = knote::StrategyInfo;
  if (name == "default") return [](const Info& i) { return i.headline; };
  if (name == "ours")
    return [](const Info& i) { return i.group == Group::kOwn; };
  if (name == "peers")
    return [](const Info& i) { return i.group == Group::kPeer; };
  if (name == "all")
    return [](const Info& i) { return i.group != Group::kControl; };
  return nullptr;
}

std::vector<std::string> StrategyNames() {
  std::vector<std::string> names = {"default", "ours", "peers", "all"};
  for (const auto& entry : knote::Strategies()) {
    if (!entry.info.hidden) names.push_back(knote::StrategyTitle(entry.info));
  }
  return names;
}

bool Has(const std::vector<std::string>& scopes, std::string_view scope) {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

// `entry` at each of `scopes` that its mechanism has.
Entries AtScopes(const knote::StrategyEntry& entry,
                 const std::vector<std::string>& scopes) {
  Entries found;
  for (const auto& other : knote::Strategies()) {
    if (other.info.name == entry.info.name && Has(scopes, other.info.scope))
      found.push_back(&other);
  }
  return found;
}

// The members of a set, or, if `scopes` are given, their mechanisms at each of
// these that they have.
Entries OfSet(InSet in_set, const std::vector<std::string>& scopes) {
  std::set<std::string_view> mechanisms;
  for (const auto& entry : knote::Strategies()) {
    if (!entry.info.hidden && in_set(entry.info))
      mechanisms.insert(entry.info.name);
  }
  Entries found;
  for (const auto& entry : knote::Strategies()) {
    if (entry.info.hidden || mechanisms.count(entry.info.name) == 0) continue;
    if (scopes.empty() ? in_set(entry.info) : Has(scopes, entry.info.scope))
      found.push_back(&entry);
  }
  return found;
}

absl::StatusOr<Entries> Named(const std::string& name,
                              const std::vector<std::string>& scopes) {
  if (const InSet in_set = FindSet(name)) return OfSet(in_set, scopes);
  const auto* entry = knote::FindStrategy(name);
  if (entry == nullptr)
    return Unknown("strategy", name, StrategyNames(),
                   "`knotestat list strategies` shows all; default, ours, "
                   "peers and all are sets of them");
  if (scopes.empty()) return Entries{entry};
  if (name.find(':') == name.npos) return AtScopes(*entry, scopes);
  if (Has(scopes, entry->info.scope)) return Entries{entry};
  return absl::InvalidArgumentError(
      absl::StrCat("--strategy ", name, " contradicts --scopes ",
                   absl::StrJoin(scopes, ","), ": leave one of them out"));
}

absl::Status CheckScopes(const std::vector<std::string>& scopes) {
  const std::vector<std::string> known = {"global", "klist", "knote"};
  for (const std::string& scope : scopes) {
    if (!Has(known, scope)) return Unknown("scope in --scopes", scope, known);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Entries> PickStrategies(
    std::vector<std::string> names, const std::vector<std::string>& scopes,
    const std::vector<std::string>& plugins) {
  if (names.empty()) {
    names = {"default"};
    names.insert(names.end(), plugins.begin(), plugins.end());
  }
  if (auto status = CheckScopes(scopes); !status.ok()) return status;
  Entries picked = {knote::FindStrategy("none")};
  for (const std::string& name : names) {
    const auto found = Named(name, scopes);
    if (!found.ok()) return found.status();
    if (found->empty() && name != "none") {
      return absl::InvalidArgumentError(
          absl::StrCat("--scopes ", absl::StrJoin(scopes, ","), ": ", name,
                       " has none of them; `knotestat list strategies` shows "
                       "which it has"));
    }
    for (const auto* entry : *found) {
      if (std::find(picked.begin(), picked.end(), entry) == picked.end())
        picked.push_back(entry);
    }
  }
  if (picked.size() > static_cast<size_t>(probes::kMaxSlots)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--strategy: ", picked.size(), " strategies, at most ",
                     probes::kMaxSlots, " can be measured in one run"));
  }
  return picked;
}

}  // namespace knotestat::cli
