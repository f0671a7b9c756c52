// Rows as bytes, between two processes of one program.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_ROW_STREAM_H_
#define KNOTESTAT_RECORD_ROW_STREAM_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "record/run.h"

namespace knotestat::record {

// `batch` as CBOR (RFC 8949). Text may hold any bytes.
std::string EncodeBatch(const Batch& batch);

// The inverse. kDataLoss if `bytes` are not from EncodeBatch().
absl::StatusOr<Batch> DecodeBatch(std::string_view bytes);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_ROW_STREAM_H_
