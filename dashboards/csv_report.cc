// A run as CSV. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/csv_report.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;
using record::Distribution;
using record::Estimate;
using record::PathFigures;

std::string Quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(field);
  }
  std::string quoted = "\"";
  for (char c : field) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

// Writes the header while it writes the first row, so that both always agree.
class Row {
 public:
  void Text(std::string_view name, std::string_view value) {
    if (!names_.empty()) {
      names_ += ',';
      values_ += ',';
    }
    names_ += name;
    values_ += Quoted(value);
  }
  void Number(std::string_view name, const std::optional<double>& value) {
    Text(name, value.has_value() ? ShortestDigits(*value) : "");
  }
  void Number(const std::string& name,
              const std::optional<Estimate>& estimate) {
    const auto part = [&](double Estimate::*member) {
      return estimate ? std::optional((*estimate).*member) : std::nullopt;
    };
    Number(name + "_median", part(&Estimate::median));
    Number(name + "_lo", part(&Estimate::lo));
    Number(name + "_hi", part(&Estimate::hi));
  }
  void Number(const std::string& name,
              const std::optional<Distribution>& distribution) {
    const auto part = [&](double Distribution::*member) {
      return distribution ? std::optional((*distribution).*member)
                          : std::nullopt;
    };
    Number(name + "_p50", part(&Distribution::p50));
    Number(name + "_p90", part(&Distribution::p90));
    Number(name + "_p99", part(&Distribution::p99));
    Number(name + "_p999", part(&Distribution::p999));
    Number(name + "_max", part(&Distribution::max));
    Number(name + "_count",
           distribution
               ? std::optional(static_cast<double>(distribution->count))
               : std::nullopt);
  }
  const std::string& names() const { return names_; }
  const std::string& values() const { return values_; }

 private:
  std::string names_;
  std::string values_;
};

void AddCell(const CellFigures& figures, Row* row) {
  const record::Cell& cell = figures.cell;
  row->Text("strategy", cell.strategy);
  row->Text("group", cell.group);
  row->Text("scope", cell.scope);
  row->Text("workload", cell.workload);
  row->Text("parameters", cell.parameters);
  row->Number("cpus", cell.cpus);
  row->Number("processes", cell.processes);
  row->Number("threads", cell.threads);
}

void AddWriter(const CellFigures& figures, Row* row) {
  const auto& fini = figures.klist_fini;
  row->Number("klist_fini_ns",
              fini ? std::optional(fini->total) : std::nullopt);
  row->Number("klist_fini_from_intended_ns",
              fini ? std::optional(fini->from_intended) : std::nullopt);
  const auto phase = [&](double record::FiniFigures::*member) {
    return fini ? std::optional((*fini).*member) : std::nullopt;
  };
  row->Number("publish_p50_ns", phase(&record::FiniFigures::publish_p50));
  row->Number("wait_p50_ns", phase(&record::FiniFigures::wait_p50));
  row->Number("reclaim_p50_ns", phase(&record::FiniFigures::reclaim_p50));
}

void AddRest(const CellFigures& figures, Row* row) {
  const record::Bytes& bytes = figures.cell.bytes;
  row->Number("bytes_per_knote", static_cast<double>(bytes.per_knote));
  row->Number("bytes_per_klist", static_cast<double>(bytes.per_klist));
  row->Number("bytes_per_thread", static_cast<double>(bytes.per_thread));
  row->Number("bytes_per_cpu", static_cast<double>(bytes.per_cpu));
  const record::Certificate& certificate = figures.certificate;
  row->Number("slowdown", certificate.slowdown);
  row->Number("events_lost", certificate.events_lost);
  row->Number("steal_ns", certificate.steal_ns);
  row->Number("involuntary_switches", certificate.involuntary_switches);
  const auto& clock = certificate.clock_ghz;
  row->Number("clock_ghz_median",
              clock ? std::optional(clock->median) : std::nullopt);
  row->Number("clock_ghz_slowest",
              clock ? std::optional(clock->lo) : std::nullopt);
  row->Number("clock_ghz_fastest",
              clock ? std::optional(clock->hi) : std::nullopt);
  row->Number("oracle_violations", figures.oracle_violations);
  row->Text("refused", figures.cell.refused);
  row->Text("not_ranked", figures.not_ranked);
}

struct ModelColumns {
  const char* model;
  std::vector<const char*> parameters;
};

// The fits of the curve that a row's figure is a point of.
void AddScaling(const record::Scaling* scaling, Row* row) {
  static const ModelColumns kModels[] = {
      {"usl", {"gamma_per_us", "alpha", "beta"}},
      {"queue", {"private_ns", "service_ns"}}};
  for (const ModelColumns& model : kModels) {
    const record::ScalingFit* fit = nullptr;
    if (scaling != nullptr) {
      for (const record::ScalingFit& one : scaling->fits) {
        if (one.model == model.model && one.refused.empty()) fit = &one;
      }
    }
    const std::string prefix = std::string(model.model) + "_";
    for (size_t i = 0; i < model.parameters.size(); ++i) {
      row->Number(
          prefix + model.parameters[i],
          fit ? std::optional(fit->parameters[i].estimate) : std::nullopt);
    }
    row->Number(prefix + "worst_residual",
                fit ? std::optional(fit->worst_residual) : std::nullopt);
    row->Number(prefix + "valid_to_cpus",
                fit ? std::optional<double>(fit->valid_to_cpus) : std::nullopt);
  }
}

const record::Scaling* CurveOf(const record::Figures& figures, int cell,
                               const std::string& path) {
  for (const record::Scaling& scaling : figures.scaling) {
    if (scaling.path == path &&
        std::find(scaling.cells.begin(), scaling.cells.end(), cell) !=
            scaling.cells.end())
      return &scaling;
  }
  return nullptr;
}

Row MakeRow(const CellFigures& figures, const std::string& path_name,
            const PathFigures& path, const record::Scaling* scaling) {
  Row row;
  AddCell(figures, &row);
  row.Text("path", path_name);
  row.Number("ns_per_op", path.ns_per_op);
  row.Number("marginal_ns", path.marginal_ns);
  row.Number("cycles_per_op", path.cycles_per_op);
  row.Number("marginal_cycles", path.marginal_cycles);
  row.Number("sampled_ns", path.sampled_ns);
  AddWriter(figures, &row);
  AddRest(figures, &row);
  AddScaling(scaling, &row);
  return row;
}

}  // namespace

std::string CsvReport(const record::Figures& figures) {
  std::string text = MakeRow({}, "", {}, nullptr).names() + "\r\n";
  for (const CellFigures& cell : figures.cells) {
    if (cell.paths.empty())
      text += MakeRow(cell, "", {}, nullptr).values() + "\r\n";
    for (const auto& [name, path] : cell.paths) {
      text += MakeRow(cell, name, path, CurveOf(figures, cell.cell.id, name))
                  .values() +
              "\r\n";
    }
  }
  return text;
}

}  // namespace knotestat::dashboards
