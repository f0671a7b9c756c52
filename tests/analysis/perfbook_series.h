// Published medians: ns per read-side section in the Linux kernel, on 8 sockets
// of Xeon Platinum 8176. McKenney, "Is Parallel Programming Hard, And, If So,
// What Can You Do About It?", CodeSamples/defer/data/rcuscale.hps.2020.05.28a
// (github.com/paulmckrcu/perfbook), the medians of 30 runs.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_ANALYSIS_PERFBOOK_SERIES_H_
#define KNOTESTAT_TESTS_ANALYSIS_PERFBOOK_SERIES_H_

#include <array>

namespace knotestat::analysis {

using PerfbookSeries = std::array<double, 26>;

inline constexpr std::array<int, 26> kPerfbookCpus = {
    1,  2,  3,  4,  5,  6,  7,  8,  10, 12,  14,  16,  20,
    24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192};
inline constexpr PerfbookSeries kPerfbookRwlock = {
    11.32,   11.634,  11.531,  68.881,  77.8575, 67.5765, 136.859,
    129.606, 195.897, 261.286, 412.949, 626.116, 695.06,  963.689,
    1022.9,  1353.86, 1384.31, 1770.22, 1956.41, 2076.08, 2805.29,
    4202.58, 3669.49, 4608.89, 5884.53, 7287.12};
inline constexpr PerfbookSeries kPerfbookRefcnt = {
    9.477,   9.74,    9.5865,  15.083,  73.431,  115.73,  165.121,
    128.148, 324.386, 369.659, 441.949, 579.288, 752.495, 753.574,
    936.532, 1146.21, 1532.75, 1521.34, 1709.66, 2129.46, 2777.57,
    3935.19, 3496.71, 4099.68, 5351.18, 7004.86};
inline constexpr PerfbookSeries kPerfbookSrcu = {
    14.171,  14.374,  14.247,  14.374,  14.6055, 14.04,  14.0795,
    14.2095, 14.454,  14.43,   14.3405, 14.8755, 14.819, 15.026,
    14.856,  15.0265, 15.8695, 15.2815, 15.557,  16.066, 15.7705,
    17.123,  16.7115, 16.4785, 17.085,  17.8275};

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_TESTS_ANALYSIS_PERFBOOK_SERIES_H_
