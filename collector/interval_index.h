// Which of many intervals an address belongs to, by binary search.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_INTERVAL_INDEX_H_
#define KNOTESTAT_COLLECTOR_INTERVAL_INDEX_H_

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace knotestat::collector {

// The addresses from `begin` up to, but without, `end` belong to `id`.
struct Interval {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint32_t id = 0;
};

// Intervals may nest and overlap, and an id may have several: they are cut
// where one begins or ends, and each piece is given to one id. At most two
// pieces, of 16 bytes, for an interval. May be read by several threads.
class IntervalIndex {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};

  // The ids of all intervals that hold an address: ascending, one entry for
  // each interval, never empty.
  using Holders = std::multiset<uint32_t>;

  IntervalIndex() = default;

  // `pick` says to whom the addresses that have these holders belong; the
  // answer need not be one of them. Empty intervals are ignored.
  IntervalIndex(const std::vector<Interval>& intervals,
                const std::function<uint32_t(const Holders&)>& pick);

  // To whom `address` belongs; kNone if no interval holds it.
  uint32_t Find(uint64_t address) const;

 private:
  struct Piece {
    uint64_t begin = 0;
    uint32_t id = kNone;  // up to where the next piece begins
  };

  std::vector<Piece> pieces_;  // sorted
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_INTERVAL_INDEX_H_
