// Text of a JSON value, whatever strings it holds.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_JSON_H_
#define KNOTESTAT_RECORD_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

namespace knotestat::record {

// `value` as UTF-8 text, indented by two spaces unless `indent` says
// otherwise (-1: one line). Bytes that are not UTF-8 (a symbol, a host name)
// become U+FFFD instead of an exception. Thread-safe.
std::string Dump(const nlohmann::json& value, int indent = 2);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_JSON_H_
