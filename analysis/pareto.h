// The three figures that a choice weighs, and who is better in which.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_PARETO_H_
#define KNOTESTAT_ANALYSIS_PARETO_H_

#include <array>
#include <string>
#include <vector>

#include "record/figures.h"

namespace knotestat::analysis {

// A candidate's figures; of all three less is better. A figure that no
// candidate has is the same estimate for all.
struct Tradeoff {
  record::Estimate reader_ns;
  record::Estimate klist_fini_ns;
  record::Estimate bytes;  // exact: lo == median == hi
};

using Figure = record::Estimate Tradeoff::*;

inline constexpr std::array<Figure, 3> kDimensions = {
    &Tradeoff::reader_ns, &Tradeoff::klist_fini_ns, &Tradeoff::bytes};

// `a` is certainly less than `b`: their intervals do not overlap.
bool CertainlyLess(const record::Estimate& a, const record::Estimate& b);

// Nothing speaks for `b` in this figure: `a` is not certainly worse, nor worse
// by more than a tenth as far as was measured (of reader costs 0.1 ns are as
// good as nothing). That intervals overlap is not enough: they do the more, the
// less is known.
bool NoWorse(const Tradeoff& a, const Tradeoff& b, Figure figure);

// `a` is certainly better than `b` in one figure and no worse in the others.
bool Dominates(const Tradeoff& a, const Tradeoff& b);

// Indices of those that no other one dominates.
std::vector<size_t> ParetoFront(const std::vector<Tradeoff>& candidates);

// Of `front`, which is not empty: the lowest reader cost; among those that
// cannot be told apart from it the lowest klist_fini(), among those the fewest
// bytes, and at last the lowest reader median.
size_t Recommend(const std::vector<Tradeoff>& candidates,
                 const std::vector<size_t>& front);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_PARETO_H_
