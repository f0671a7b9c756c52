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
    {"env/thread_registry.h", "pserialize_refcount"},
    {"strategies/thread_sections.h", "rmlock"},
    {"strategies/noted_epoch.h", "epoch"},
    {"strategies/reader_departure.h", "pserialize_refcount"},
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

// A plug-in answers for all that is not knotestat's.
bool IsOfPlugin(std::string_view headers, std::string_view file) {
  // What the program has instantiated, too, is linked to its copy.
  for (const std::string_view prefix : {headers, std::string_view()}) {
    if (!file.starts_with(prefix)) continue;
    const std::string_view rest = file.substr(prefix.size());
    if (rest.starts_with("knote/") || rest.starts_with("check/")) return false;
  }
  return true;
}

bool Concerns(const StrategyEntry& strategy, const Site& site) {
  const std::string_view file = site.file;
  if (strategy.headers) return IsOfPlugin(*strategy.headers, file);
  return file.starts_with("knote/") && AnswersFor(strategy.name, file);
}

// Elsewhere many checks are hints, and updates happen under a lock.
bool IsMechanism(const StrategyEntry& strategy, const Site& site) {
  const std::string_view file = site.file;
  return strategy.headers || file.find("strategies/") != file.npos ||
         file.find("locks/") != file.npos;
}

std::vector<MutationKind> FaultsAt(const SeenSite& seen, bool mechanism) {
  std::vector<MutationKind> faults;
  switch (seen.kind) {
    case OperationKind::kLightFence:
    case OperationKind::kHeavyFence:
      return {kDropFence};
    case OperationKind::kThreadFence:
      faults.push_back(kDropFence);
      if (seen.order == std::memory_order_seq_cst)
        faults.push_back(kDropSeqCst);
      return faults;
    case OperationKind::kRestartFence:
      return {kDropFence, kDropRestart};
    case OperationKind::kFutexWake:
      return {kDropWake};
    case OperationKind::kPercpuAdd:
      faults.push_back(kStaleCpu);
      break;
    case OperationKind::kLoad:
      if (mechanism) faults.push_back(kIgnoreLoad);
      break;
    case OperationKind::kUpdate:
    case OperationKind::kCompareExchange:
      if (mechanism) faults.push_back(kSplitUpdate);
      break;
    default:
      break;
  }
  if (Acquires(seen.order)) faults.push_back(kDropAcquire);
  if (Releases(seen.order)) faults.push_back(kDropRelease);
  if (seen.order == std::memory_order_seq_cst) faults.push_back(kDropSeqCst);
  return faults;
}

absl::Status FailsAnyway(const StrategyEntry& strategy,
                         const ProgramEntry& program, Model model,
                         const Finding& finding) {
  return absl::FailedPreconditionError(
      strategy.name + " fails without a planted fault (" +
      std::string(NameOf(finding.kind)) + " in the program " +
      std::string(program.name) + ", " + std::string(NameOf(model)) +
      "), so that faults would tell nothing: check it without --mutants first");
}

// Every place that schedules of the strategy's programs pass, in order.
absl::StatusOr<std::vector<SeenSite>> SitesOf(Engine& engine,
                                              const StrategyEntry& strategy) {
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
        const Exploration result = Explore(engine, program.run, settings, plan);
        if (result.finding)
          return FailsAnyway(strategy, program, model, result.finding);
        for (const SeenSite& seen : engine.sites()) {
          if (Concerns(strategy, seen.site))
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

// Somebody else's strategy may be wrong as it is. A quick look at it.
absl::Status Trust(Engine& engine, const StrategyEntry& strategy) {
  for (const ProgramEntry& program : strategy.programs) {
    for (const Model model : {Model::kTso, Model::kReleaseAcquire}) {
      Settings settings;
      settings.model = model;
      Plan plan;
      plan.search = Search::kPct;
      plan.schedules = 2000;
      const Exploration result = Explore(engine, program.run, settings, plan);
      if (result.finding)
        return FailsAnyway(strategy, program, model, result.finding);
    }
  }
  return absl::OkStatus();
}

Mutant MutantAt(const StrategyEntry& strategy, const SeenSite& seen,
                MutationKind kind) {
  Mutant mutant;
  mutant.name = ShortName(seen.site) + " " + std::string(NameOf(seen.kind)) +
                ": " + std::string(NameOf(kind));
  mutant.strategy = strategy.name;
  mutant.entry = &strategy;
  mutant.mutation = {kind, seen.site};
  if (!strategy.headers) mutant.unneeded = WhyUnneeded(kind, seen.site);
  return mutant;
}

}  // namespace

absl::StatusOr<std::vector<Mutant>> Mutants(Engine& engine,
                                            const StrategyEntry& strategy) {
  std::vector<Mutant> mutants;
  if (!strategy.safe) return mutants;  // is found without a fault
  const auto sites = SitesOf(engine, strategy);
  if (!sites.ok()) return sites.status();
  for (const SeenSite& seen : *sites) {
    for (const MutationKind kind :
         FaultsAt(seen, IsMechanism(strategy, seen.site)))
      mutants.push_back(MutantAt(strategy, seen, kind));
  }
  for (const StrategyEntry* entry : MutantStrategies()) {
    if (entry->mutant_of == strategy.name)
      mutants.push_back(
          {std::string(entry->name), strategy.name, entry, {}, {}});
  }
  if (!strategy.headers) return mutants;
  if (mutants.empty()) {
    return absl::FailedPreconditionError(
        strategy.name +
        " has nothing to weaken: no fence, atomic operation or futex call in "
        "code of its own. What it uses of knotestat's headers is weakened in "
        "the built-in strategies");
  }
  if (auto status = Trust(engine, strategy); !status.ok()) return status;
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
      if (!options.program.empty() && options.program != program.name) continue;
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
          if (result.beyond > 0) hunted.bound = result.bound;
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
