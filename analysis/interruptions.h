// What a CPU's interruptions mean for who waits for a thread there.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_INTERRUPTIONS_H_
#define KNOTESTAT_ANALYSIS_INTERRUPTIONS_H_

#include <optional>

#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// The figures of what `context` saw of each CPU; absent if it did not watch.
std::optional<record::Interruptions> InterruptionsOf(
    const record::Context& context);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_INTERRUPTIONS_H_
