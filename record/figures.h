// The figures of a run: what `--json` prints and what reports show.
//
// analysis/ computes them from record/run.h; dashboards/ and cli/ only show
// them. A std::optional that is empty was not measured and is absent from the
// JSON. Durations are nanoseconds.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_FIGURES_H_
#define KNOTESTAT_RECORD_FIGURES_H_

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/estimate.h"
#include "record/run.h"
#include "record/scaling.h"

namespace knotestat::record {

// Quantiles of a distribution; `max` is exact.
struct Distribution {
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double p999 = 0;
  double max = 0;
  uint64_t count = 0;
};

// Cost of one dispatch path.
struct PathFigures {
  std::optional<Estimate> ns_per_op;
  std::optional<Estimate> marginal_ns;  // minus `none`, paired by round
  std::optional<Distribution> sampled_ns;
};

// Latency of klist_fini().
struct FiniFigures {
  Distribution total;          // from the call
  Distribution from_intended;  // from the scheduled start
  double publish_p50 = 0;
  double wait_p50 = 0;
  double reclaim_p50 = 0;
};

// How far the measurement itself disturbed the cell.
struct Certificate {
  std::optional<Estimate> slowdown;  // 0.01: probes make it 1 % slower
  std::optional<double> events_lost;
  std::optional<double> steal_ns;
  std::optional<double> involuntary_switches;
};

struct CellFigures {
  Cell cell;
  std::map<std::string, PathFigures> paths;  // "scan", "submit", "register"
  std::optional<FiniFigures> klist_fini;
  Certificate certificate;
  std::optional<double> oracle_violations;
  std::map<std::string, double> counters;  // all others, e.g. bpf.*
};

struct Figures {
  Context context;
  bool finished = false;
  std::vector<CellFigures> cells;
  std::vector<Scaling> scaling;
};

// The published form; docs/reference/figures.schema.json describes it.
nlohmann::json ToJson(const Figures& figures);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_FIGURES_H_
