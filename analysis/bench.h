// How mechanisms of ours compare with the best peer: ratios with intervals,
// all from one interleaved run.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_BENCH_H_
#define KNOTESTAT_ANALYSIS_BENCH_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// One figure of one strategy.
struct BenchValue {
  std::optional<record::Estimate> ns;
  // A section's, in cycles of the CPU's clock as it then was, if that is known.
  std::optional<record::Estimate> cycles;
  // ns divided by the column's best peer; absent for the peer itself, without
  // a peer, where its figure is not above 0, and of what is not ranked.
  std::optional<record::Estimate> ratio;
  std::string not_ranked;  // record::CellFigures::not_ranked
};

// One figure under one load: what a section costs on a path, or a quantile of
// klist_fini().
struct BenchColumn {
  std::string workload;
  int cpus = 0;
  std::string parameters;  // of the load, where others differ in nothing else
  std::string figure;      // "submit" (marginal ns), "klist_fini p50", ...
  // Smallest median of the peers that certainly cost something; empty if there
  // is none.
  std::string best_peer;
  // Peers with a smaller one, but perhaps of nothing: no base for a ratio.
  std::vector<std::string> passed_over;
};

struct BenchRow {
  std::string strategy;
  std::string scope;
  std::string group;               // "own", "peer" or "control"
  std::vector<BenchValue> values;  // as many as there are columns
};

struct Bench {
  std::vector<BenchColumn> columns;
  std::vector<BenchRow> rows;  // own, then peers; without the floor
};

// Marginal costs are paired with the floor by round, and the launches (of one
// process, the rounds) of both sides of their ratio are drawn together; so are
// those of klist_fini(). What the certificate refuses is left out, what is not
// ranked is no best peer. The same run gives the same figures.
Bench BenchOf(const record::Run& run);

nlohmann::json ToJson(const Bench& bench);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_BENCH_H_
