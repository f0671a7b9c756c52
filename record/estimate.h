// A figure and how sure it is.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_ESTIMATE_H_
#define KNOTESTAT_RECORD_ESTIMATE_H_

#include <nlohmann/json.hpp>

namespace knotestat::record {

// A figure with its 95 % interval: the trimmed mean over launches of each
// launch's median over rounds, or, of one process, the median over rounds.
struct Estimate {
  double median = 0;
  double lo = 0;
  double hi = 0;
};

// Its published form.
nlohmann::json EstimateToJson(const Estimate& estimate);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_ESTIMATE_H_
