// --param: what of a truth workload is not as usual.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_TRUTH_PARAMETERS_H_
#define KNOTESTAT_CLI_TRUTH_PARAMETERS_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "knote/truth/truth_workload.h"

namespace knotestat::cli {

// "depth=3" and the like as values of the workloads' parameters; each belongs
// to at least one of them. kInvalidArgument names what is not NAME=VALUE, given
// twice, unknown or out of range.
absl::StatusOr<knote::truth::ParameterValues> ParseTruthParameters(
    const std::vector<std::string>& texts,
    std::span<const knote::truth::TruthWorkload* const> workloads);

// Those of `values` that `workload` has.
knote::truth::ParameterValues ParametersFor(
    const knote::truth::TruthWorkload& workload,
    const knote::truth::ParameterValues& values);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_TRUTH_PARAMETERS_H_
