// Synthetic runs for the tests of the reports. The figures are invented, the
// same on every machine, and of the size that real ones have.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_DASHBOARDS_SAMPLE_RUN_H_
#define KNOTESTAT_TESTS_DASHBOARDS_SAMPLE_RUN_H_

#include <cstddef>

#include "dashboards/choice.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::dashboards {

struct Sample {
  record::Run run;
  record::Figures figures;
  Choice choice;
};

// Two workloads, eight strategies, 1, 2 and 4 CPUs; everything measured but
// one refused cell.
Sample FullSample();

// FullSample() with names that try to be markup, terminal escapes, CSV
// separators or invalid UTF-8 wherever a name can stand.
Sample HostileSample();

// FullSample() with one workload under two loads, psref recommended for one and
// epoch for the other, in the place of its two workloads.
Sample TwoLoadsSample();

// A run that was stopped before its first cell.
Sample EmptySample();

// A run without eBPF that is still going on: means at one CPU count, no
// distributions, detaches, stacks, certificate or choice.
Sample BareSample();

// A finished run of one cell, without `none` beside it.
Sample OneCellSample();

// A finished run of truth workloads alone.
Sample TruthSample();

// FullSample() again and again with other figures, until there are so many
// cells.
Sample ManySample(size_t cells);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_TESTS_DASHBOARDS_SAMPLE_RUN_H_
