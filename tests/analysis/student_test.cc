// Student's t against tables.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/student.h"

#include <gtest/gtest.h>

#include <cmath>

namespace knotestat::analysis {
namespace {

TEST(Student, IsAsTabulated) {
  // Abramowitz and Stegun, table 26.10.
  EXPECT_NEAR(StudentQuantile(0.05, 1), 12.706, 0.001);
  EXPECT_NEAR(StudentQuantile(0.05, 2), 4.303, 0.001);
  EXPECT_NEAR(StudentQuantile(0.05, 4), 2.776, 0.001);
  EXPECT_NEAR(StudentQuantile(0.05, 20), 2.086, 0.001);
  EXPECT_NEAR(StudentQuantile(0.01, 4), 4.604, 0.001);
  EXPECT_NEAR(StudentQuantile(0.002, 10), 4.144, 0.001);
  EXPECT_NEAR(StudentQuantile(0.05, 1e7), 1.95996, 0.0001);
  EXPECT_NEAR(StudentTail(12.706, 1), 0.05, 1e-5);
  EXPECT_NEAR(StudentTail(-2.776, 4), 0.05, 1e-4);
  EXPECT_EQ(StudentTail(0, 3), 1);
}

// With 1 and 2 degrees of freedom there are closed forms.
TEST(Student, AgreesWithClosedForms) {
  for (const double t : {0.1, 0.7, 1.0, 3.0, 50.0, 4000.0}) {
    EXPECT_NEAR(StudentTail(t, 1), 1 - 2 / M_PI * std::atan(t), 1e-12);
    EXPECT_NEAR(StudentTail(t, 2), 1 - t / std::sqrt(2 + t * t), 1e-12);
  }
}

TEST(Student, QuantileInvertsTail) {
  for (const double degrees : {1.0, 1.5, 2.7, 8.0, 31.4}) {
    for (const double tail : {0.5, 0.05, 1e-4, 1e-9}) {
      EXPECT_NEAR(StudentTail(StudentQuantile(tail, degrees), degrees) / tail,
                  1, 1e-6);
    }
  }
}

}  // namespace
}  // namespace knotestat::analysis
