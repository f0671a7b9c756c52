// The chains of waits as text and as JSON.
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/wait_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// `chains` chains of two waits, the last the longest.
Sample SampleWithChains(int chains) {
  Sample sample = OneCellSample();
  const int cell = sample.run.cells.front().id;
  auto& rows = sample.run.rows;
  rows.counters = {{cell, "bpf.wait_chain.count", 30},
                   {cell, "bpf.wait_chain.sum_ns", 9e6},
                   {cell, "bpf.wait_chain.spun.count", 7},
                   {cell, "bpf.wait_chain.spun.sum_ns", 800},
                   {cell, "events_lost", 3}};
  for (int i = 1; i <= chains; ++i) {
    const std::string number = std::to_string(i);
    const std::string chain = "fini;WaitAll" + number + "\tfutex\tread;Leave" +
                              number + "\nread;Lock" + number +
                              "\tfutex big\thold;Unlock";
    const auto ms = static_cast<uint64_t>(i) * 1'000'000;
    rows.wait_links.push_back({cell, chain, 0, 2, ms, ms / 2});
    rows.wait_links.push_back({cell, chain, 1, 2, ms / 4, ms / 8});
  }
  return sample;
}

absl::StatusOr<std::string> Text(const Sample& sample, int width = 100) {
  return WaitReport(
      {sample.run, sample.figures, sample.choice, {}, {.width = width}});
}

TEST(WaitReport, NamesEveryThreadAndItsTime) {
  const auto text = Text(SampleWithChains(2), 200);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_THAT(*text,
              AllOf(HasSubstr("30 klist_fini() had a wait phase. In 23 "),
                    HasSubstr("the writer slept (9.00 ms in all)"),
                    HasSubstr("tell 3.00 ms"), HasSubstr("in 7 it did"),
                    HasSubstr("Events lost: 3.")));
  EXPECT_LT(text->find("WaitAll2"), text->find("WaitAll1"));
  EXPECT_THAT(*text,
              AllOf(HasSubstr("2 times, 2.00 ms, longest 1.00 ms"),
                    HasSubstr("The writer sleeps 2.00 ms on a futex in "
                              "WaitAll2 < fini, ended by Leave2 < read."),
                    HasSubstr("That thread sleeps 500 us on futex big in Lock2 "
                              "< read, ended by Unlock < hold.")));
}

TEST(WaitReport, SaysHowManyAreNotShown) {
  const auto text = Text(SampleWithChains(23));
  ASSERT_TRUE(text.ok()) << text.status();
  // The shortest: 1, 2 and 3 ms.
  EXPECT_THAT(*text, HasSubstr("3 shorter ones are not shown, 6.00 ms in all"));
  EXPECT_THAT(*text, AllOf(HasSubstr("WaitAll4"), Not(HasSubstr("WaitAll3 "))));
}

TEST(WaitReport, NoLineIsWiderThanThePage) {
  for (const int width : {40, 60, 100}) {
    const auto text = Text(SampleWithChains(3), width);
    ASSERT_TRUE(text.ok());
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), static_cast<size_t>(width)) << line;
  }
}

TEST(WaitReport, WithoutChainsThereIsNoTable) {
  const auto text = Text(SampleWithChains(0));
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_THAT(*text,
              AllOf(HasSubstr("30 klist_fini() had a wait phase. In 23 "),
                    Not(HasSubstr("thread sleeps in"))));
}

TEST(WaitReport, JsonHasWholeStacks) {
  const Sample sample = SampleWithChains(23);
  const auto text =
      WaitJson({sample.run, sample.figures, sample.choice, {}, {}});
  ASSERT_TRUE(text.ok()) << text.status();
  const auto json = nlohmann::json::parse(*text);
  EXPECT_EQ(json["waits"], 30);
  EXPECT_EQ(json["spun"], 7);
  EXPECT_EQ(json["events_lost"], 3);
  ASSERT_EQ(json["chains"].size(), 23u);
  const auto& chain = json["chains"][0];
  EXPECT_EQ(chain["strategy"], sample.run.cells.front().strategy);
  EXPECT_EQ(chain["count"], 2);
  EXPECT_EQ(chain["total_ns"], 23'000'000);
  EXPECT_EQ(chain["links"][1]["lock"], "futex big");
  EXPECT_EQ(chain["links"][1]["waits"], nlohmann::json({"read", "Lock23"}));
  EXPECT_EQ(chain["links"][1]["ended_by"], nlohmann::json({"hold", "Unlock"}));
}

}  // namespace
}  // namespace knotestat::dashboards
