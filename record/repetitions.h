// The means behind a median, one for each round.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_REPETITIONS_H_
#define KNOTESTAT_RECORD_REPETITIONS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace knotestat::record {

// One round of one path of a cell.
struct Repetition {
  double ns_per_op = 0;     // mean over the threads
  uint64_t operations = 0;  // of all threads
};

// The rounds of a path, in their order; their median is the figure ns_per_op.
struct Repetitions {
  int cell = 0;
  std::string path;
  std::vector<Repetition> rounds;
};

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_REPETITIONS_H_
