// SPDX-License-Identifier: BSD-2-Clause
#include "check/verdict.h"

#include "check/schedule.h"
#include "check/shrink.h"

namespace knotestat::check {
namespace {

std::vector<Plan> PlansOf(const VerdictOptions& options) {
  Plan plan;
  plan.preemptions = options.preemptions;
  plan.seed = options.seed;
  plan.seconds = options.seconds;
  plan.schedules = options.schedules.value_or(uint64_t{1} << 60);
  if (options.search || options.preemptions) {
    plan.search = options.search.value_or(Search::kDepthFirst);
    return {plan};
  }
  std::vector<Plan> plans(3, plan);
  plans[0].seconds = options.seconds / 2;
  plans[1].search = Search::kPct;
  plans[1].seconds = options.seconds / 4;
  plans[2].search = Search::kRandom;
  plans[2].seconds = options.seconds / 4;
  return plans;
}

void Explain(Engine& engine, const StrategyEntry& strategy,
             const ProgramEntry& program, const Settings& settings,
             const Exploration& exploration, Verdict& verdict) {
  const Failure failure = Shrink(engine, program.run, settings,
                                 exploration.finding.kind, exploration.choices);
  verdict.finding = failure.finding;
  verdict.story = failure.story;
  verdict.replay = Write({std::string(strategy.name),
                          std::string(program.name),
                          settings.model,
                          failure.fingerprint,
                          failure.choices,
                          {}});
}

}  // namespace

Verdict Check(Engine& engine, const StrategyEntry& strategy,
              const ProgramEntry& program, Model model,
              const VerdictOptions& options) {
  Verdict verdict;
  verdict.strategy = strategy.name;
  verdict.program = program.name;
  verdict.model = model;
  Settings settings;
  settings.model = model;
  for (const Plan& plan : PlansOf(options)) {
    const Exploration result = Explore(engine, program.run, settings, plan);
    verdict.schedules += result.schedules;
    verdict.redundant += result.redundant;
    verdict.truncated += result.truncated;
    verdict.beyond += result.beyond;
    if (result.beyond > 0) verdict.bound = result.bound;
    verdict.stopped = result.stopped;
    verdict.steps += result.steps;
    verdict.seconds += result.seconds;
    verdict.yielded |= result.yielded;
    verdict.complete |= result.complete;
    if (result.bounded) verdict.preemptions = plan.preemptions;
    if (result.finding)
      Explain(engine, strategy, program, settings, result, verdict);
    if (result.finding || result.complete || !result.stopped.empty()) break;
  }
  return verdict;
}

}  // namespace knotestat::check
