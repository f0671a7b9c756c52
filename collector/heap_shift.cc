// SPDX-License-Identifier: BSD-2-Clause
#include "collector/heap_shift.h"

namespace knotestat::collector {
namespace {

// The place is larger than what allocators keep ready, so that it is cut from
// where the next data will be.
constexpr size_t kPage = 4096, kLine = 64;

}  // namespace

HeapShift::HeapShift(uint64_t random)
    : place_(std::make_unique_for_overwrite<std::byte[]>(
          kPage + kLine * (random % (kPage / kLine)))) {}

}  // namespace knotestat::collector
