// Partial-order reduction loses no outcome: random programs, explored with and
// without it, in both memory models.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "check/random_search.h"
#include "tests/check/litmus.h"

namespace knotestat::check {
namespace {

// One of the things that a thread can do, its register `r` at hand.
void DoSomething(Litmus& l, int what, int& r) {
  auto& variable = what % 2 == 0 ? l.x : l.y;
  const int value = what / 2 % 3 + 1;
  switch (what / 6) {
    case 0:
      return variable.store(value, kRelaxed);
    case 1:
      return variable.store(value, kRelease);
    case 2:
      r = r * 10 + variable.load(kRelaxed);
      return;
    case 3:
      r = r * 10 + variable.load(kAcquire);
      return;
    case 4:
      r = r * 10 + variable.fetch_add(value, kAcqRel);
      return;
    case 5:
      return variable.store(value, kSeqCst);
    case 6:
      return CheckEnv::LightFence();
    case 7:
      return CheckEnv::HeavyFence();
    case 8:
      return Engine::current()->ThreadFence(kSeqCst, {});
    default:
      r = r * 10 + variable.load(kSeqCst);
  }
}
constexpr int kThings = 60;

class ReductionTest : public testing::TestWithParam<Model> {};

TEST_P(ReductionTest, LosesNoOutcomeOfRandomPrograms) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "too slow with AddressSanitizer without reduction";
#endif
  Random random(GetParam() == Model::kTso ? 1 : 2);
  uint64_t plain_schedules = 0, reduced_schedules = 0;
  for (int program = 0; program < 120; ++program) {
    const int threads = 2 + random.Below(2);
    const int length = threads == 2 ? 4 : 3;
    std::vector<std::vector<int>> things;
    std::string listing;
    for (int t = 0; t < threads; ++t) {
      auto& list = things.emplace_back();
      listing += "\nthread " + std::to_string(t) + ":";
      for (int i = 0; i < length; ++i) {
        list.push_back(random.Below(kThings));
        listing += " " + std::to_string(list.back());
      }
    }
    std::vector<Litmus::Thread> bodies;
    for (int t = 0; t < threads; ++t) {
      bodies.push_back([&, t](Litmus& l) {
        for (const int what : things[static_cast<size_t>(t)])
          DoSomething(l, what, l.r[t]);
      });
    }
    const Outcomes plain = OutcomesOf(GetParam(), bodies, threads, true, false);
    const Outcomes reduced = OutcomesOf(GetParam(), bodies, threads, true);
    ASSERT_TRUE(plain.exploration.complete);
    ASSERT_EQ(plain.all, reduced.all) << listing;
    plain_schedules += plain.exploration.schedules;
    reduced_schedules +=
        reduced.exploration.schedules + reduced.exploration.redundant;
  }
  EXPECT_LT(reduced_schedules * 5, plain_schedules);
  RecordProperty("plain", static_cast<int>(plain_schedules));
  RecordProperty("reduced", static_cast<int>(reduced_schedules));
}

INSTANTIATE_TEST_SUITE_P(Models, ReductionTest,
                         testing::Values(Model::kTso, Model::kReleaseAcquire),
                         [](const auto& test) {
                           return test.param == Model::kTso ? "Tso"
                                                            : "ReleaseAcquire";
                         });

}  // namespace
}  // namespace knotestat::check
