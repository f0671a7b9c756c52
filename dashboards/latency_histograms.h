// The distributions of a run as HdrHistograms, in ns.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_LATENCY_HISTOGRAMS_H_
#define KNOTESTAT_DASHBOARDS_LATENCY_HISTOGRAMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "dashboards/hdr_histogram.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::dashboards {

struct LatencyHistogram {
  // "scan/rwlock:global/cpus:2/klist_fini": no blanks, commas, quotes or
  // control characters, which would end a tag.
  std::string tag;
  double seconds = 0;  // for which its cell's latency blocks ran
  HdrHistogram ns;
};

// Of each cell: its sampled operations by path, klist_fini from the call and
// from the scheduled start ("klist_fini_from_intended"). What the certificate
// refused, and so is absent from `figures`, is absent here. kFailedPrecondition
// if nothing is left.
absl::StatusOr<std::vector<LatencyHistogram>> LatencyHistograms(
    const record::Run& run, const record::Figures& figures);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_LATENCY_HISTOGRAMS_H_
