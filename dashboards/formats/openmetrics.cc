// OpenMetrics 1.0 text, for Prometheus and whatever reads its exposition.
//
// Base units: seconds, bytes, ratios. Only gauges and histograms, so that
// parsers of the older Prometheus text read it too. What was not measured has
// no sample, never 0.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "dashboards/format.h"
#include "dashboards/terminal_text.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;
using record::Estimate;
using record::PathFigures;

constexpr double kNsPerSecond = 1e9;

// A value of a label: UTF-8, with the three characters that end or begin
// something escaped.
std::string Escaped(const std::string& value) {
  constexpr TextStyle kUnicode{.color = false, .unicode = true};
  std::string escaped;
  std::string line;
  const auto flush = [&] {
    escaped += SafeText(line, kUnicode);
    line.clear();
  };
  for (const char c : value) {
    if (c != '\n' && c != '"' && c != '\\') {
      line += c;
      continue;
    }
    flush();
    escaped += c == '\n' ? "\\n" : std::string("\\") + c;
  }
  flush();
  return escaped;
}

using Labels = std::vector<std::pair<std::string, std::string>>;

std::string LabelText(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += (text.empty() ? "{" : ",") + name + "=\"" + Escaped(value) + "\"";
  }
  return text.empty() ? text : text + "}";
}

// One family: its head is written with its first sample.
class Family {
 public:
  Family(std::string name, const char* type, const char* unit, const char* help)
      : name_(std::move(name)) {
    head_ = "# TYPE " + name_ + " " + type + "\n";
    if (*unit != '\0') head_ += "# UNIT " + name_ + " " + unit + "\n";
    head_ += "# HELP " + name_ + " " + help + "\n";
  }
  void Sample(const Labels& labels, double value, const char* suffix = "") {
    samples_ +=
        name_ + suffix + LabelText(labels) + " " + ShortestDigits(value) + "\n";
  }
  std::string Text() const { return samples_.empty() ? "" : head_ + samples_; }

 private:
  std::string name_;
  std::string head_;
  std::string samples_;
};

// Bounds between `low` and `high` ns that every histogram of a family shares,
// so that they can be summed: whole ns, and four to each power of two.
std::vector<uint64_t> Bounds(uint64_t low, uint64_t high) {
  std::vector<uint64_t> bounds;
  for (uint64_t step = 1, at = 1; at < UINT64_MAX / 8; at += step) {
    if (at >= 8 * step) step *= 2;
    if (at >= low) bounds.push_back(at);
    if (at >= high) break;
  }
  return bounds;
}

// Values of a histogram of one set of labels: `count` up to `ns`.
struct Counts {
  Labels labels;
  std::map<uint64_t, uint64_t> up_to;
  std::optional<double> sum_ns;
};

std::string HistogramText(const char* name, const char* help,
                          const std::vector<Counts>& all) {
  uint64_t low = UINT64_MAX, high = 0;
  for (const Counts& counts : all) {
    if (counts.up_to.empty()) continue;
    low = std::min(low, counts.up_to.begin()->first);
    high = std::max(high, std::min<uint64_t>(counts.up_to.rbegin()->first,
                                             uint64_t{1} << 40));
  }
  Family family(name, "histogram", "seconds", help);
  const std::vector<uint64_t> bounds = Bounds(low, high);
  for (const Counts& counts : all) {
    uint64_t seen = 0;
    auto next = counts.up_to.begin();
    Labels labels = counts.labels;
    labels.emplace_back("le", "");
    const auto bucket = [&](const std::string& bound) {
      labels.back().second = bound;
      family.Sample(labels, static_cast<double>(seen), "_bucket");
    };
    for (const uint64_t bound : bounds) {
      for (; next != counts.up_to.end() && next->first <= bound; ++next)
        seen += next->second;
      bucket(ShortestDigits(static_cast<double>(bound) / kNsPerSecond));
    }
    for (; next != counts.up_to.end(); ++next) seen += next->second;
    bucket("+Inf");
    if (!counts.sum_ns.has_value()) continue;
    family.Sample(counts.labels, static_cast<double>(seen), "_count");
    family.Sample(counts.labels, *counts.sum_ns / kNsPerSecond, "_sum");
  }
  return family.Text();
}

class Exposition {
 public:
  explicit Exposition(const FormatInput& input)
      : run_(input.run), figures_(input.figures) {
    std::map<Labels, int> uses;
    for (const CellFigures& cell : figures_.cells) ++uses[Load(cell.cell)];
    for (const auto& [labels, count] : uses) ambiguous_ |= count > 1;
  }

  std::string Text() {
    Info();
    PathGauge("knotestat_operation", "Cost of a dispatch operation",
              &PathFigures::ns_per_op);
    PathGauge("knotestat_marginal",
              "What the strategy adds to the unsynchronized dispatch",
              &PathFigures::marginal_ns);
    Sampled();
    Fini("knotestat_klist_fini_seconds",
         "Latency of klist_fini() from the call", &record::Detach::total_ns);
    Fini("knotestat_klist_fini_from_intended_seconds",
         "Latency of klist_fini() from its scheduled start",
         &record::Detach::from_intended_ns);
    Memory();
    Certificate();
    Events();
    return text_ + "# EOF\n";
  }

 private:
  static Labels Load(const record::Cell& cell) {
    return {{"strategy", cell.strategy},
            {"scope", cell.scope},
            {"workload", cell.workload},
            {"cpus", std::to_string(cell.cpus)},
            {"processes", std::to_string(cell.processes)},
            {"threads", std::to_string(cell.threads)}};
  }

  Labels LabelsOf(const record::Cell& cell) const {
    Labels labels = Load(cell);
    if (ambiguous_) labels.emplace_back("cell", std::to_string(cell.id));
    return labels;
  }

  Labels LabelsOf(const record::Cell& cell, const char* name,
                  const std::string& value) const {
    Labels labels = LabelsOf(cell);
    labels.emplace_back(name, value);
    return labels;
  }

  void Info() {
    const record::Context& context = figures_.context;
    Family run("knotestat_run_info", "gauge", "", "What was run, and where");
    run.Sample({{"host", context.host},
                {"kernel", context.kernel},
                {"cpu_model", context.cpu_model},
                {"started_at", context.started_at},
                {"build", context.build},
                {"finished", figures_.finished ? "true" : "false"}},
               1);
    Family cells("knotestat_cell_info", "gauge", "",
                 "The other parameters of a load, why it was refused or is not "
                 "ranked");
    for (const CellFigures& cell : figures_.cells) {
      Labels labels = LabelsOf(cell.cell, "group", cell.cell.group);
      labels.emplace_back("parameters", cell.cell.parameters);
      if (!cell.cell.refused.empty())
        labels.emplace_back("refused", cell.cell.refused);
      if (!cell.not_ranked.empty())
        labels.emplace_back("not_ranked", cell.not_ranked);
      cells.Sample(labels, 1);
    }
    text_ += run.Text() + cells.Text();
  }

  void PathGauge(const std::string& name, const std::string& help,
                 std::optional<Estimate> PathFigures::*figure) {
    struct End {
      const char* infix;
      const char* help;
      double Estimate::*value;
    };
    constexpr std::array<End, 3> kEnds = {
        {{"", ", median over rounds", &Estimate::median},
         {"_lower", ", lower end of the 95 % interval", &Estimate::lo},
         {"_upper", ", upper end of the 95 % interval", &Estimate::hi}}};
    for (const End& end : kEnds) {
      Family family(name + end.infix + "_seconds", "gauge", "seconds",
                    (help + end.help).c_str());
      for (const CellFigures& cell : figures_.cells) {
        for (const auto& [path, figures] : cell.paths) {
          const std::optional<Estimate>& estimate = figures.*figure;
          if (!estimate.has_value()) continue;
          family.Sample(LabelsOf(cell.cell, "path", path),
                        (*estimate).*end.value / kNsPerSecond);
        }
      }
      text_ += family.Text();
    }
  }

  void Sampled() {
    std::map<std::pair<int, std::string>, Counts> all;
    for (const CellFigures& cell : figures_.cells) {
      for (const auto& [path, figures] : cell.paths) {
        if (!figures.sampled_ns.has_value()) continue;
        all[{cell.cell.id, "sampled." + path}].labels =
            LabelsOf(cell.cell, "path", path);
      }
    }
    for (const record::Bucket& bucket : run_.rows.buckets) {
      const auto wanted = all.find({bucket.cell, bucket.histogram});
      if (wanted != all.end() && bucket.count > 0)
        wanted->second.up_to[bucket.upper_ns] += bucket.count;
    }
    std::vector<Counts> counts;
    for (auto& [key, one] : all) {
      if (!one.up_to.empty()) counts.push_back(std::move(one));
    }
    text_ += HistogramText("knotestat_operation_sampled_seconds",
                           "Single sampled dispatch operations", counts);
  }

  void Fini(const char* name, const char* help, double record::Detach::*ns) {
    std::map<int, Counts> all;
    for (const CellFigures& cell : figures_.cells) {
      if (cell.klist_fini.has_value())
        all[cell.cell.id].labels = LabelsOf(cell.cell);
    }
    for (const record::Detach& detach : run_.rows.detaches) {
      const auto wanted = all.find(detach.cell);
      if (wanted == all.end()) continue;
      Counts& counts = wanted->second;
      ++counts
            .up_to[static_cast<uint64_t>(std::ceil(std::max(1.0, detach.*ns)))];
      counts.sum_ns = counts.sum_ns.value_or(0) + detach.*ns;
    }
    std::vector<Counts> counts;
    for (auto& [cell, one] : all) {
      if (!one.up_to.empty()) counts.push_back(std::move(one));
    }
    text_ += HistogramText(name, help, counts);
  }

  void Memory() {
    Family family("knotestat_memory_bytes", "gauge", "bytes",
                  "Bytes beyond the unsynchronized dispatch");
    for (const CellFigures& cell : figures_.cells) {
      const record::Bytes& bytes = cell.cell.bytes;
      const std::pair<const char*, int64_t> parts[] = {
          {"knote", bytes.per_knote},
          {"klist", bytes.per_klist},
          {"thread", bytes.per_thread},
          {"cpu", bytes.per_cpu}};
      for (const auto& [per, value] : parts)
        family.Sample(LabelsOf(cell.cell, "per", per),
                      static_cast<double>(value));
    }
    text_ += family.Text();
  }

  using Figure = std::function<std::optional<double>(const CellFigures&)>;
  void CellGauge(const char* name, const char* unit, const char* help,
                 const Figure& figure) {
    Family family(name, "gauge", unit, help);
    for (const CellFigures& cell : figures_.cells) {
      if (const std::optional<double> value = figure(cell))
        family.Sample(LabelsOf(cell.cell), *value);
    }
    text_ += family.Text();
  }

  void Certificate() {
    const auto slowdown = [](double Estimate::*end) {
      return [end](const CellFigures& cell) -> std::optional<double> {
        const auto& estimate = cell.certificate.slowdown;
        return estimate ? std::optional((*estimate).*end) : std::nullopt;
      };
    };
    CellGauge("knotestat_probe_slowdown_ratio", "ratio",
              "How much slower the probes make the load; 0.01 is 1 %",
              slowdown(&Estimate::median));
    CellGauge("knotestat_probe_slowdown_lower_ratio", "ratio",
              "Lower end of its 95 % interval", slowdown(&Estimate::lo));
    CellGauge("knotestat_probe_slowdown_upper_ratio", "ratio",
              "Upper end of its 95 % interval", slowdown(&Estimate::hi));
    CellGauge("knotestat_events_lost", "", "Events that a probe could not keep",
              [](const auto& cell) { return cell.certificate.events_lost; });
    CellGauge(
        "knotestat_involuntary_switches", "",
        "Threads taken off their CPU in the mean blocks",
        [](const auto& cell) { return cell.certificate.involuntary_switches; });
    CellGauge("knotestat_steal_seconds", "seconds",
              "Time that the hypervisor took away",
              [](const auto& cell) -> std::optional<double> {
                const auto& steal = cell.certificate.steal_ns;
                return steal ? std::optional(*steal / kNsPerSecond)
                             : std::nullopt;
              });
    CellGauge("knotestat_oracle_violations", "",
              "Calls into a driver, or its memory, after its klist_fini()",
              [](const auto& cell) { return cell.oracle_violations; });
  }

  void Events() {
    Family family("knotestat_events", "gauge", "",
                  "All other totals, by the name that the result file has");
    for (const CellFigures& cell : figures_.cells) {
      for (const auto& [name, value] : cell.counters)
        family.Sample(LabelsOf(cell.cell, "event", name), value);
    }
    text_ += family.Text();
  }

  const record::Run& run_;
  const record::Figures& figures_;
  bool ambiguous_ = false;  // loads that only the cell's id tells apart
  std::string text_;
};

const FormatRegistration openmetrics_registration({
    "openmetrics",
    "OpenMetrics text, for Prometheus",
    [](const FormatInput& input) -> absl::StatusOr<std::string> {
      return Exposition(input).Text();
    },
});

}  // namespace
}  // namespace knotestat::dashboards
