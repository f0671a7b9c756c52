// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/pareto.h"

#include <algorithm>

namespace knotestat::analysis {
namespace {

// Those of `members` that cannot be told apart from their lowest median.
std::vector<size_t> Lowest(const std::vector<Tradeoff>& candidates,
                           std::vector<size_t> members,
                           record::Estimate Tradeoff::*figure) {
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

bool Dominates(const Tradeoff& a, const Tradeoff& b) {
  bool better = false;
  for (const auto figure : kDimensions) {
    if (CertainlyLess(b.*figure, a.*figure)) return false;
    better = better || CertainlyLess(a.*figure, b.*figure);
  }
  return better;
}

std::vector<size_t> ParetoFront(const std::vector<Tradeoff>& candidates) {
  std::vector<size_t> front;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const bool dominated = std::any_of(
        candidates.begin(), candidates.end(),
        [&](const Tradeoff& other) { return Dominates(other, candidates[i]); });
    if (!dominated) front.push_back(i);
  }
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
