// SPDX-License-Identifier: BSD-2-Clause
#include "record/truth_json.h"

namespace knotestat::record {
namespace {

using nlohmann::json;

json WaitsOf(const Truth& truth) {
  json waits = json::array();
  for (const TruthWait& wait : truth.waits)
    waits.push_back({{"actor", wait.actor},
                     {"holds", wait.holds},
                     {"wants", wait.wants},
                     {"waits_for", wait.waits_for},
                     {"state", wait.state},
                     {"text", ToText(wait)}});
  return {{"cycle", truth.wait_cycle}, {"waits", std::move(waits)}};
}

json FiguresOf(const Truth& truth) {
  json figures = json::array();
  for (const TruthFigure& figure : truth.figures)
    figures.push_back({{"text", figure.text},
                       {"value", figure.value},
                       {"unit", figure.unit}});
  return figures;
}

json SightingsOf(const Truth& truth) {
  json sightings = json::object();
  for (const Sighting& seen : truth.sightings)
    sightings[seen.name] = seen.count;
  return sightings;
}

}  // namespace

json ToJson(const Promises& promises) {
  json object = {{"reader_may_block", promises.reader_may_block},
                 {"reader_may_recurse", promises.reader_may_recurse},
                 {"reader_may_migrate", promises.reader_may_migrate},
                 {"enter_under_spin_lock", promises.enter_under_spin_lock},
                 {"safe", promises.safe},
                 {"covers_submit", promises.covers_submit}};
  if (!promises.writer_waits_for.empty())
    object["writer_waits_for"] = promises.writer_waits_for;
  return object;
}

json ToJson(const Truth& truth) {
  json parameters = json::parse(truth.parameters, nullptr, false);
  return {{"strategy", truth.strategy},
          {"group", truth.group},
          {"scope", truth.scope},
          {"title", truth.title},
          {"promises", ToJson(truth.promises)},
          {"workload", truth.workload},
          {"question", truth.question},
          {"expected", truth.expected},
          {"promise", truth.promise},
          {"promise_name", truth.promise_name},
          {"promised", truth.promised},
          {"parameters",
           parameters.is_object() ? std::move(parameters) : json::object()},
          {"verdict", truth.verdict},
          {"difference", truth.difference},
          {"failure", truth.failure},
          {"ending", truth.ending},
          {"crash", truth.crash},
          {"against_the_promise", truth.against_the_promise},
          {"seen_by_ebpf", truth.seen_by_ebpf},
          {"sightings", SightingsOf(truth)},
          {"wrong", truth.wrongs},
          {"notes", truth.notes},
          {"figures", FiguresOf(truth)},
          {"wait_chain", WaitsOf(truth)}};
}

json ToJson(const std::vector<Truth>& truths) {
  json all = json::array();
  for (const Truth& truth : truths) all.push_back(ToJson(truth));
  return all;
}

}  // namespace knotestat::record
