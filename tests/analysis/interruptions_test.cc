// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/interruptions.h"

#include <gtest/gtest.h>

namespace knotestat::analysis {
namespace {

TEST(Interruptions, AreARateAShareAndALength) {
  record::Context context;
  context.watched_ns = 200e6;
  context.interruptions = {{1'500, 100}, {22'000, 60}, {30'000, 10}};
  const auto seen = InterruptionsOf(context);
  ASSERT_TRUE(seen.has_value());
  EXPECT_DOUBLE_EQ(seen->per_second, 170 / 0.2);
  EXPECT_DOUBLE_EQ(seen->share, (150e3 + 1'320e3 + 300e3) / 200e6);
  EXPECT_EQ(seen->half_ns, 22'000);
}

TEST(Interruptions, AreNoneOrNotKnown) {
  record::Context context;
  EXPECT_FALSE(InterruptionsOf(context));
  context.watched_ns = 200e6;
  const auto seen = InterruptionsOf(context);
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->per_second + seen->share + seen->half_ns, 0);
}

}  // namespace
}  // namespace knotestat::analysis
