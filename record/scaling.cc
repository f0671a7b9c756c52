// SPDX-License-Identifier: BSD-2-Clause
#include "record/scaling.h"

namespace knotestat::record {
namespace {

using nlohmann::json;

json ToJson(const ScalingFit& fit) {
  json object = {{"model", fit.model}};
  if (!fit.refused.empty()) {
    object["refused"] = fit.refused;
    return object;
  }
  object["parameters"] = json::object();
  for (const ScalingParameter& parameter : fit.parameters)
    object["parameters"][parameter.name] = EstimateToJson(parameter.estimate);
  object["points"] = json::array();
  for (const ScalingPoint& point : fit.points) {
    object["points"].push_back({{"cpus", point.cpus},
                                {"measured", point.measured},
                                {"fitted", point.fitted}});
  }
  object["mean_residual"] = fit.mean_residual;
  object["worst_residual"] = fit.worst_residual;
  object["valid_to_cpus"] = fit.valid_to_cpus;
  object["ns_per_op_there"] = EstimateToJson(fit.ns_per_op_there);
  object["warnings"] = json::array();
  for (const ScalingWarning warning : fit.warnings)
    object["warnings"].push_back(NameOf(warning));
  return object;
}

}  // namespace

const char* NameOf(ScalingWarning warning) {
  switch (warning) {
    case ScalingWarning::kMissesPoint:
      return "misses_point";
    case ScalingWarning::kModelsDisagree:
      return "models_disagree";
    case ScalingWarning::kWideInterval:
      return "wide_interval";
  }
  return "";
}

json ToJson(const Scaling& scaling) {
  json object = {{"strategy", scaling.strategy}, {"scope", scaling.scope},
                 {"workload", scaling.workload}, {"path", scaling.path},
                 {"cpus", scaling.cpus},         {"fits", json::array()}};
  json parameters = json::parse(scaling.parameters, nullptr, false);
  object["parameters"] =
      parameters.is_object() ? std::move(parameters) : json::object();
  if (!scaling.refused.empty()) object["refused"] = scaling.refused;
  for (const ScalingFit& fit : scaling.fits)
    object["fits"].push_back(ToJson(fit));
  return object;
}

}  // namespace knotestat::record
