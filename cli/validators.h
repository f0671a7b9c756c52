// Checks of option values whose complaint names what is known or allowed.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_VALIDATORS_H_
#define KNOTESTAT_CLI_VALIDATORS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace knotestat::cli {

// Accepts the members of `known`; names the nearest one otherwise.
CLI::Validator OneOf(std::vector<std::string> known);

// Accepts whole numbers from `least` to `most`. Unlike CLI::Range it knows
// that -1 is not the largest unsigned number.
CLI::Validator WholeNumber(uint64_t least, uint64_t most);

// Accepts numbers from `least` to `most`. Unlike CLI::Range it knows that NaN
// lies nowhere.
CLI::Validator Number(double least, double most);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_VALIDATORS_H_
