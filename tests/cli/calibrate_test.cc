// Calibration on this machine: every planted cost has a row and a verdict. What
// the verdict is depends on the machine and is no condition here.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::HasSubstr;

using CalibrateTest = CliTest;

TEST_F(CalibrateTest, EveryPlantHasAVerdict) {
  const Finished run = RunProgram(
      {"calibrate", "--seconds", "1", "--json", "-o", Path("run.db")});
  EXPECT_THAT(run.code, AnyOf(0, 1, 5)) << run.err;
  const json shown = ParseJson(run.out);
  std::map<std::string, json> plants;
  for (const json& plant : shown["plants"])
    plants[plant["strategy"].get<std::string>()] = plant;
  ASSERT_EQ(plants.count("planted_fini_50us_busy"), 1u);
  EXPECT_EQ(plants["planted_fini_50us_busy"]["planted_ns"], 50'000);
  // A busy wait is never shorter than planted.
  EXPECT_GE(plants["planted_fini_2ms_busy"]["reported_ns"]["median"],
            1'999'000);
#if defined(__x86_64__)
  EXPECT_GT(shown["cycle_ns"], 0.1);
  EXPECT_EQ(plants.size(), 9u);
  const double cycle = shown["cycle_ns"];
  EXPECT_DOUBLE_EQ(plants["planted_section_18"]["planted_ns"], 18 * cycle);
#endif
  int not_recovered = 0;
  for (const auto& [name, plant] : plants)
    not_recovered += plant["recovered"] == "no" ? 1 : 0;
  EXPECT_EQ(run.code == 1, not_recovered > 0);
}

TEST_F(CalibrateTest, TheTableNamesTheClockAndWhatIsAllowed) {
  const Finished run = RunProgram({"calibrate", "--seconds", "0.1"});
  EXPECT_THAT(run.out, HasSubstr("Allowed: 1 %"));
  EXPECT_THAT(run.out, HasSubstr("planted_fini_2ms_asleep"));
}

}  // namespace
}  // namespace knotestat::cli
