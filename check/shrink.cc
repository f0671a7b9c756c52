// SPDX-License-Identifier: BSD-2-Clause
#include "check/shrink.h"

#include <algorithm>
#include <optional>
#include <span>

#include "check/crash_guard.h"
#include "check/schedule.h"

namespace knotestat::check {
namespace {

using Choices = std::vector<uint8_t>;

Choices Trimmed(std::span<const Engine::Choice> choices) {
  Choices trimmed;
  for (const Engine::Choice& choice : choices) trimmed.push_back(choice.chosen);
  while (!trimmed.empty() && trimmed.back() == 0) trimmed.pop_back();
  return trimmed;
}

int Deviations(const Choices& choices) {
  return static_cast<int>(choices.size()) -
         static_cast<int>(std::count(choices.begin(), choices.end(), 0));
}

class Shrinker {
 public:
  Shrinker(Engine& engine, const Engine::Program& program,
           const Settings& settings, FindingKind kind)
      : engine_(engine), program_(program), settings_(settings), kind_(kind) {}

  Choices Run(Choices best) {
    for (bool better = true; better;) {
      better = false;
      for (size_t i = best.size(); i-- > 0;) {
        if (i >= best.size() || best[i] == 0) continue;
        // The rest all by default, then this one alone.
        Choices cut(best.begin(), best.begin() + static_cast<long>(i));
        Choices one = best;
        one[i] = 0;
        for (Choices* attempt : {&cut, &one}) {
          auto found = Try(*attempt);
          if (!found || Deviations(*found) >= Deviations(best)) continue;
          best = std::move(*found);
          better = true;
          break;
        }
      }
    }
    return best;
  }

 private:
  // What was really chosen, if it fails in the same way.
  std::optional<Choices> Try(const Choices& choices) {
    Replay replay(choices);
    const Outcome outcome = engine_.Execute(program_, settings_, replay);
    if (outcome.finding.kind != kind_) return std::nullopt;
    return Trimmed(engine_.choices());
  }

  Engine& engine_;
  const Engine::Program& program_;
  const Settings& settings_;
  const FindingKind kind_;
};

}  // namespace

Failure Tell(Engine& engine, const Engine::Program& program, Settings settings,
             const Choices& choices) {
  const CrashGuard guard;
  settings.tell = true;
  Replay replay(choices);
  Outcome outcome = engine.Execute(program, settings, replay);
  return {choices,
          std::move(outcome.finding),
          {engine.story().begin(), engine.story().end()},
          engine.fingerprint(),
          std::move(outcome.beyond)};
}

Failure Shrink(Engine& engine, const Engine::Program& program,
               const Settings& settings, FindingKind kind,
               const std::vector<Engine::Choice>& choices) {
  const CrashGuard guard;
  Shrinker shrinker(engine, program, settings, kind);
  return Tell(engine, program, settings, shrinker.Run(Trimmed(choices)));
}

}  // namespace knotestat::check
