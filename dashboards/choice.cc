// The recommendation as the reports show it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/choice.h"

namespace knotestat::dashboards {

const char* RulingName(Ruling ruling) {
  switch (ruling) {
    case Ruling::kRecommended:
      return "recommended";
    case Ruling::kFront:
      return "front";
    case Ruling::kRejected:
      return "rejected";
    case Ruling::kNotRanked:
      break;
  }
  return "not ranked";
}

}  // namespace knotestat::dashboards
