// Verdicts on synthetic traces whose truth is known.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/steady_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "analysis/bootstrap.h"

namespace knotestat::analysis {
namespace {

constexpr double kLevel = 50;             // ns
constexpr double kTolerance = 0.01 * 50;  // as the analysis takes it

// A trace of `count` rounds around `level(i / count)`, with relative noise and,
// in one round of twenty, an interruption of up to half the cost.
std::vector<double> Trace(Random& random, size_t count, double noise,
                          const std::function<double(double)>& level) {
  std::vector<double> values;
  for (size_t i = 0; i < count; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(count);
    double value = kLevel * level(part) * std::exp(noise * random.Normal());
    if (random.Below(20) == 0) value += kLevel * 0.5 * random.Uniform();
    values.push_back(value);
  }
  return values;
}

struct Kind {
  const char* name;
  Steadiness truth;
  std::function<std::function<double(double)>(Random&)> draw;
};

// 3 % or more: what a warm-up of caches or a lowered frequency does.
double Size(Random& random) { return 0.04 + 0.3 * random.Uniform(); }

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"flat", Steadiness::kSteady,
       [](Random&) { return [](double) { return 1.0; }; }},
      {"warm-up", Steadiness::kWarmUp,
       [](Random& random) {
         const double size = Size(random);
         const double until = 0.1 + 0.4 * random.Uniform();
         return [=](double at) { return at < until ? 1 + size : 1.0; };
       }},
      {"warm-up that decays", Steadiness::kWarmUp,
       [](Random& random) {
         const double size = 0.3 + Size(random);
         return [=](double at) { return 1 + size * std::exp(-at / 0.06); };
       }},
      {"slowdown", Steadiness::kSlowdown,
       [](Random& random) {
         const double size = Size(random);
         const double from = 0.2 + 0.6 * random.Uniform();
         return [=](double at) { return at < from ? 1.0 : 1 + size; };
       }},
      {"drift", Steadiness::kSlowdown,
       [](Random& random) {
         const double size = 0.05 + Size(random);
         return [=](double at) { return 1 + size * at; };
       }},
      {"levels that come and go", Steadiness::kNone,
       [](Random& random) {
         const double up = Size(random);
         const double down = up / 2;
         const double first = 0.2 + 0.1 * random.Uniform();
         const double second = first + 0.2 + 0.1 * random.Uniform();
         return [=](double at) {
           return at < first ? 1 + up : at < second ? 1 - down : 1.0;
         };
       }},
      {"not yet settled", Steadiness::kNone,
       [](Random& random) {
         const double size = 0.15 + Size(random);
         return [=](double at) { return 1 + size * (1 - at); };
       }},
  };
  return kinds;
}

TEST(SteadyState, IsJudgedRightOn99Of100Traces) {
  constexpr int kTraces = 1000;
  Random random(2012);
  int right = 0;
  std::vector<int> wrong(Kinds().size());
  for (int i = 0; i < kTraces; ++i) {
    const size_t which = static_cast<size_t>(i) % Kinds().size();
    const Kind& kind = Kinds()[which];
    const size_t count = 40 + random.Below(160);
    const double noise = 0.002 + 0.006 * random.Uniform();
    const auto values = Trace(random, count, noise, kind.draw(random));
    const bool correct =
        JudgeSteadyState(values, kTolerance).verdict == kind.truth;
    right += correct;
    wrong[which] += !correct;
  }
  for (size_t i = 0; i < wrong.size(); ++i) {
    RecordProperty(Kinds()[i].name, wrong[i]);
    if (wrong[i] > 0) {
      printf("%s: %d judged wrong\n", Kinds()[i].name, wrong[i]);
    }
  }
  EXPECT_GE(right, 990);
}

// Few and noisy rounds, as short launches have them: no false alarms.
TEST(SteadyState, FlatTracesOfAnyLengthAreSteady) {
  Random random(7);
  int wrong = 0;
  constexpr int kTraces = 2000;
  for (int i = 0; i < kTraces; ++i) {
    const size_t count = kRoundsForSteadyState + random.Below(100);
    const auto values = Trace(random, count, 0.001 + 0.2 * random.Uniform(),
                              [](double) { return 1.0; });
    wrong +=
        JudgeSteadyState(values, kTolerance).verdict != Steadiness::kSteady;
  }
  EXPECT_LE(wrong, kTraces / 100);
}

TEST(SteadyState, NamesTheRoundFromWhichOnItIsSteady) {
  Random random(3);
  const auto values = Trace(random, 100, 0.005,
                            [](double at) { return at < 0.25 ? 1.2 : 1.0; });
  const SteadyState state = JudgeSteadyState(values, kTolerance);
  EXPECT_EQ(state.verdict, Steadiness::kWarmUp);
  EXPECT_NEAR(static_cast<double>(state.steady_from), 25, 2);
}

TEST(SteadyState, ChangesBelowTheToleranceAreNone) {
  Random random(3);
  const auto values = Trace(random, 200, 0.001,
                            [](double at) { return at < 0.5 ? 1.008 : 1.0; });
  EXPECT_FALSE(Changepoints(values).empty());
  EXPECT_EQ(JudgeSteadyState(values, kTolerance).verdict, Steadiness::kSteady);
  EXPECT_EQ(JudgeSteadyState(values, 0).verdict, Steadiness::kWarmUp);
}

TEST(SteadyState, SaysNothingAboutFewRounds) {
  const std::vector<double> values(kRoundsForSteadyState - 1, 1);
  EXPECT_EQ(JudgeSteadyState(values, 0).verdict, Steadiness::kTooShort);
  const std::vector<double> equal(50, 1);
  EXPECT_EQ(JudgeSteadyState(equal, 0).verdict, Steadiness::kSteady);
  EXPECT_EQ(JudgeSteadyState(std::vector<double>(50, 0), 0).verdict,
            Steadiness::kSteady);
  EXPECT_TRUE(Changepoints({}).empty());
}

TEST(Changepoints, AreWhereTheMeanChanges) {
  std::vector<double> values;
  Random random(1);
  for (int i = 0; i < 90; ++i) {
    values.push_back((i < 30 ? 10 : i < 60 ? 20 : 15) + random.Normal() * 0.5);
  }
  EXPECT_EQ(Changepoints(values), (std::vector<size_t>{30, 60}));
}

TEST(Changepoints, TwoRoundsThatStickOutAreNone) {
  Random random(1);
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(10 + random.Normal() * 0.1);
  values[20] = values[21] = 50;
  values[59] = 40;
  EXPECT_TRUE(Changepoints(values).empty());
}

}  // namespace
}  // namespace knotestat::analysis
