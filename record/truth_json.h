// Truths as JSON: part of the published figures, and of `run --json`.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_TRUTH_JSON_H_
#define KNOTESTAT_RECORD_TRUTH_JSON_H_

#include <nlohmann/json.hpp>
#include <vector>

#include "record/truth.h"

namespace knotestat::record {

// What is not known has no key. docs/reference/figures.schema.json has it.
nlohmann::json ToJson(const Promises& promises);
nlohmann::json ToJson(const Truth& truth);
nlohmann::json ToJson(const std::vector<Truth>& truths);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_TRUTH_JSON_H_
