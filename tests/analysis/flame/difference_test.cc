// What differs between two profiles, and what is chance.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/flame/folded.h"
#include "analysis/flame/selection.h"

namespace knotestat::flame {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StackTree TreeOf(std::string_view folded) {
  absl::StatusOr<StackTree> tree = ParseFolded(folded);
  EXPECT_TRUE(tree.ok()) << tree.status();
  return *std::move(tree);
}

Difference Compared(std::string_view before, std::string_view after) {
  absl::StatusOr<Difference> difference =
      Compare(TreeOf(before), TreeOf(after));
  EXPECT_TRUE(difference.ok()) << difference.status();
  return *std::move(difference);
}

const FrameChange& FrameOf(const Difference& difference,
                           std::string_view path) {
  uint32_t found = StackTree::kRoot;
  ForEachPath(difference.tree, [&](uint32_t node, std::string_view at) {
    if (at == path) found = node;
  });
  EXPECT_NE(found, StackTree::kRoot) << path;
  return difference.changes[found];
}

// A program of 300 stacks, some of them hot and most of them not.
class Program {
 public:
  Program() {
    std::mt19937 random(5);
    for (int i = 0; i < 300; ++i) {
      std::string stack = "main";
      for (auto depth = 1 + random() % 8; depth > 0; --depth)
        absl::StrAppend(&stack, ";f", random() % 6);
      stacks_.push_back(absl::StrCat(stack, ";leaf", i));
      weights_.push_back(1.0 / (1 + i));
    }
  }
  void Heat(size_t stack, double factor) { weights_[stack] *= factor; }
  const std::string& stack(size_t i) const { return stacks_[i]; }
  std::vector<size_t> Run(int samples, std::mt19937* random) const {
    std::discrete_distribution<size_t> draw(weights_.begin(), weights_.end());
    std::vector<size_t> run;
    for (int i = 0; i < samples; ++i) run.push_back(draw(*random));
    return run;
  }
  StackTree TreeOf(const std::vector<size_t>& run, size_t begin,
                   size_t end) const {
    StackTree tree;
    for (size_t i = begin; i < end; ++i)
      EXPECT_TRUE(tree.Add(stacks_[run[i]], 1));
    return tree;
  }

 private:
  std::vector<std::string> stacks_;
  std::vector<double> weights_;
};

TEST(FlameDifference, HalvesOfOneRunStayGrey) {
  constexpr int kSeeds = 200;
  const Program program;
  size_t frames = 0, colored = 0, runs_with_color = 0, uncorrected = 0;
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937 random(seed);
    std::vector<size_t> run = program.Run(4000, &random);
    std::shuffle(run.begin(), run.end(), random);
    const auto difference =
        Compare(program.TreeOf(run, 0, 2000), program.TreeOf(run, 2000, 4000));
    ASSERT_TRUE(difference.ok());
    frames += difference->changes.size() - 1;
    colored += difference->significant;
    runs_with_color += difference->significant > 0;
    uncorrected +=
        std::any_of(difference->changes.begin(), difference->changes.end(),
                    [](const FrameChange& frame) { return frame.p <= 0.05; });
  }
  EXPECT_LE(static_cast<double>(colored), 0.05 * static_cast<double>(frames));
  // Nothing differs, so the rate is that of any colour at all; of 200 runs at
  // 5 % more than 20 are less likely than 1 in 500.
  EXPECT_LE(runs_with_color, 20u);
  // That is the correction's merit: without it most pictures have some.
  EXPECT_GT(uncorrected, kSeeds / 2u);
}

TEST(FlameDifference, FindsAPlantedChange) {
  Program slower;
  slower.Heat(3, 3);
  const Program program;
  int found = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    const auto before = program.Run(2000, &random);
    const auto after = slower.Run(2000, &random);
    const auto difference =
        Compare(program.TreeOf(before, 0, 2000), slower.TreeOf(after, 0, 2000));
    ASSERT_TRUE(difference.ok());
    const FrameChange& frame = FrameOf(*difference, program.stack(3));
    found += frame.significant && frame.change > 0;
    EXPECT_LE(frame.lo, frame.change);
    EXPECT_GE(frame.hi, frame.change);
  }
  EXPECT_GE(found, 19);  // 4 % of the samples become 11 %
}

TEST(FlameDifference, IntervalsCoverTheTruth) {
  const Program program;
  int covered = 0, seen = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    const auto run = program.Run(1500, &random);
    const auto difference =
        Compare(program.TreeOf(run, 0, 500), program.TreeOf(run, 500, 1500));
    for (const size_t stack : {0u, 4u, 20u}) {
      const FrameChange& frame = FrameOf(*difference, program.stack(stack));
      covered += frame.lo <= 0 && frame.hi >= 0;
      ++seen;
    }
  }
  EXPECT_NEAR(static_cast<double>(covered) / seen, 0.95, 0.025);
}

// Against scipy 1.10's stats.fisher_exact([[3, 97], [14, 86]]).
TEST(FlameDifference, TakesFishersTest) {
  const Difference difference = Compared("a 3\nb 97\n", "a 14\nb 86\n");
  EXPECT_NEAR(FrameOf(difference, "a").p, 0.009329427188998598, 1e-6);
  EXPECT_NEAR(FrameOf(difference, "b").p, 0.009329427188998598, 1e-6);
  EXPECT_NEAR(FrameOf(difference, "a").change, 0.11, 1e-12);
}

TEST(FlameDifference, AgreesWithTheExactTestWhereItIsLeft) {
  // 200 samples are tested exactly, 202 are not.
  const double exact =
      FrameOf(Compared("a 80\nb 920\n", "a 120\nb 880\n"), "a").p;
  const double normal =
      FrameOf(Compared("a 81\nb 919\n", "a 121\nb 879\n"), "a").p;
  EXPECT_NEAR(std::log(normal / exact), 0, 0.2);
}

TEST(FlameDifference, WeighsBothSidesAlike) {
  const Difference difference =
      Compared("m;a 10\nm;b 30\n", "m;a 300\nm;c 100\n");
  // As wide as the mean of the shares: a (25 + 75) / 2, b 75 / 2, c 25 / 2.
  EXPECT_EQ(PrintFolded(difference.tree), "m;a 16000\nm;b 12000\nm;c 4000\n");
  EXPECT_EQ(PrintFoldedDifference(difference),
            "m;a 10 300\nm;b 30 0\nm;c 0 100\n");
  EXPECT_TRUE(FrameOf(difference, "m;b").significant);
  EXPECT_LT(FrameOf(difference, "m;b").hi, 0);
  EXPECT_FALSE(FrameOf(difference, "m").significant);
}

TEST(FlameDifference, DrawsWhatIsSignificant) {
  const Difference difference =
      Compared("m;a 100\nm;b 300\nm;<x> 3\n", "m;a 300\nm;b 100\nm;<x> 2\n");
  const std::string svg = DifferenceSvg(difference, "<old>", "new");
  EXPECT_THAT(svg, HasSubstr("<title>a (24.81 % before, 74.63 % after: "));
  EXPECT_THAT(svg, HasSubstr("not significant)</title>"));
  EXPECT_THAT(svg, HasSubstr("&lt;old&gt; against new"));
  EXPECT_THAT(svg, HasSubstr("2 of 4 frames differ"));
  EXPECT_THAT(svg, Not(HasSubstr("<x>")));
  const auto fill_of = [&](const std::string& title) {
    const size_t at = svg.find("fill=\"", svg.find("<title>" + title));
    return svg.substr(at + 6, 7);
  };
  EXPECT_EQ(fill_of("m ("), "#d0d0d0");
  EXPECT_EQ(fill_of("&lt;x&gt;"), "#d0d0d0");
  EXPECT_NE(fill_of("a ("), "#d0d0d0");
  EXPECT_NE(fill_of("b ("), fill_of("a ("));
  EXPECT_EQ(svg, DifferenceSvg(difference, "<old>", "new"));
}

TEST(FlameDifference, RefusesWhatItCannotCompare) {
  const StackTree none, some = TreeOf("a 1\n"),
                        times = TreeOf("a 3000000000\n");
  EXPECT_EQ(Compare(none, some).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Compare(some, none).status().message()),
              HasSubstr("no samples after"));
  EXPECT_EQ(Compare(some, times).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(SelectStacks, DropsTemplateArgumentsOfOurOwnFunctions) {
  record::Run run;
  record::Cell cell;
  cell.strategy = "epoch";
  run.cells = {cell};
  run.rows.stacks = {
      {0, "on_cpu", "std::f<int>;knote::A<Epoch>::B<C<int>,1>;operator<", 3}};
  EXPECT_EQ(PrintFolded(*SelectStacks(run, {.without_arguments = true})),
            "std::f<int>;knote::A<>::B<>;operator< 3\n");
}

}  // namespace
}  // namespace knotestat::flame
