// SPDX-License-Identifier: BSD-2-Clause
#include "cli/truth_parameters.h"

#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/nearest.h"

namespace knotestat::cli {
namespace {

using knote::truth::Parameter;
using knote::truth::ParameterValues;
using knote::truth::TruthWorkload;
using Workloads = std::span<const TruthWorkload* const>;

const Parameter* Find(const TruthWorkload& workload, const std::string& name) {
  for (const Parameter& parameter : workload.parameters)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

absl::Status UnknownParameter(const std::string& name, Workloads workloads) {
  std::set<std::string> known;
  for (const TruthWorkload* workload : workloads)
    for (const Parameter& parameter : workload->parameters)
      known.emplace(parameter.name);
  const std::string of = workloads.size() == 1
                             ? std::string(workloads.front()->name)
                             : "the truth workloads";
  return Unknown(absl::StrCat("parameter of ", of), name,
                 std::vector<std::string>(known.begin(), known.end()));
}

// Of all workloads that have it: a value that suits one need not suit another.
absl::Status CheckRange(const std::string& name, int64_t value,
                        const std::string& text, Workloads workloads) {
  bool found = false;
  for (const TruthWorkload* workload : workloads) {
    const Parameter* parameter = Find(*workload, name);
    if (parameter == nullptr) continue;
    found = true;
    if (value >= parameter->least && value <= parameter->most) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--param ", text, ": ", std::string(workload->name),
                     " takes ", parameter->least, " to ", parameter->most, " ",
                     std::string(parameter->unit), " (",
                     std::string(parameter->summary), ")"));
  }
  return found ? absl::OkStatus() : UnknownParameter(name, workloads);
}

}  // namespace

absl::StatusOr<ParameterValues> ParseTruthParameters(
    const std::vector<std::string>& texts, Workloads workloads) {
  ParameterValues values;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    int64_t value = 0;
    if (equals == 0 || equals == text.npos ||
        !absl::SimpleAtoi(text.substr(equals + 1), &value)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--param '", text,
                       "': expected NAME=VALUE with a whole number, such as "
                       "depth=3; `knotestat list workloads` shows the names"));
    }
    const std::string name = text.substr(0, equals);
    absl::Status status = CheckRange(name, value, text, workloads);
    if (!status.ok()) return status;
    if (!values.emplace(name, value).second) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--param ", name, " is given twice: leave one of them out"));
    }
  }
  return values;
}

ParameterValues ParametersFor(const TruthWorkload& workload,
                              const ParameterValues& values) {
  ParameterValues own;
  for (const auto& [name, value] : values)
    if (Find(workload, name) != nullptr) own.emplace(name, value);
  return own;
}

}  // namespace knotestat::cli
