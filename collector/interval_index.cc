// SPDX-License-Identifier: BSD-2-Clause
#include "collector/interval_index.h"

#include <algorithm>

namespace knotestat::collector {
namespace {

// Where an interval begins or ends.
struct Cut {
  uint64_t address = 0;
  uint32_t id = 0;
  bool begins = false;
};

std::vector<Cut> CutsOf(const std::vector<Interval>& intervals) {
  std::vector<Cut> cuts;
  cuts.reserve(2 * intervals.size());
  for (const Interval& interval : intervals) {
    if (interval.begin >= interval.end) continue;
    cuts.push_back({interval.begin, interval.id, true});
    cuts.push_back({interval.end, interval.id, false});
  }
  std::sort(cuts.begin(), cuts.end(),
            [](const Cut& a, const Cut& b) { return a.address < b.address; });
  return cuts;
}

}  // namespace

IntervalIndex::IntervalIndex(
    const std::vector<Interval>& intervals,
    const std::function<uint32_t(const Holders&)>& pick) {
  const std::vector<Cut> cuts = CutsOf(intervals);
  Holders holders;
  for (auto cut = cuts.begin(); cut != cuts.end();) {
    // All beginnings of this address first: an end always finds its entry.
    const auto next = std::find_if(cut, cuts.end(), [&](const Cut& other) {
      return other.address != cut->address;
    });
    for (auto i = cut; i != next; ++i) {
      if (i->begins) holders.insert(i->id);
    }
    for (auto i = cut; i != next; ++i) {
      if (!i->begins) holders.erase(holders.find(i->id));
    }
    const uint32_t id = holders.empty() ? kNone : pick(holders);
    if (id != (pieces_.empty() ? kNone : pieces_.back().id)) {
      pieces_.push_back({cut->address, id});
    }
    cut = next;
  }
  pieces_.shrink_to_fit();
}

uint32_t IntervalIndex::Find(uint64_t address) const {
  const auto next = std::upper_bound(
      pieces_.begin(), pieces_.end(), address,
      [](uint64_t value, const Piece& piece) { return value < piece.begin; });
  return next == pieces_.begin() ? kNone : std::prev(next)->id;
}

}  // namespace knotestat::collector
