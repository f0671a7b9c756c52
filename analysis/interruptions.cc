// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/interruptions.h"

namespace knotestat::analysis {

std::optional<record::Interruptions> InterruptionsOf(
    const record::Context& context) {
  if (context.watched_ns <= 0) return std::nullopt;
  double count = 0, away_ns = 0;
  for (const record::Interruption& row : context.interruptions) {
    count += static_cast<double>(row.count);
    away_ns += row.ns * static_cast<double>(row.count);
  }
  record::Interruptions figures{.per_second = count / context.watched_ns * 1e9,
                                .share = away_ns / context.watched_ns};
  double shorter_ns = 0;
  for (const record::Interruption& row : context.interruptions) {
    shorter_ns += row.ns * static_cast<double>(row.count);
    figures.half_ns = row.ns;
    if (shorter_ns >= away_ns / 2) break;
  }
  return figures;
}

}  // namespace knotestat::analysis
