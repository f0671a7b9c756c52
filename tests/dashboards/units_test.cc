// Numbers as people read them. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/units.h"

#include <gtest/gtest.h>

#include <cmath>

namespace knotestat::dashboards {
namespace {

TEST(Units, ThreeSignificantDigits) {
  EXPECT_EQ(ThreeDigits(0), "0");
  EXPECT_EQ(ThreeDigits(0.012345), "0.0123");
  EXPECT_EQ(ThreeDigits(1.234), "1.23");
  EXPECT_EQ(ThreeDigits(9.996), "10.0");
  EXPECT_EQ(ThreeDigits(99.96), "100");
  EXPECT_EQ(ThreeDigits(-12.34), "-12.3");
  EXPECT_EQ(ThreeDigits(12345), "12345");
  EXPECT_EQ(ThreeDigits(NAN), "-");
  EXPECT_EQ(ThreeDigits(INFINITY), "-");
}

TEST(Units, DurationsTakeTheUnitThatFits) {
  EXPECT_EQ(FormatNs(0.0), "0 ns");
  EXPECT_EQ(FormatNs(0.55), "0.550 ns");
  EXPECT_EQ(FormatNs(999.4), "999 ns");
  EXPECT_EQ(FormatNs(999.6), "1.00 us");
  EXPECT_EQ(FormatNs(45600.0, ""), "45.6us");
  EXPECT_EQ(FormatNs(7.89e6), "7.89 ms");
  EXPECT_EQ(FormatNs(1.2e9), "1.20 s");
  EXPECT_EQ(FormatNs(4e12), "4000 s");
  EXPECT_EQ(FormatNs(-1500.0), "-1.50 us");
  EXPECT_EQ(FormatNs(std::optional<double>()), "-");
}

TEST(Units, CountsBytesAndPercents) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-1000), "-1,000");
  EXPECT_EQ(FormatCount(0.5), "0.500");
  EXPECT_EQ(FormatBytes(64), "64 B");
  EXPECT_EQ(FormatBytes(1536), "1.50 KiB");
  EXPECT_EQ(FormatPercent(0.0123), "+1.23 %");
  EXPECT_EQ(FormatPercent(-0.001), "-0.10 %");
  EXPECT_EQ(FormatPercent(-0.00001), "0.00 %");
}

}  // namespace
}  // namespace knotestat::dashboards
