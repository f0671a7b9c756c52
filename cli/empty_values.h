// Values that were given and are empty: a variable of a script that is not set,
// or a slip in a list. Never the same as an option that was not given.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_EMPTY_VALUES_H_
#define KNOTESTAT_CLI_EMPTY_VALUES_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace knotestat::cli {

// kInvalidArgument names the option of `app` to which one of `arguments`, as
// typed, gives an empty value, or a list with an empty element.
absl::Status CheckNoEmptyValue(const CLI::App& app,
                               const std::vector<std::string>& arguments);

// kInvalidArgument begins with `name` if `value` is a list, by the delimiter of
// `option`, with an empty element.
absl::Status CheckNoEmptyElement(const CLI::Option& option,
                                 const std::string& name,
                                 const std::string& value);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_EMPTY_VALUES_H_
