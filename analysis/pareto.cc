// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/pareto.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace knotestat::analysis {
namespace {

// Those of `members` that cannot be told apart from their lowest median.
std::vector<size_t> Lowest(const std::vector<Tradeoff>& candidates,
                           std::vector<size_t> members, Figure figure) {
  const size_t best = *std::min_element(
      members.begin(), members.end(), [&](size_t a, size_t b) {
        return (candidates[a].*figure).median < (candidates[b].*figure).median;
      });
  std::erase_if(members, [&](size_t member) {
    return CertainlyLess(candidates[best].*figure, candidates[member].*figure);
  });
  return members;
}

}  // namespace

bool CertainlyLess(const record::Estimate& a, const record::Estimate& b) {
  return a.hi < b.lo;
}

bool NoWorse(const Tradeoff& a, const Tradeoff& b, Figure figure) {
  // Of a section of 0.1 ns a tenth is nothing that a program would notice.
  constexpr double kPart = 0.1, kReaderNs = 0.1;
  const double own = (a.*figure).median;
  const double other = (b.*figure).median;
  const double margin =
      std::max(kPart * std::abs(other),
               figure == &Tradeoff::reader_ns ? kReaderNs : 0.0);
  return own <= other + margin && !CertainlyLess(b.*figure, a.*figure);
}

bool Dominates(const Tradeoff& a, const Tradeoff& b) {
  bool better = false;
  for (const Figure figure : kDimensions) {
    if (CertainlyLess(a.*figure, b.*figure)) {
      better = true;
    } else if (!NoWorse(a, b, figure)) {
      return false;
    }
  }
  return better;
}

std::vector<size_t> ParetoFront(const std::vector<Tradeoff>& candidates) {
  std::vector<size_t> front, left(candidates.size());
  std::iota(left.begin(), left.end(), size_t{0});
  const auto dominated_by = [&](const std::vector<size_t>& members, size_t i) {
    return std::any_of(members.begin(), members.end(), [&](size_t member) {
      return Dominates(candidates[member], candidates[i]);
    });
  };
  while (!left.empty()) {
    std::vector<size_t> best;
    for (const size_t i : left)
      if (!dominated_by(left, i)) best.push_back(i);
    // Where each of some dominates the next, the cheapest reader stands out.
    if (best.empty())
      best = {Lowest(candidates, left, &Tradeoff::reader_ns).front()};
    front.insert(front.end(), best.begin(), best.end());
    std::erase_if(left, [&](size_t i) {
      return dominated_by(best, i) ||
             std::find(best.begin(), best.end(), i) != best.end();
    });
  }
  std::sort(front.begin(), front.end());
  return front;
}

size_t Recommend(const std::vector<Tradeoff>& candidates,
                 const std::vector<size_t>& front) {
  std::vector<size_t> left = front;
  for (const auto figure : kDimensions) left = Lowest(candidates, left, figure);
  return *std::min_element(left.begin(), left.end(), [&](size_t a, size_t b) {
    return candidates[a].reader_ns.median < candidates[b].reader_ns.median;
  });
}

}  // namespace knotestat::analysis
