// SPDX-License-Identifier: BSD-2-Clause
#include "cli/bench_view.h"

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "dashboards/table.h"
#include "dashboards/units.h"

namespace knotestat::cli {
namespace {

using record::Estimate;

double HalfWidth(const Estimate& estimate) {
  return std::max(estimate.hi - estimate.median, estimate.median - estimate.lo);
}

// "0.73 +-0.01" below a microsecond, "25.1 us +-0.4 us" above.
std::string Duration(const Estimate& ns) {
  if (std::abs(ns.median) < 1000)
    return absl::StrFormat("%.2f +-%.2f", ns.median, HalfWidth(ns));
  return dashboards::FormatNs(ns.median) + " +-" +
         dashboards::FormatNs(HalfWidth(ns), "");
}

std::string RatioOf(const Estimate& ratio) {
  return absl::StrFormat("x%.2f [%.2f, %.2f]", ratio.median, ratio.lo,
                         ratio.hi);
}

std::string HeadOf(const analysis::BenchColumn& column) {
  return absl::StrCat(column.figure, ", ", column.cpus,
                      column.cpus == 1 ? " CPU" : " CPUs");
}

}  // namespace

void Print(const record::Context& machine, const analysis::Bench& bench) {
  if (bench.columns.empty()) {
    std::cout << "Nothing to compare: measure longer (--seconds).\n";
    return;
  }
  std::cout << absl::StreamFormat("%s, Linux %s, %d CPUs, %s\n",
                                  machine.cpu_model, machine.kernel,
                                  machine.cpus, machine.build)
            << "Sections: marginal ns against `none`. Each with its 95 % "
               "interval.\n";
  for (size_t i = 0; i < bench.columns.size(); ++i) {
    const analysis::BenchColumn& column = bench.columns[i];
    std::cout << "\n" << column.workload << " workload: " << HeadOf(column);
    if (!column.best_peer.empty())
      std::cout << "; best peer: " << column.best_peer;
    std::cout << "\n";
    dashboards::Table table(2);
    table.Column("strategy");
    table.Column("scope");
    table.Column("ns");
    table.Column("to best peer");
    bool peers = false;
    for (const analysis::BenchRow& row : bench.rows) {
      if (row.group == "peer" && !peers) {
        table.Heading("peers");
        peers = true;
      }
      const analysis::BenchValue& value = row.values[i];
      if (!value.ns) continue;
      table.Row({row.strategy, row.scope, Duration(*value.ns),
                 value.ratio ? RatioOf(*value.ratio) : "-"});
    }
    for (const std::string& line : table.Lines(80, {}))
      std::cout << line << "\n";
  }
}

}  // namespace knotestat::cli
