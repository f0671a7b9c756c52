// Testimony as JSON: what a child sends, and what `--json` shows.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_TESTIMONY_JSON_H_
#define KNOTESTAT_COLLECTOR_TESTIMONY_JSON_H_

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "knote/truth/testimony.h"

namespace knotestat::collector {

nlohmann::json ToJson(const knote::truth::Testimony& seen);

// kInvalidArgument unless `sent` is what ToJson() makes.
absl::StatusOr<knote::truth::Testimony> TestimonyOf(const nlohmann::json& sent);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_TESTIMONY_JSON_H_
