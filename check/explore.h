// Runs a program under many schedules until something is found.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_EXPLORE_H_
#define KNOTESTAT_CHECK_EXPLORE_H_

#include <optional>
#include <string>
#include <vector>

#include "check/engine.h"

namespace knotestat::check {

enum class Search { kDepthFirst, kPct, kRandom };

// "dfs", "pct", "random".
std::string_view NameOf(Search search);

struct Plan {
  Search search = Search::kDepthFirst;
  std::optional<int> preemptions;  // bound of kDepthFirst
  bool reduce = true;              // partial-order reduction of kDepthFirst
  uint64_t schedules = 100'000;    // at most
  double seconds = 10;             // at most, of CPU time
  uint64_t seed = 1;
};

struct Exploration {
  uint64_t schedules = 0;  // executed to their ends
  uint64_t redundant = 0;  // given up: an equivalent one was executed
  uint64_t truncated = 0;  // given up: starved a thread for too long
  uint64_t beyond = 0;     // given up: needed more than the checker has
  std::string bound;       // of what: Outcome::beyond of the last of them
  std::string stopped;     // why the search was; empty if by its plan
  uint64_t steps = 0;
  double seconds = 0;  // of CPU time
  // All schedules within the plan's bound on preemptions were executed.
  bool complete = false;
  // That bound left some out.
  bool bounded = false;
  // Somebody waited by yielding, of which only some lengths are explored.
  bool yielded = false;
  Finding finding;
  std::vector<Engine::Choice> choices;  // of the execution with the finding
};

Exploration Explore(Engine& engine, const Engine::Program& program,
                    const Settings& settings, const Plan& plan);

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_EXPLORE_H_
