// What this process holds, whoever allocated it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_RESIDENT_MEMORY_H_
#define KNOTESTAT_CHECK_RESIDENT_MEMORY_H_

#include <cstddef>

namespace knotestat::check {

// Bytes of this process that are in memory now, as /proc/self/statm says; 0 if
// it cannot be read.
size_t ResidentMemory();

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_RESIDENT_MEMORY_H_
