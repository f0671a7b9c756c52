// Testimony as JSON, which is what a child sends, and as a row of the record.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_TESTIMONY_JSON_H_
#define KNOTESTAT_COLLECTOR_TESTIMONY_JSON_H_

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "knote/truth/testimony.h"
#include "knote/world.h"
#include "record/truth.h"

namespace knotestat::collector {

nlohmann::json ToJson(const knote::truth::Testimony& seen);

// kInvalidArgument unless `sent` is what ToJson() makes.
absl::StatusOr<knote::truth::Testimony> TestimonyOf(const nlohmann::json& sent);

// What became of the strategy's promise in the play; id 0.
record::Truth DescribeTruth(const knote::truth::TruthWorkload& workload,
                            const knote::StrategyInfo& strategy,
                            const knote::truth::Testimony& seen);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_TESTIMONY_JSON_H_
