// SPDX-License-Identifier: BSD-2-Clause
#include "record/json.h"

namespace knotestat::record {

std::string Dump(const nlohmann::json& value, int indent) {
  return value.dump(indent, ' ', false,
                    nlohmann::json::error_handler_t::replace);
}

}  // namespace knotestat::record
