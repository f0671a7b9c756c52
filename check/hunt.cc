// SPDX-License-Identifier: BSD-2-Clause
#include "check/hunt.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "check/schedule.h"
#include "check/shrink.h"
#include "check/unneeded.h"

namespace knotestat::check {
namespace {

using enum MutationKind;

// Which strategies answer for code that many of them share: it is weakened
// there alone.
constexpr std::pair<std::string_view, std::string_view> kShared[] = {
    {"locks/kmutex.h", "knote_mutex"},
    {"locks/krwlock.h", "rwlock"},
    {"locks/turnstile.h", "rwlock"},
    {"locks/kcondvar.h", "epoch"},
    {"knote/klist_fini.h", "epoch"},
    {"knote/dispatch.h", "epoch"},
    {"knote/filedesc.h", "epoch"},
    {"knote/detach.h", "epoch"},
    {"env/thread_registry.h", "epoch"},
    {"strategies/thread_sections.h", "epoch"},
    {"strategies/reader_departure.h", "epoch"},
    {"strategies/percpu_count.h", "percpu_rwlock"},
    {"strategies/percpu_count.h", "rms"},
    {"strategies/scoped.h", "refcount"},
    {"strategies/knote_lock.h", "knote_mutex"},
    {"refcount/refcount.h", "refcount"}};

// A mechanism's own code is weakened at its default scope.
bool AnswersFor(std::string_view strategy, std::string_view file) {
  bool shared = false;
  for (const auto& [part, responsible] : kShared) {
    if (file.find(part) == file.npos) continue;
    if (responsible == strategy) return true;
    shared = true;
  }
  return !shared && file.find("strategies/") != file.npos &&
         strategy.find(':') == strategy.npos;
}

bool Concerns(std::string_view strategy, const Site& site) {
  const std::string_view file = site.file;
  return file.starts_with("knote/") && AnswersFor(strategy, file);
}

// Elsewhere many checks are hints, and updates happen under a lock.
bool IsMechanism(const Site& site) {
  const std::string_view file = site.file;
  return file.find("strategies/") != file.npos ||
         file.find("locks/") != file.npos;
}

std::vector<MutationKind> FaultsAt(const SeenSite& seen) {
  std::vector<MutationKind> faults;
  switch (seen.kind) {
    case OperationKind::kLightFence:
    case OperationKind::kHeavyFence:
    case OperationKind::kThreadFence:
      return {kDropFence};
    case OperationKind::kRestartFence:
      return {kDropFence, kDropRestart};
    case OperationKind::kFutexWake:
      return {kDropWake};
    case OperationKind::kPercpuAdd:
      faults.push_back(kStaleCpu);
      break;
    case OperationKind::kLoad:
      if (IsMechanism(seen.site)) faults.push_back(kIgnoreLoad);
      break;
    case OperationKind::kUpdate:
    case OperationKind::kCompareExchange:
      if (IsMechanism(seen.site)) faults.push_back(kSplitUpdate);
      break;
    default:
      break;
  }
  if (Acquires(seen.order)) faults.push_back(kDropAcquire);
  if (Releases(seen.order)) faults.push_back(kDropRelease);
  return faults;
}

// Every place that schedules of the strategy's programs pass, in order.
std::vector<SeenSite> SitesOf(Engine& engine, const StrategyEntry& strategy) {
  std::map<std::tuple<std::string, uint32_t, uint32_t, OperationKind>, SeenSite>
      sites;
  for (const ProgramEntry& program : strategy.programs) {
    for (const Model model : {Model::kTso, Model::kReleaseAcquire}) {
      Settings settings;
      settings.model = model;
      settings.sites = true;
      Plan plan;
      plan.search = Search::kRandom;
      plan.schedules = 1;
      for (plan.seed = 1; plan.seed <= 300; ++plan.seed) {
        Explore(engine, program.run, settings, plan);
        for (const SeenSite& seen : engine.sites()) {
          if (Concerns(strategy.name, seen.site))
            sites.try_emplace(
                {seen.site.file, seen.site.line, seen.site.column, seen.kind},
                seen);
        }
      }
    }
  }
  std::vector<SeenSite> list;
  for (auto& [place, seen] : sites) list.push_back(seen);
  return list;
}

void AddMutants(Engine& engine, const StrategyEntry& strategy,
                std::vector<Mutant>& mutants) {
  if (!strategy.safe) return;  // is found without a fault
  for (const SeenSite& seen : SitesOf(engine, strategy)) {
    for (const MutationKind kind : FaultsAt(seen)) {
      Mutant& mutant = mutants.emplace_back();
      mutant.name = ShortName(seen.site) + " " +
                    std::string(NameOf(seen.kind)) + ": " +
                    std::string(NameOf(kind));
      mutant.strategy = strategy.name;
      mutant.entry = &strategy;
      mutant.mutation = {kind, seen.site};
      mutant.unneeded = WhyUnneeded(kind, seen.site);
    }
  }
  for (const StrategyEntry* entry : MutantStrategies()) {
    if (entry->mutant_of == strategy.name)
      mutants.push_back({std::string(entry->name),
                         std::string(strategy.name),
                         entry,
                         {},
                         {}});
  }
}

}  // namespace

std::vector<Mutant> Mutants(Engine& engine, const StrategyEntry* strategy) {
  std::vector<Mutant> mutants;
  for (const StrategyEntry* each : Strategies()) {
    if (strategy == nullptr || strategy == each)
      AddMutants(engine, *each, mutants);
  }
  return mutants;
}

Hunted Hunt(Engine& engine, const Mutant& mutant, const HuntOptions& options) {
  Hunted hunted;
  hunted.mutant = mutant;
  Plan plan;
  plan.seed = options.seed;
  // Many short looks first: most faults show at once somewhere.
  for (plan.schedules = 32; hunted.seconds < options.seconds;
       plan.schedules *= 4) {
    for (const ProgramEntry& program : mutant.entry->programs) {
      for (const Model model : {Model::kTso, Model::kReleaseAcquire}) {
        if (options.model && *options.model != model) continue;
        for (const Search search : {Search::kPct, Search::kRandom}) {
          plan.search = search;
          plan.seconds = options.seconds - hunted.seconds;
          if (plan.seconds <= 0) return hunted;
          ++plan.seed;
          Settings settings;
          settings.model = model;
          settings.mutation = mutant.mutation;
          const Exploration result =
              Explore(engine, program.run, settings, plan);
          hunted.schedules += result.schedules + result.truncated;
          hunted.seconds += result.seconds;
          if (!result.finding) continue;
          const Failure failure = Shrink(engine, program.run, settings,
                                         result.finding.kind, result.choices);
          hunted.found = true;
          hunted.model = model;
          hunted.program = program.name;
          hunted.finding = failure.finding;
          hunted.replay =
              Write({std::string(mutant.entry->name), hunted.program, model,
                     failure.fingerprint, failure.choices, mutant.mutation});
          return hunted;
        }
      }
    }
  }
  return hunted;
}

}  // namespace knotestat::check
