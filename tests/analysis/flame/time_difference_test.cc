// What differs between the times of two profiles, and what is chance.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/flame/difference.h"
#include "analysis/flame/folded.h"

namespace knotestat::flame {
namespace {

using ::testing::HasSubstr;

// A program that sleeps in 60 places. Sleeps are of all lengths (lognormal, so
// that a few make up most of the time), and no part is like another: all its
// sleeps are longer or shorter together.
class Sleeper {
 public:
  Sleeper() {
    std::mt19937 random(7);
    for (int i = 0; i < 60; ++i) {
      stacks_.push_back(
          absl::StrCat("main;f", random() % 5, ";g", random() % 9, ";leaf", i));
      rates_.push_back(40.0 / (1 + i));  // sleeps in a part
    }
  }
  void Slow(size_t stack, double factor) { rates_[stack] *= factor; }
  const std::string& stack(size_t i) const { return stacks_[i]; }

  std::vector<Part> Run(int cells, int parts_of_cell,
                        std::mt19937* random) const {
    std::vector<Part> parts;
    for (int cell = 0; cell < cells; ++cell) {
      for (int part = 0; part < parts_of_cell; ++part)
        parts.push_back({cell, TreeOf(cell, random)});
    }
    return parts;
  }

 private:
  StackTree TreeOf(int cell, std::mt19937* random) const {
    std::lognormal_distribution<double> length(10, 1.2);
    std::lognormal_distribution<double> of_part(0, 0.3);
    const double scale = of_part(*random) * (1 + cell);
    StackTree tree;
    for (size_t i = 0; i < stacks_.size(); ++i) {
      std::poisson_distribution<int> count(rates_[i]);
      double ns = 0;
      for (int sleeps = count(*random); sleeps > 0; --sleeps)
        ns += scale * length(*random);
      if (ns > 0) {
        EXPECT_TRUE(tree.Add(stacks_[i], static_cast<uint64_t>(ns)));
      }
    }
    return tree;
  }

  std::vector<std::string> stacks_;
  std::vector<double> rates_;
};

const FrameChange& FrameAt(const Difference& difference,
                           std::string_view path) {
  uint32_t found = StackTree::kRoot;
  ForEachPath(difference.tree, [&](uint32_t node, std::string_view at) {
    if (at == path) found = node;
  });
  EXPECT_NE(found, StackTree::kRoot) << path;
  return difference.changes[found];
}

struct Halves {
  size_t frames = 0, colored = 0, uncorrected = 0, covered = 0, tested = 0;
  unsigned with_color = 0;
};

// What differs between the halves of runs in which nothing does.
Halves CompareHalves(int cells, int parts_of_half) {
  const Sleeper program;
  Halves seen;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto difference =
        CompareTimes(program.Run(cells, parts_of_half, &random),
                     program.Run(cells, parts_of_half, &random));
    EXPECT_TRUE(difference.ok()) << difference.status();
    seen.frames += difference->changes.size() - 1;
    seen.colored += difference->significant;
    seen.with_color += difference->significant > 0;
    seen.uncorrected +=
        std::any_of(difference->changes.begin(), difference->changes.end(),
                    [](const FrameChange& frame) { return frame.p <= 0.05; });
    const FrameChange& hot = FrameAt(*difference, program.stack(2));
    seen.covered += hot.lo <= 0 && hot.hi >= 0;
    seen.tested += difference->tested;
  }
  return seen;
}

TEST(TimeDifference, HalvesOfOneRunStayGrey) {
  for (const auto& [cells, parts] : {std::pair(1, 4), {1, 16}, {3, 6}}) {
    const Halves seen = CompareHalves(cells, parts);
    EXPECT_LE(static_cast<double>(seen.colored),
              0.05 * static_cast<double>(seen.frames));
    // Any colour at all is an error here: at 5 % of 200 runs, more than 20 are
    // less likely than 1 in 500.
    EXPECT_LE(seen.with_color, 20u) << cells << " cells, " << parts;
    EXPECT_GT(seen.uncorrected, 100u) << "the correction's merit";
    EXPECT_NEAR(static_cast<double>(seen.covered) / 200, 0.95, 0.04);
    EXPECT_GT(seen.tested, seen.frames / 2);
  }
}

TEST(TimeDifference, FindsAPlantedChange) {
  const Sleeper program;
  Sleeper slower;
  slower.Slow(1, 3);
  int found = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    const auto difference =
        CompareTimes(program.Run(1, 12, &random), slower.Run(1, 12, &random));
    ASSERT_TRUE(difference.ok());
    const FrameChange& frame = FrameAt(*difference, program.stack(1));
    found += frame.significant && frame.change > 0;
    EXPECT_LE(frame.lo, frame.change);
    EXPECT_GE(frame.hi, frame.change);
  }
  EXPECT_GE(found, 18);
}

// That cells differ, which they do in both profiles, is no variance.
TEST(TimeDifference, ComparesCellsWithThemselves) {
  std::mt19937 random(3);
  const auto side = [&](int share_of_second) {
    std::vector<Part> parts;
    for (int cell = 0; cell < 2; ++cell) {
      for (int part = 0; part < 4; ++part) {
        const auto noise = static_cast<int>(random() % 20);
        const int share = (cell == 0 ? 100 : share_of_second) + noise;
        auto tree =
            ParseFolded(absl::StrCat("a ", share, "\nb ", 1000 - share, "\n"));
        EXPECT_TRUE(tree.ok());
        parts.push_back({cell, *std::move(tree)});
      }
    }
    return parts;
  };
  const auto difference = CompareTimes(side(800), side(850));
  ASSERT_TRUE(difference.ok());
  EXPECT_TRUE(FrameAt(*difference, "a").significant);
}

std::vector<Part> PartsFrom(std::initializer_list<const char*> folded) {
  std::vector<Part> parts;
  for (const char* text : folded) parts.push_back({1, *ParseFolded(text)});
  return parts;
}

TEST(TimeDifference, AgreesWithWelchsTestWherePartsAreAlike) {
  // The variance of both sides is 5/3, so t is 5 / sqrt(2 x 5/3 / 4) = 5.477
  // with 6 degrees of freedom; the density beyond was integrated.
  const auto difference =
      CompareTimes(PartsFrom({"a 10\nb 90\n", "a 12\nb 88\n", "a 11\nb 89\n",
                              "a 13\nb 87\n"}),
                   PartsFrom({"a 16\nb 84\n", "a 15\nb 85\n", "a 18\nb 82\n",
                              "a 17\nb 83\n"}));
  ASSERT_TRUE(difference.ok());
  EXPECT_NEAR(FrameAt(*difference, "a").p, 0.00154742, 1e-7);
  EXPECT_EQ(FrameAt(*difference, "a").before, 46u);
  EXPECT_NEAR(FrameAt(*difference, "a").change, 0.05, 1e-12);
  EXPECT_EQ(PrintFoldedDifference(*difference), "a 46 66\nb 354 334\n");
  EXPECT_THAT(DifferenceSvg(*difference, "x", "y"),
              HasSubstr("were seen often enough to tell"));
}

TEST(TimeDifference, NeedsTwoPartsWithTime) {
  const auto two = PartsFrom({"a 1\n", "a 2\n"});
  EXPECT_EQ(CompareTimes(two, PartsFrom({"a 1\n"})).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(CompareTimes({}, two).status().message()),
              HasSubstr("no time before"));
  // Where nothing varies, two parts a side prove nothing.
  const auto other = CompareTimes(two, PartsFrom({"b 1\n", "b 1\n"}));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->significant, 0u);
}

}  // namespace
}  // namespace knotestat::flame
