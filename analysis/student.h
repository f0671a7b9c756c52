// Student's t distribution.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_STUDENT_H_
#define KNOTESTAT_ANALYSIS_STUDENT_H_

namespace knotestat::analysis {

// Probability of `t` or more, in either direction, with `degrees` of freedom,
// which need not be a whole number.
double StudentTail(double t, double degrees);

// The `t` > 0 for which StudentTail(t, degrees) is `tail` (0 to 1, both
// excluded).
double StudentQuantile(double tail, double degrees);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_STUDENT_H_
