// Planted costs are judged by what is reported, and a wrong report is caught.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/planted.h"

#include <gtest/gtest.h>

#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

// A base and one that truly takes 5 ns, and 50 us in klist_fini(), longer.
record::Run PlantedRun(double noise) {
  SyntheticRun synthetic(3,
                         {.rounds = 60, .noise = noise, .detach_noise = 0.01});
  synthetic.Add({.strategy = "none"});
  synthetic.Add({.strategy = "base", .marginal_ns = 10});
  synthetic.Add(
      {.strategy = "plus", .marginal_ns = 15, .klist_fini_ns = 60'000});
  return synthetic.run();
}

Recovery RecoverOne(const record::Run& run, const Plant& plant) {
  return RecoverPlants(run, {&plant, 1}).at(0);
}

TEST(Planted, TheTruthIsRecovered) {
  const record::Run run = PlantedRun(0.001);
  const Recovery reader = RecoverOne(run, {"plus", "base", "submit", 5});
  EXPECT_EQ(reader.recovered, Recovered::kYes);
  EXPECT_NEAR(reader.reported_ns->median, 5, 0.05);
  EXPECT_DOUBLE_EQ(reader.allowed_ns, 0.05);
  const Recovery writer =
      RecoverOne(run, {"plus", "base", "klist_fini", 50'000});
  EXPECT_EQ(writer.recovered, Recovered::kYes);
  EXPECT_DOUBLE_EQ(writer.allowed_ns, 500);
}

// Planted faults: what is reported is not what was planted.
TEST(Planted, AWrongReportIsCaught) {
  const record::Run run = PlantedRun(0.001);
  for (const double wrong : {4.8, 5.2, 0.0})
    EXPECT_EQ(RecoverOne(run, {"plus", "base", "submit", wrong}).recovered,
              Recovered::kNo)
        << wrong;
  for (const double wrong : {48'000.0, 52'000.0})
    EXPECT_EQ(RecoverOne(run, {"plus", "base", "klist_fini", wrong}).recovered,
              Recovered::kNo)
        << wrong;
}

TEST(Planted, NoiseIsNoVerdict) {
  const Recovery noisy =
      RecoverOne(PlantedRun(0.2), {"plus", "base", "submit", 4.6});
  EXPECT_EQ(noisy.recovered, Recovered::kCannotTell);
  const Recovery missing =
      RecoverOne(PlantedRun(0.001), {"gone", "base", "submit", 5});
  EXPECT_EQ(missing.recovered, Recovered::kCannotTell);
  EXPECT_FALSE(missing.reported_ns);
}

TEST(Planted, WhatIsKnownBadlyIsAllowedMore) {
  const record::Run run = PlantedRun(0.001);
  const Recovery unsure = RecoverOne(run, {"plus", "base", "submit", 4.8, 0.3});
  EXPECT_EQ(unsure.recovered, Recovered::kYes);
  EXPECT_DOUBLE_EQ(unsure.allowed_ns, 0.35);
}

}  // namespace
}  // namespace knotestat::analysis
