// SPDX-License-Identifier: BSD-2-Clause
#include "check/explore.h"

#include <ctime>
#include <memory>

#include "check/crash_guard.h"
#include "check/depth_first.h"
#include "check/random_search.h"

namespace knotestat::check {
namespace {

// CPU time of this OS thread, in seconds: what a busy machine does not change.
double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

constexpr int kPctDepth = 4;

std::unique_ptr<Chooser> MakeChooser(const Plan& plan, MemoryBudget& budget) {
  switch (plan.search) {
    case Search::kDepthFirst:
      return std::make_unique<DepthFirst>(
          DepthFirst::Options{plan.reduce && !plan.preemptions,
                              plan.preemptions},
          budget);
    case Search::kPct:
      return std::make_unique<Pct>(plan.seed, kPctDepth);
    case Search::kRandom:
      return std::make_unique<RandomWalk>(plan.seed);
  }
  return nullptr;
}

// Why the search has to end before its plan; empty if it has not.
std::string MustStop(Engine& engine, const Exploration& result) {
  constexpr uint64_t kHopeless = 1000;
  if (result.schedules + result.truncated == 0 && result.beyond >= kHopeless)
    return "every schedule needs " + result.bound;
  const size_t growth = engine.Growth();
  if (growth < 2 * engine.budget().limit()) return "";
  return "the process has grown by " + std::to_string(growth >> 20) +
         " MiB, more than --memory allows: the strategy allocates elsewhere "
         "than by Env::Object";
}

}  // namespace

std::string_view NameOf(Search search) {
  return search == Search::kDepthFirst ? "dfs"
         : search == Search::kPct      ? "pct"
                                       : "random";
}

Exploration Explore(Engine& engine, const Engine::Program& program,
                    const Settings& settings, const Plan& plan) {
  const CrashGuard guard;
  engine.Trim();
  const auto chooser = MakeChooser(plan, engine.budget());
  auto* depth_first = dynamic_cast<DepthFirst*>(chooser.get());
  Exploration result;
  const double begin = CpuSeconds();
  const auto elapsed = [&] { return CpuSeconds() - begin; };
  for (uint64_t i = 0; i < plan.schedules; ++i) {
    if (i % 256 == 255) {
      if (elapsed() > plan.seconds) break;
      result.stopped = MustStop(engine, result);
      if (!result.stopped.empty()) break;
    }
    Outcome outcome = engine.Execute(program, settings, *chooser);
    result.steps += static_cast<uint64_t>(outcome.steps);
    result.yielded |= outcome.yielded;
    ++(outcome.pruned            ? result.redundant
       : outcome.truncated       ? result.truncated
       : !outcome.beyond.empty() ? result.beyond
                                 : result.schedules);
    if (!outcome.beyond.empty()) result.bound = std::move(outcome.beyond);
    if (outcome.finding) {
      result.finding = std::move(outcome.finding);
      result.choices.assign(engine.choices().begin(), engine.choices().end());
      break;
    }
    if (depth_first != nullptr && !depth_first->Advance()) {
      result.complete = result.truncated + result.beyond == 0;
      break;
    }
  }
  if (depth_first != nullptr) result.bounded = depth_first->bounded();
  result.seconds = elapsed();
  return result;
}

}  // namespace knotestat::check
