// Differences of times: what varies from part to part of the measuring time.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analysis/flame/difference.h"
#include "analysis/flame/significance.h"
#include "analysis/student.h"

namespace knotestat::flame {
namespace {

// A frame that so few parts of both sides together have seen is not tested.
constexpr unsigned kFewestParts = 4;
// The tree's widths are parts of this.
constexpr double kWidth = 1e12;

// What the parts of one cell add up to.
struct Sums {
  double x = 0;   // ns of the frame
  double xx = 0;  // squares
  double xt = 0;  // products with the part's total
};

struct Stratum {
  double parts = 0;
  double t = 0;  // ns of all frames
  double tt = 0;
};

// One of the two profiles.
struct TimeSide {
  double total = 0;
  double degrees = 0;
  std::vector<Stratum> strata;
  std::vector<std::map<uint32_t, Sums>> frames;  // by node, of each stratum
  std::vector<unsigned> seen;                    // in how many parts, by node
};

// Adds a part's frames to those of both sides, and returns the node of each.
std::vector<uint32_t> MergeNodes(const StackTree& from, double total,
                                 Difference* into) {
  std::vector<uint32_t> node_of(from.nodes().size(), StackTree::kRoot);
  for (uint32_t i = 0; i < node_of.size(); ++i) {
    const StackTree::Node& node = from.nodes()[i];
    if (i != StackTree::kRoot)
      node_of[i] = into->tree.ChildOf(node_of[node.parent], from.Name(i));
    const double width = static_cast<double>(node.self) / total * kWidth;
    into->tree.AddTo(node_of[i], static_cast<uint64_t>(std::llround(width)));
  }
  into->changes.resize(into->tree.nodes().size());
  return node_of;
}

void AddPart(const Part& part, size_t stratum, uint64_t FrameChange::*value,
             Difference* into, TimeSide* side) {
  const std::vector<uint64_t> totals = part.tree.Totals();
  const std::vector<uint32_t> node_of =
      MergeNodes(part.tree, side->total, into);
  side->seen.resize(into->changes.size());
  const auto t = static_cast<double>(part.tree.total());
  Stratum& sums = side->strata[stratum];
  sums.parts += 1;
  sums.t += t;
  sums.tt += t * t;
  for (size_t i = 0; i < node_of.size(); ++i) {
    if (totals[i] == 0) continue;
    const auto x = static_cast<double>(totals[i]);
    into->changes[node_of[i]].*value += totals[i];
    ++side->seen[node_of[i]];
    Sums& frame = side->frames[stratum][node_of[i]];
    frame.x += x;
    frame.xx += x * x;
    frame.xt += x * t;
  }
}

// Parts of a cell are alike, those of different cells are not. A cell with one
// part alone says nothing of how parts vary, so all of those are taken
// together.
std::map<int, size_t> StrataOf(std::span<const Part> parts) {
  std::map<int, size_t> count, stratum_of;
  for (const Part& part : parts) ++count[part.cell];
  size_t strata = 1;  // 0 is for those
  for (const auto& [cell, parts_of_cell] : count)
    stratum_of[cell] = parts_of_cell < 2 ? 0 : strata++;
  return stratum_of;
}

absl::StatusOr<TimeSide> SideOf(std::span<const Part> parts, const char* which,
                                uint64_t FrameChange::*value,
                                Difference* into) {
  TimeSide side;
  uint64_t total = 0;
  for (const Part& part : parts) total += part.tree.total();
  if (total == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is nothing to compare: no time ", which));
  }
  if (parts.size() < 2) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there is one part of the measuring time ", which,
        ", at least two are needed to tell chance: measure for longer "
        "(--seconds)"));
  }
  side.total = static_cast<double>(total);
  const std::map<int, size_t> stratum_of = StrataOf(parts);
  side.strata.resize(stratum_of.size() + 1);
  side.frames.resize(side.strata.size());
  for (const Part& part : parts)
    AddPart(part, stratum_of.at(part.cell), value, into, &side);
  for (const Stratum& stratum : side.strata)
    side.degrees += std::max(0.0, stratum.parts - 1);
  return side;
}

// The variance of the ratio of a frame's time to all time.
double VarianceOf(const TimeSide& side, uint32_t node, double ratio) {
  double sum = 0;
  for (size_t i = 0; i < side.strata.size(); ++i) {
    const Stratum& all = side.strata[i];
    if (all.parts < 2) continue;
    const auto found = side.frames[i].find(node);
    const Sums frame = found == side.frames[i].end() ? Sums() : found->second;
    const double residual = frame.x - ratio * all.t;
    const double squares =
        frame.xx - 2 * ratio * frame.xt + ratio * ratio * all.tt;
    const double spread = squares - residual * residual / all.parts;
    sum += all.parts / (all.parts - 1) * std::max(0.0, spread);
  }
  return sum / (side.total * side.total);
}

// Welch and Satterthwaite.
double DegreesOf(double before, double before_degrees, double after,
                 double after_degrees) {
  const double both = before + after;
  return both * both /
         (before * before / before_degrees + after * after / after_degrees);
}

// Where nothing varies, only so many of all ways to share the parts out between
// the sides are as far apart.
double RarestSplit(double before_parts, double after_parts) {
  return std::min(1.0,
                  2 * std::exp(std::lgamma(before_parts + 1) +
                               std::lgamma(after_parts + 1) -
                               std::lgamma(before_parts + after_parts + 1)));
}

double PartsOf(const TimeSide& side) {
  double parts = 0;
  for (const Stratum& stratum : side.strata) parts += stratum.parts;
  return parts;
}

void TestTime(const TimeSide& before, const TimeSide& after, uint32_t node,
              FrameChange* frame) {
  const double was = static_cast<double>(frame->before) / before.total;
  const double is = static_cast<double>(frame->after) / after.total;
  const double before_variance = VarianceOf(before, node, was);
  const double after_variance = VarianceOf(after, node, is);
  frame->change = frame->lo = frame->hi = is - was;
  const double variance = before_variance + after_variance;
  // What rounding leaves of no variance at all.
  if (variance <= 1e-18) {
    frame->p = std::fabs(frame->change) < 1e-9
                   ? 1
                   : RarestSplit(PartsOf(before), PartsOf(after));
    return;
  }
  const double degrees =
      DegreesOf(before_variance, before.degrees, after_variance, after.degrees);
  const double error = std::sqrt(variance);
  const double half = analysis::StudentQuantile(0.05, degrees) * error;
  frame->lo = std::max(-1.0, frame->change - half);
  frame->hi = std::min(1.0, frame->change + half);
  frame->p = analysis::StudentTail(frame->change / error, degrees);
}

}  // namespace

absl::StatusOr<Difference> CompareTimes(std::span<const Part> before,
                                        std::span<const Part> after,
                                        double rate) {
  Difference difference;
  difference.unit = "ns";
  auto left = SideOf(before, "before", &FrameChange::before, &difference);
  if (!left.ok()) return left.status();
  auto right = SideOf(after, "after", &FrameChange::after, &difference);
  if (!right.ok()) return right.status();
  difference.before_total = static_cast<uint64_t>(left->total);
  difference.after_total = static_cast<uint64_t>(right->total);
  left->seen.resize(difference.changes.size());
  right->seen.resize(difference.changes.size());
  std::vector<bool> tested;
  for (uint32_t i = 0; i < difference.changes.size(); ++i) {
    FrameChange& frame = difference.changes[i];
    tested.push_back(left->seen[i] + right->seen[i] >= kFewestParts);
    if (tested.back()) {
      TestTime(*left, *right, i, &frame);
    } else {
      frame.lo = -1;
      frame.hi = 1;
    }
    frame.change = static_cast<double>(frame.after) / right->total -
                   static_cast<double>(frame.before) / left->total;
  }
  AdjustForFrames(rate, std::move(tested), &difference);
  return difference;
}

}  // namespace knotestat::flame
