// Google Benchmark's JSON, for tools that compare or plot it.
//
// A path of a cell is a benchmark, a round is a repetition of it: real_time is
// the mean over the threads. The aggregates are Google Benchmark's; its median
// is our ns_per_op. cpu_time must be there, but was not measured apart: loads
// never give up their CPU unless their hold sleeps, so it repeats real_time.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cmath>
#include <numeric>

#include "dashboards/format.h"
#include "dashboards/load_names.h"
#include "record/json.h"

namespace knotestat::dashboards {
namespace {

using nlohmann::ordered_json;

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

// Of a sample; 0 for a single value.
double StandardDeviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double mean = Mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

class Benchmarks {
 public:
  void Add(const std::string& name, const record::Cell& cell,
           const record::Repetitions& repetitions) {
    std::vector<double> ns;
    const auto entry = [&](const std::string& suffix, const char* run_type) {
      return ordered_json{{"name", name + suffix},
                          {"family_index", family_},
                          {"per_family_instance_index", 0},
                          {"run_name", name},
                          {"run_type", run_type},
                          {"repetitions", repetitions.rounds.size()},
                          {"threads", cell.processes * cell.threads}};
    };
    for (const record::Repetition& round : repetitions.rounds) {
      ordered_json one = entry("", "iteration");
      one["repetition_index"] = ns.size();
      one["iterations"] = round.operations;
      PutTime(round.ns_per_op, &one);
      all_.push_back(std::move(one));
      ns.push_back(round.ns_per_op);
    }
    const auto aggregate = [&](const std::string& kind, double value,
                               const char* unit) {
      ordered_json one = entry("_" + kind, "aggregate");
      one["aggregate_name"] = kind;
      one["aggregate_unit"] = unit;
      one["iterations"] = repetitions.rounds.size();
      PutTime(value, &one);
      all_.push_back(std::move(one));
    };
    const double mean = Mean(ns), deviation = StandardDeviation(ns);
    aggregate("mean", mean, "time");
    aggregate("median", Median(ns), "time");
    aggregate("stddev", deviation, "time");
    aggregate("cv", mean > 0 ? deviation / mean : 0, "percentage");
    ++family_;
  }

  ordered_json Take() { return std::move(all_); }

 private:
  static void PutTime(double ns, ordered_json* entry) {
    (*entry)["real_time"] = ns;
    (*entry)["cpu_time"] = ns;
    (*entry)["time_unit"] = "ns";
  }

  ordered_json all_ = ordered_json::array();
  int family_ = 0;
};

absl::StatusOr<std::string> GoogleBenchmark(const FormatInput& input) {
  const record::Context& context = input.run.context;
  ordered_json document;
  document["context"] = {
      {"date", context.started_at},
      {"host_name", context.host},
      {"executable", "knotestat"},
      {"num_cpus", context.cpus},
      {"caches", ordered_json::array()},
      {"library_build_type",
       context.build.starts_with("release") ? "release" : "debug"},
      {"knotestat_command_line", context.command_line},
      {"knotestat_cpu_time", "not measured apart: repeats real_time"}};
  const auto names = CellNames(input.figures);
  Benchmarks benchmarks;
  for (const record::Repetitions& repetitions : input.repetitions) {
    for (const record::CellFigures& cell : input.figures.cells) {
      if (cell.cell.id != repetitions.cell) continue;
      benchmarks.Add(names.at(cell.cell.id) + "/" + repetitions.path, cell.cell,
                     repetitions);
    }
  }
  document["benchmarks"] = benchmarks.Take();
  if (document["benchmarks"].empty()) {
    return absl::FailedPreconditionError(
        "this result holds no mean blocks, so there is no benchmark to write: "
        "it ended too early; run it again for longer");
  }
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

const FormatRegistration google_benchmark_registration({
    "google-benchmark",
    "Google Benchmark's JSON, a repetition for each round",
    GoogleBenchmark,
});

}  // namespace
}  // namespace knotestat::dashboards
