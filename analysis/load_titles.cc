// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/load_titles.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "analysis/phrases.h"
#include "record/json.h"

namespace knotestat::analysis {
namespace {

std::string TextOfParameter(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : record::Dump(value, -1);
}

// Each parameter's values, as text, over the loads of a workload; "" where a
// load lacks it.
using Values = std::map<std::string, std::set<std::string>>;

Values ValuesIn(const std::vector<nlohmann::json>& loads) {
  Values values;
  for (const nlohmann::json& load : loads) {
    for (const auto& [name, value] : load.items()) values[name] = {};
  }
  for (auto& [name, seen] : values) {
    for (const nlohmann::json& load : loads) {
      seen.insert(load.contains(name) ? TextOfParameter(load[name]) : "");
    }
  }
  return values;
}

}  // namespace

std::string WithoutDevices(const std::string& parameters) {
  auto parsed = nlohmann::json::parse(parameters, nullptr, false);
  if (parsed.is_object()) parsed.erase("devices");
  return record::Dump(parsed, -1);
}

std::vector<std::string> LoadTitles(
    const std::vector<std::pair<std::string, std::string>>& loads) {
  std::vector<nlohmann::json> parsed;
  std::map<std::string, std::vector<nlohmann::json>> by_workload;
  for (const auto& [workload, parameters] : loads) {
    parsed.push_back(nlohmann::json::parse(parameters, nullptr, false));
    if (!parsed.back().is_object()) parsed.back() = nlohmann::json::object();
    by_workload[workload].push_back(parsed.back());
  }
  std::map<std::string, Values> values;
  for (const auto& [workload, of_workload] : by_workload) {
    values[workload] = ValuesIn(of_workload);
  }
  std::vector<std::string> titles;
  for (size_t i = 0; i < loads.size(); ++i) {
    std::vector<std::string> differing;
    for (const auto& [name, value] : parsed[i].items()) {
      if (values[loads[i].first][name].size() < 2) continue;
      differing.push_back(absl::StrCat(name, " ", TextOfParameter(value)));
    }
    titles.push_back(differing.empty() ? loads[i].first
                                       : absl::StrCat(loads[i].first, " with ",
                                                      Enumerate(differing)));
  }
  return titles;
}

}  // namespace knotestat::analysis
