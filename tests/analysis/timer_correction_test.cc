// Operations of known lengths, seen through a timer of known faults.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/timer_correction.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <map>

#include "analysis/bootstrap.h"
#include "analysis/quantile.h"

namespace knotestat::analysis {
namespace {

// A timer that ticks in steps of `quantum`, whose bracket costs 20 ns, 30 ns in
// one case of ten, and now and then is interrupted for hundreds.
class SyntheticTimer {
 public:
  explicit SyntheticTimer(double quantum) : quantum_(quantum), random_(5) {
    context_.timer_quantum_ns = quantum;
    std::map<double, uint64_t> counts;
    for (int i = 0; i < 200'000; ++i) ++counts[Time(0)];
    for (const auto& [ns, count] : counts) {
      context_.timer_brackets.push_back({ns, count});
    }
  }

  // As a reading of an operation of `ns`.
  double Time(double ns) {
    const double kind = random_.Uniform();
    const double bracket = kind < 0.9     ? 20
                           : kind < 0.995 ? 30
                                          : 200 + 600 * random_.Uniform();
    const double phase = quantum_ * random_.Uniform();
    return std::floor((ns + bracket + phase) / quantum_) * quantum_;
  }

  const record::Context& context() const { return context_; }
  Random& random() { return random_; }

 private:
  double quantum_;
  Random random_;
  record::Context context_;
};

struct Outcome {
  record::Distribution truth;
  record::Distribution seen;
  record::Distribution corrected;
};

// 16 buckets to an octave, as the collector keeps them.
Outcome Measure(SyntheticTimer& timer,
                const std::function<double(Random&)>& draw) {
  std::vector<double> truth;
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> counts;
  double max = 0;
  for (int i = 0; i < 100'000; ++i) {
    truth.push_back(draw(timer.random()));
    const double reading = timer.Time(truth.back());
    max = std::max(max, reading);
    const auto value = static_cast<uint64_t>(reading);
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - 5);
    const uint64_t lower = value >> shift << shift;
    ++counts[{lower, lower + (uint64_t{1} << shift)}];
  }
  std::vector<record::Bucket> buckets;
  for (const auto& [bounds, count] : counts) {
    buckets.push_back({1, "sampled.scan", bounds.first, bounds.second, count});
  }
  const TimerCorrection correction(timer.context());
  return {*DistributionOf(truth), *DistributionOf(buckets, max),
          *correction.Correct(buckets, max)};
}

TEST(TimerCorrection, FindsTheTruthThroughAFineTimer) {
  SyntheticTimer timer(1);
  const Outcome outcome = Measure(timer, [](Random& random) {
    return 60 * std::exp(0.4 * random.Normal());
  });
  // The timer's part is a third of what is seen.
  EXPECT_GT(outcome.seen.p50, outcome.truth.p50 + 18);
  EXPECT_GT(outcome.seen.p99, outcome.truth.p99 + 20);
  for (const auto quantile :
       {&record::Distribution::p50, &record::Distribution::p90,
        &record::Distribution::p99}) {
    const double truth = outcome.truth.*quantile;
    // The width of a bucket where it was seen.
    EXPECT_NEAR(outcome.corrected.*quantile, truth, 2 + (truth + 20) / 16);
  }
  // The interrupts were those of the timer, not of the operations.
  EXPECT_GT(outcome.seen.p999, 2 * outcome.truth.p999);
  EXPECT_LT(outcome.corrected.p999, 1.4 * outcome.truth.p999);
}

TEST(TimerCorrection, KeepsTheTailOfTheOperations) {
  SyntheticTimer timer(1);
  const Outcome outcome = Measure(timer, [](Random& random) {
    return random.Below(50) == 0 ? 5000.0 : 60.0;
  });
  EXPECT_NEAR(outcome.corrected.p50, 60, 6);
  EXPECT_NEAR(outcome.corrected.p99, 5000, 5000.0 / 16);
  EXPECT_EQ(outcome.corrected.count, 100'000u);
}

TEST(TimerCorrection, ClaimsNothingBelowItsFloor) {
  SyntheticTimer coarse(10);
  const TimerCorrection correction(coarse.context());
  EXPECT_GE(correction.floor_ns(), 10);
  EXPECT_LE(correction.floor_ns(), 20);
  const Outcome shorter = Measure(coarse, [](Random&) { return 2.0; });
  EXPECT_EQ(shorter.corrected.p50, correction.floor_ns());
  EXPECT_LE(shorter.corrected.p99, correction.floor_ns() + 10);
  const Outcome longer = Measure(coarse, [](Random&) { return 125.0; });
  EXPECT_NEAR(longer.corrected.p50, 125, 10);
}

TEST(TimerCorrection, NeedsBracketsAndValues) {
  record::Context context;
  context.timer_quantum_ns = 10;
  const record::Bucket bucket = {1, "sampled.scan", 30, 40, 5};
  EXPECT_FALSE(TimerCorrection(context).Correct({bucket}, {}).has_value());
  EXPECT_EQ(TimerCorrection(context).floor_ns(), 10);
  context.timer_brackets = {{20, 100}, {21, 0}};
  EXPECT_FALSE(TimerCorrection(context).Correct({}, {}).has_value());
  const auto corrected = TimerCorrection(context).Correct({bucket}, 36.0);
  ASSERT_TRUE(corrected.has_value());
  EXPECT_EQ(corrected->max, 16);
  EXPECT_NEAR(corrected->p50, 15, 5);
}

TEST(TimerCorrection, DoesNotLoseWhatIsShorterThanItsBrackets) {
  record::Context context;
  context.timer_brackets = {{20, 100}};
  // Faster than any empty bracket was: 0, not negative.
  const auto corrected = TimerCorrection(context).Correct(
      {{1, "sampled.scan", 10, 11, 5}, {1, "sampled.scan", 100, 110, 5}}, {});
  ASSERT_TRUE(corrected.has_value());
  EXPECT_GE(corrected->p50, 0);
  EXPECT_NEAR(corrected->p90, 88, 5);
}

}  // namespace
}  // namespace knotestat::analysis
