// Figures as JSON. What was not measured has no key: a reader never has to
// tell a measured 0 from a missing one.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/figures.h"

#include "record/truth_json.h"

namespace knotestat::record {
namespace {

using nlohmann::json;

json ToJson(const Estimate& estimate) { return EstimateToJson(estimate); }

json ToJson(const Distribution& distribution) {
  return {{"p50", distribution.p50}, {"p90", distribution.p90},
          {"p99", distribution.p99}, {"p999", distribution.p999},
          {"max", distribution.max}, {"count", distribution.count}};
}

json ToJson(const FiniFigures& fini) {
  json object = ToJson(fini.total);
  object["publish_p50"] = fini.publish_p50;
  object["wait_p50"] = fini.wait_p50;
  object["reclaim_p50"] = fini.reclaim_p50;
  object["from_intended"] = ToJson(fini.from_intended);
  return object;
}

json ToJson(const Fairness& fairness) {
  return {{"jain", ToJson(fairness.jain)},
          {"min_over_max", ToJson(fairness.min_over_max)}};
}

json ToJson(double value) { return value; }

template <typename Value>
void PutIfMeasured(json& object, const char* key,
                   const std::optional<Value>& value) {
  if (value.has_value()) object[key] = ToJson(*value);
}

void PutIfKnown(json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

// For what is never 0 when it is known.
void PutIfKnown(json& object, const char* key, double value) {
  if (value != 0) object[key] = value;
}

json ToJson(const Context& context) {
  json object = json::object();
  PutIfKnown(object, "host", context.host);
  PutIfKnown(object, "kernel", context.kernel);
  PutIfKnown(object, "cpu_model", context.cpu_model);
  if (context.cpus != 0) object["cpus"] = context.cpus;
  PutIfKnown(object, "started_at", context.started_at);
  PutIfKnown(object, "command_line", context.command_line);
  PutIfKnown(object, "build", context.build);
  // As text: JavaScript and jq round integers beyond 2^53.
  object["seed"] = std::to_string(context.seed);
  PutIfKnown(object, "timer_quantum_ns", context.timer_quantum_ns);
  PutIfKnown(object, "timer_cost_ns", context.timer_cost_ns);
  PutIfMeasured(object, "timer_skew_ns", context.timer_skew_ns);
  object["bpf"] = context.bpf;
  PutIfKnown(object, "bpf_reason", context.bpf_reason);
  return object;
}

json ToJson(const PathFigures& path) {
  json object = json::object();
  PutIfMeasured(object, "ns_per_op", path.ns_per_op);
  PutIfMeasured(object, "marginal_ns", path.marginal_ns);
  PutIfMeasured(object, "cycles_per_op", path.cycles_per_op);
  PutIfMeasured(object, "marginal_cycles", path.marginal_cycles);
  PutIfMeasured(object, "sampled_ns", path.sampled_ns);
  PutIfMeasured(object, "fairness", path.fairness);
  return object;
}

json ToJson(const Bytes& bytes) {
  return {{"per_knote", bytes.per_knote},
          {"per_klist", bytes.per_klist},
          {"per_thread", bytes.per_thread},
          {"per_cpu", bytes.per_cpu}};
}

json ToJson(const Certificate& certificate) {
  json object = json::object();
  PutIfMeasured(object, "slowdown", certificate.slowdown);
  for (const auto& [probe, slowdown] : certificate.slowdown_by_probe) {
    object["slowdown_by_probe"][probe] = ToJson(slowdown);
  }
  PutIfMeasured(object, "events_lost", certificate.events_lost);
  PutIfMeasured(object, "steal_ns", certificate.steal_ns);
  PutIfMeasured(object, "involuntary_switches",
                certificate.involuntary_switches);
  if (const auto& clock = certificate.clock_ghz)
    object["clock_ghz"] = {{"median", clock->median},
                           {"slowest", clock->lo},
                           {"fastest", clock->hi}};
  return object;
}

json ToJson(const CellState& state) {
  json object = {{"verdict", state.verdict},
                 {"dropped_rounds", state.dropped_rounds},
                 {"launches", json::array()}};
  for (const LaunchState& launch : state.launches) {
    json entry = {{"launch", launch.launch},
                  {"path", launch.path},
                  {"figure", launch.figure},
                  {"verdict", launch.verdict}};
    if (launch.steady_from) entry["steady_from"] = *launch.steady_from;
    object["launches"].push_back(std::move(entry));
  }
  return object;
}

// The store accepts nothing but an object or an empty text.
json ParametersOf(const Cell& cell) {
  json parameters = json::parse(cell.parameters, nullptr, false);
  return parameters.is_object() ? parameters : json::object();
}

json ToJson(const CellFigures& figures) {
  const Cell& cell = figures.cell;
  json object = {{"strategy", cell.strategy},
                 {"group", cell.group},
                 {"scope", cell.scope},
                 {"workload", cell.workload},
                 {"cpus", cell.cpus},
                 {"threads", cell.threads},
                 {"processes", cell.processes},
                 {"cpu_list", cell.cpu_list},
                 {"parameters", ParametersOf(cell)},
                 {"bytes", ToJson(cell.bytes)},
                 {"promises", ToJson(cell.promises)},
                 {"paths", json::object()},
                 {"certificate", ToJson(figures.certificate)},
                 {"oracle", json::object()},
                 {"counters", json::object()}};
  PutIfKnown(object, "submit_protection", cell.submit_protection);
  PutIfKnown(object, "refused", cell.refused);
  PutIfKnown(object, "not_ranked", figures.not_ranked);
  if (figures.launches > 0) {
    object["launches"] = figures.launches;
    object["interval_holds_for"] =
        figures.launches > 1 ? "any process" : "this process";
  }
  if (!figures.state.verdict.empty()) {
    object["steady_state"] = ToJson(figures.state);
  }
  for (const auto& [path, measured] : figures.paths) {
    object["paths"][path] = ToJson(measured);
  }
  PutIfMeasured(object, "klist_fini_ns", figures.klist_fini);
  PutIfMeasured(object["oracle"], "violations", figures.oracle_violations);
  for (const auto& [name, value] : figures.counters) {
    object["counters"][name] = value;
  }
  return object;
}

}  // namespace

json EstimateToJson(const Estimate& estimate) {
  return {
      {"median", estimate.median}, {"lo", estimate.lo}, {"hi", estimate.hi}};
}

json ToJson(const Figures& figures) {
  json object = {{"schema", kSchemaVersion},
                 {"context", ToJson(figures.context)},
                 {"finished", figures.finished},
                 {"cells", json::array()}};
  if (figures.interruptions) {
    object["context"]["interruptions"] = {
        {"per_second", figures.interruptions->per_second},
        {"share", figures.interruptions->share},
        {"half_ns", figures.interruptions->half_ns}};
  }
  if (figures.timer_floor_ns > 0) {
    object["context"]["timer_floor_ns"] = figures.timer_floor_ns;
    object["context"]["timer_removed"] = figures.timer_removed;
  }
  for (const CellFigures& cell : figures.cells) {
    object["cells"].push_back(ToJson(cell));
  }
  for (const auto& [probe, of_run] : figures.slowdown_by_probe) {
    json& entry = object["slowdown_by_probe"][probe];
    entry = ToJson(of_run.slowdown);
    entry["launches"] = of_run.launches;
  }
  for (const Scaling& scaling : figures.scaling)
    object["scaling"].push_back(ToJson(scaling));
  if (!figures.truths.empty()) object["truth"] = ToJson(figures.truths);
  return object;
}

}  // namespace knotestat::record
