// SPDX-License-Identifier: BSD-2-Clause
#include "cli/bench_view.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "analysis/phrases.h"
#include "cli/terminal_screen.h"
#include "dashboards/table.h"
#include "dashboards/units.h"

namespace knotestat::cli {
namespace {

using record::Estimate;

double HalfWidth(const Estimate& estimate) {
  return std::max(estimate.hi - estimate.median, estimate.median - estimate.lo);
}

// "0.73 +-0.01", of a section.
std::string SectionNs(const Estimate& ns) {
  return absl::StrFormat("%.2f +-%.2f", ns.median, HalfWidth(ns));
}

// "2.63", of the same.
std::string SectionCycles(const std::optional<Estimate>& cycles) {
  return cycles ? absl::StrFormat("%.2f", cycles->median) : "-";
}

// "25.1 us [24.7 us, 26.0 us]", of a latency, whose interval is one of ratios.
std::string Latency(const Estimate& ns) {
  const auto end = [&](double value) {
    return analysis::IsUnknownEnd(value, ns.median)
               ? std::string("?")
               : dashboards::FormatNs(value);
  };
  return absl::StrCat(dashboards::FormatNs(ns.median), " [", end(ns.lo), ", ",
                      end(ns.hi), "]");
}

// "3.86", "0.03": three digits, but no more than two decimals.
std::string Factor(double value) {
  return std::abs(value) < 1 ? dashboards::Decimals(value, 2)
                             : dashboards::ThreeDigits(value);
}

// A section's may be negative, and its ends then lie anywhere.
std::string RatioOf(const Estimate& ratio, bool is_latency) {
  const auto end = [&](double value) {
    return is_latency && analysis::IsUnknownEnd(value, ratio.median)
               ? std::string("?")
               : Factor(value);
  };
  return absl::StrCat("x", Factor(ratio.median), " [", end(ratio.lo), ", ",
                      end(ratio.hi), "]");
}

std::string HeadOf(const analysis::BenchColumn& column) {
  return absl::StrCat(column.figure, ", ", column.cpus,
                      column.cpus == 1 ? " CPU" : " CPUs",
                      column.parameters.empty() ? "" : ", ", column.parameters);
}

}  // namespace

void Print(const record::Context& machine, const analysis::Bench& bench) {
  if (bench.columns.empty()) {
    std::cout << "Nothing to compare: measure longer (--seconds).\n";
    return;
  }
  const dashboards::TextStyle style = StyleOfOutput();
  const auto safe = [&](const std::string& text) {
    return dashboards::SafeText(text, style);
  };
  std::cout
      << absl::StreamFormat("%s, Linux %s, %d CPUs, %s\n",
                            safe(machine.cpu_model), safe(machine.kernel),
                            machine.cpus, safe(machine.build))
      << "Sections: marginal cost against `none`, in ns and in cycles of "
         "the CPU's clock,\nwhich repeat from run to run. Ranges are 95 % "
         "intervals.\n";
  for (size_t i = 0; i < bench.columns.size(); ++i) {
    const analysis::BenchColumn& column = bench.columns[i];
    std::cout << "\n" << safe(column.workload + " workload: " + HeadOf(column));
    if (!column.best_peer.empty())
      std::cout << "; best peer: " << safe(column.best_peer);
    std::cout << "\n";
    if (!column.passed_over.empty()) {
      for (const std::string& line : dashboards::Wrap(
               absl::StrCat("No base for ratios, as perhaps it costs nothing: ",
                            safe(absl::StrJoin(column.passed_over, ", ")), "."),
               80, "  ", "  "))
        std::cout << line << "\n";
    }
    dashboards::Table table(1);
    table.Column("strategy");
    const bool is_latency = absl::StartsWith(column.figure, "klist_fini");
    table.Column(is_latency ? "latency" : "ns");
    if (!is_latency) table.Column("cycles");
    table.Column("to best peer");
    bool peers = false;
    for (const analysis::BenchRow& row : bench.rows) {
      if (row.group == "peer" && !peers) {
        table.Heading("peers");
        peers = true;
      }
      const analysis::BenchValue& value = row.values[i];
      if (!value.ns) continue;
      std::vector<std::string> cells = {
          safe(absl::StrCat(row.strategy, ":", row.scope)),
          is_latency ? Latency(*value.ns) : SectionNs(*value.ns)};
      if (!is_latency) cells.push_back(SectionCycles(value.cycles));
      cells.push_back(value.ratio ? RatioOf(*value.ratio, is_latency)
                      : value.not_ranked.empty() ? "-"
                                                 : "not ranked");
      table.Row(std::move(cells));
    }
    for (const std::string& line : table.Lines(80, {}))
      std::cout << line << "\n";
  }
}

}  // namespace knotestat::cli
