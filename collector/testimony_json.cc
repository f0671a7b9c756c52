// SPDX-License-Identifier: BSD-2-Clause
#include "collector/testimony_json.h"

#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "collector/cell_description.h"

namespace knotestat::collector {
namespace {

using knote::truth::Ending;
using knote::truth::Testimony;
using nlohmann::json;

// Indexed by Ending.
constexpr std::array<std::string_view, 4> kEndings = {"finished", "deadlock",
                                                      "stuck", "crashed"};

// Each counter of a testimony under its name.
constexpr std::array<std::pair<const char*, uint64_t Testimony::*>, 6>
    kSightings = {{{"slept_in_section", &Testimony::slept},
                   {"migrated_in_section", &Testimony::migrated},
                   {"recursed_while_a_writer_waited", &Testimony::recursed},
                   {"entered_under_lock", &Testimony::entered_locked},
                   {"driver_calls_after_klist_fini", &Testimony::after_fini},
                   {"klist_fini_under_lock", &Testimony::waited_locked}}};

// The promises of a strategy under their names in the record.
constexpr std::array<std::pair<const char*, bool knote::StrategyInfo::*>, 6>
    kPromises = {
        {{"safe", &knote::StrategyInfo::safe},
         {"reader_may_block", &knote::StrategyInfo::reader_may_block},
         {"reader_may_recurse", &knote::StrategyInfo::reader_may_recurse},
         {"reader_may_migrate", &knote::StrategyInfo::reader_may_migrate},
         {"enter_under_spin_lock", &knote::StrategyInfo::enter_under_spin_lock},
         {"covers_submit", &knote::StrategyInfo::covers_submit}}};

// Which of them the play tests; empty of a control.
std::string PromiseNameOf(const knote::truth::TruthWorkload& workload) {
  if (workload.control) return "";
  const auto tested = workload.promise == nullptr ? &knote::StrategyInfo::safe
                                                  : workload.promise;
  for (const auto& [name, promise] : kPromises)
    if (promise == tested) return name;
  return "";
}

Ending EndingOf(const std::string& name) {
  for (size_t i = 0; i < kEndings.size(); ++i)
    if (kEndings[i] == name) return static_cast<Ending>(i);
  return Ending::kCrashed;
}

}  // namespace

json ToJson(const Testimony& seen) {
  json waits = json::array();
  for (const auto& wait : seen.chain.waits)
    waits.push_back({{"actor", wait.actor},
                     {"holds", wait.holds},
                     {"wants", wait.wants},
                     {"waits_for", wait.keeper},
                     {"state", wait.running}});
  json figures = json::array();
  for (const auto& figure : seen.figures)
    figures.push_back({{"text", figure.text},
                       {"value", figure.value},
                       {"unit", figure.unit}});
  json sightings = json::object();
  for (const auto& [name, counter] : kSightings)
    sightings[name] = seen.*counter;
  return {{"ending", kEndings[static_cast<size_t>(seen.ending)]},
          {"crash", seen.crash},
          {"wait_chain", {{"cycle", seen.chain.cycle}, {"waits", waits}}},
          {"sightings", sightings},
          {"against_the_promise", seen.sighted},
          {"seen_by_ebpf", seen.seen_by_bpf},
          {"wrong", seen.wrongs},
          {"notes", seen.notes},
          {"figures", figures},
          {"parameters", seen.parameters}};
}

absl::StatusOr<Testimony> TestimonyOf(const json& sent) {
  try {
    Testimony seen;
    seen.ending = EndingOf(sent.at("ending").get<std::string>());
    sent.at("crash").get_to(seen.crash);
    sent.at("wait_chain").at("cycle").get_to(seen.chain.cycle);
    for (const json& wait : sent.at("wait_chain").at("waits"))
      seen.chain.waits.push_back({.actor = wait.at("actor"),
                                  .holds = wait.at("holds"),
                                  .wants = wait.at("wants"),
                                  .keeper = wait.at("waits_for"),
                                  .running = wait.at("state")});
    for (const auto& [name, counter] : kSightings)
      sent.at("sightings").at(name).get_to(seen.*counter);
    sent.at("against_the_promise").get_to(seen.sighted);
    sent.at("seen_by_ebpf").get_to(seen.seen_by_bpf);
    sent.at("wrong").get_to(seen.wrongs);
    sent.at("notes").get_to(seen.notes);
    for (const json& figure : sent.at("figures"))
      seen.figures.push_back({.text = figure.at("text"),
                              .value = figure.at("value"),
                              .unit = figure.at("unit")});
    sent.at("parameters").get_to(seen.parameters);
    return seen;
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("no testimony: ", error.what()));
  }
}

record::Truth DescribeTruth(const knote::truth::TruthWorkload& workload,
                            const knote::StrategyInfo& strategy,
                            const Testimony& seen) {
  const auto verdict = Judge(workload, strategy, seen);
  record::Truth truth;
  truth.strategy = std::string(strategy.name);
  truth.group = GroupName(strategy.group);
  truth.scope = std::string(strategy.scope);
  truth.title = knote::StrategyTitle(strategy);
  truth.promises = PromisesOf(strategy);
  truth.workload = std::string(workload.name);
  truth.question = std::string(workload.question);
  truth.expected = std::string(workload.expected);
  truth.promise = std::string(workload.promise_text);
  truth.promise_name = PromiseNameOf(workload);
  truth.promised = Promised(workload, strategy);
  truth.parameters = json(seen.parameters).dump();
  truth.verdict = std::string(VerdictText(verdict));
  truth.difference = IsDifference(verdict);
  truth.failure = Failure(workload, strategy, seen);
  truth.ending = std::string(kEndings[static_cast<size_t>(seen.ending)]);
  truth.crash = seen.crash;
  truth.against_the_promise = seen.sighted;
  truth.seen_by_ebpf = seen.seen_by_bpf;
  truth.wait_cycle = seen.chain.cycle;
  for (const auto& [name, counter] : kSightings)
    truth.sightings.push_back({name, seen.*counter});
  truth.wrongs = seen.wrongs;
  truth.notes = seen.notes;
  for (const auto& figure : seen.figures)
    truth.figures.push_back({figure.text, figure.value, figure.unit});
  for (const auto& wait : seen.chain.waits)
    truth.waits.push_back(
        {wait.actor, wait.holds, wait.wants, wait.keeper, wait.running});
  return truth;
}

}  // namespace knotestat::collector
