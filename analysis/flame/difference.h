// Two profiles compared frame by frame: what grew, what shrank, and what may
// be chance.
//
// Samples are taken to be independent of each other, which those of a CPU clock
// are where an operation is short against its period. Times are not: one sleep
// is as long as ten thousand others. How much their sums vary is seen from the
// parts of the measuring time. Whatever is common to all samples of one
// process, such as its layout in memory, does not show in its samples and is
// not in the intervals.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_DIFFERENCE_H_
#define KNOTESTAT_ANALYSIS_FLAME_DIFFERENCE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/flame/selection.h"
#include "analysis/flame/stack_tree.h"

namespace knotestat::flame {

// A frame with what it calls, as parts of all samples.
struct FrameChange {
  uint64_t before = 0;  // samples, or ns
  uint64_t after = 0;
  double change = 0;  // of the share: 0.01 is one per cent of all samples more
  double lo = 0;      // its 95 % interval
  double hi = 0;
  // Of a change as large if there was none. 1 if the frame has been seen too
  // seldom to tell.
  double p = 1;
  double adjusted_p = 1;     // for the number of frames (Benjamini-Hochberg)
  bool significant = false;  // adjusted_p is at most the rate
};

struct Difference {
  // All stacks of both, each as wide as the mean of its two shares.
  StackTree tree;
  std::vector<FrameChange> changes;  // by node of the tree
  std::string unit = "samples";      // or "ns"
  uint64_t before_total = 0;
  uint64_t after_total = 0;
  size_t tested = 0;  // frames that have been seen often enough to tell
  size_t significant = 0;
};

// Of samples: intervals of Newcombe (1998, method 10), and Fisher's exact test,
// or for many samples the normal one. Among the significant frames, at most
// `rate` are expected to be chance; where nothing differs, the probability that
// any is significant is at most that. kFailedPrecondition if one side has no
// samples, kOutOfRange if there are too many (2^31 or more).
absl::StatusOr<Difference> Compare(const StackTree& before,
                                   const StackTree& after, double rate = 0.05);

// Of times, in ns: each frame's share of all time is a ratio of sums over
// parts, with its usual variance (Cochran, "Sampling Techniques", 1977, 6.3;
// stratified by cell) and Welch's t test. The promise is the same.
// kFailedPrecondition if a side has less than two parts, or no time.
absl::StatusOr<Difference> CompareTimes(std::span<const Part> before,
                                        std::span<const Part> after,
                                        double rate = 0.05);

// A picture: orange grew, blue shrank, the more the darker; grey is what is not
// significant. `before` and `after` name the sides.
std::string DifferenceSvg(const Difference& difference,
                          const std::string& before, const std::string& after);

// A line for each stack, sorted: its name, and its value before and after, as
// FlameGraph's difffolded.pl prints them.
std::string PrintFoldedDifference(const Difference& difference);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_DIFFERENCE_H_
