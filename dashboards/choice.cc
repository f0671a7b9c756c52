// The recommendation as the reports show it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/choice.h"

#include <nlohmann/json.hpp>

namespace knotestat::dashboards {

const char* RulingName(Ruling ruling) {
  switch (ruling) {
    case Ruling::kRecommended:
      return "recommended";
    case Ruling::kFront:
      return "front";
    case Ruling::kRejected:
      return "rejected";
    case Ruling::kNotRanked:
      break;
  }
  return "not ranked";
}

bool IsOf(const Load& load, const std::string& workload,
          const std::string& parameters) {
  const auto parsed = [](const std::string& text) {
    const auto object = nlohmann::json::parse(text, nullptr, false);
    return object.is_object() ? object : nlohmann::json::object();
  };
  return load.workload == workload &&
         (load.parameters == parameters ||
          parsed(load.parameters) == parsed(parameters));
}

}  // namespace knotestat::dashboards
