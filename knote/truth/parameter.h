// What of a play can be set: `knotestat run --param depth=3`.
//
// A play declares its parameters as constants of its file, lists them in its
// TruthWorkload and asks its Stage for their values.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_PARAMETER_H_
#define KNOTESTAT_KNOTE_TRUTH_PARAMETER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace knote::truth {

struct Parameter {
  std::string_view name;     // "depth"
  std::string_view summary;  // "kqueues in the longest chain"
  std::string_view unit;     // "kqueues", "ms"
  int64_t usual = 0;         // unless it is set
  int64_t least = 0;
  int64_t most = 0;
};

// Values by name.
using ParameterValues = std::map<std::string, int64_t, std::less<>>;

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_PARAMETER_H_
