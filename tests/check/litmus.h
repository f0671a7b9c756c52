// Small programs of loads and stores whose outcomes are known.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_CHECK_LITMUS_H_
#define KNOTESTAT_TESTS_CHECK_LITMUS_H_

#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "check/check_env.h"
#include "check/explore.h"

namespace knotestat::check {

inline constexpr auto kRelaxed = std::memory_order_relaxed,
                      kAcquire = std::memory_order_acquire,
                      kRelease = std::memory_order_release,
                      kAcqRel = std::memory_order_acq_rel,
                      kSeqCst = std::memory_order_seq_cst;

// Memory and registers of a litmus test.
struct Litmus {
  using Thread = std::function<void(Litmus&)>;
  CheckEnv::Atomic<int> x{0}, y{0};
  int r[4] = {-1, -1, -1, -1};
};

struct Outcomes {
  std::set<std::string> all;  // "r0 r1 ..." or with the finals of x and y
  Exploration exploration;
};

// All outcomes: the first `registers` registers, and the final x and y if
// `finals`.
inline Outcomes OutcomesOf(Model model,
                           const std::vector<Litmus::Thread>& threads,
                           int registers, bool finals = false,
                           bool reduce = true) {
  Engine engine;
  Outcomes outcomes;
  const Engine::Program program = [&](Engine& e) {
    Litmus litmus;
    struct Body {
      const Litmus::Thread* thread;
      Litmus* litmus;
      void operator()() { (*thread)(*litmus); }
    };
    Body bodies[kMaxThreads];
    for (size_t i = 0; i < threads.size(); ++i) {
      bodies[i] = {&threads[i], &litmus};
      e.Spawn("thread", bodies[i]);
    }
    e.Run();
    std::string text;
    for (int i = 0; i < registers; ++i)
      text += (i == 0 ? "" : " ") + std::to_string(litmus.r[i]);
    if (finals) {
      text += (text.empty() ? "x=" : " x=") + std::to_string(litmus.x.load()) +
              " y=" + std::to_string(litmus.y.load());
    }
    outcomes.all.insert(text);
  };
  Plan plan;
  plan.schedules = 20'000'000;
  plan.seconds = 60;
  plan.reduce = reduce;
  Settings settings;
  settings.model = model;
  outcomes.exploration = Explore(engine, program, settings, plan);
  return outcomes;
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_TESTS_CHECK_LITMUS_H_
