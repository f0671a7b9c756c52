// How the cost of a path grows with the CPUs: models fitted to it.
//
// analysis/ fits them; dashboards/ and cli/ only show them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_SCALING_H_
#define KNOTESTAT_RECORD_SCALING_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/estimate.h"

namespace knotestat::record {

// A model's parameter. The middle of its interval is the fit to the medians.
struct ScalingParameter {
  std::string name;  // "alpha"
  Estimate estimate;
};

// A model at one number of CPUs, in ns per operation.
struct ScalingPoint {
  int cpus = 0;
  double measured = 0;  // median over rounds
  double fitted = 0;
};

enum class ScalingWarning {
  kMissesPoint,     // a measured point, by more than 25 %
  kModelsDisagree,  // at twice the measured CPUs, by more than 25 %
  kWideInterval,    // there: its ends are more than a factor of 2 apart
};

// A model fitted to a cost curve.
struct ScalingFit {
  std::string model;    // "usl" or "queue"
  std::string refused;  // why it was not fitted; all below is empty then
  std::vector<ScalingParameter> parameters;
  std::vector<ScalingPoint> points;
  double mean_residual = 0;   // mean of |fitted / measured - 1|
  double worst_residual = 0;  // the largest
  // It must not be used for more CPUs: twice the most that were measured, or
  // with a warning no more than were.
  int valid_to_cpus = 0;
  std::vector<ScalingWarning> warnings;
  // What it says at valid_to_cpus.
  Estimate ns_per_op_there;
};

// One path of a strategy under loads that differ in their CPUs alone.
struct Scaling {
  std::string strategy;
  std::string scope;
  std::string workload;
  // Of the workload, as JSON, but for `devices`, which grow with the CPUs.
  std::string parameters;
  // The workload, with the parameters that tell it from others of the run.
  std::string load;
  std::string path;
  std::vector<int> cells;  // ids, in the order of `cpus`
  std::vector<int> cpus;   // ascending
  std::string refused;     // why nothing was fitted; empty if it was
  std::vector<ScalingFit> fits;
};

// "misses_point", "models_disagree" or "wide_interval".
const char* NameOf(ScalingWarning warning);

nlohmann::json ToJson(const Scaling& scaling);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_SCALING_H_
