// The shortest schedule that can be found from one that fails.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_SHRINK_H_
#define KNOTESTAT_CHECK_SHRINK_H_

#include <vector>

#include "check/engine.h"

namespace knotestat::check {

// A failing execution, shrunk and told.
struct Failure {
  std::vector<uint8_t> choices;
  Finding finding;
  std::vector<Step> story;
  uint32_t fingerprint = 0;
  std::string beyond;  // see Outcome
};

// Takes away one choice after the other that is not the default, as long as a
// finding of the same kind remains, then tells the story of what is left.
Failure Shrink(Engine& engine, const Engine::Program& program,
               const Settings& settings, FindingKind kind,
               const std::vector<Engine::Choice>& choices);

// Runs one schedule and tells its story.
Failure Tell(Engine& engine, const Engine::Program& program, Settings settings,
             const std::vector<uint8_t>& choices);

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_SHRINK_H_
