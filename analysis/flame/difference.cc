// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/difference.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analysis/flame/folded.h"
#include "analysis/flame/significance.h"

namespace knotestat::flame {
namespace {

constexpr double kNormal95 = 1.959963984540054;
constexpr uint64_t kMostSamples = uint64_t{1} << 31;
// With fewer in both together no distribution of them over equal sides is less
// likely than 5 %. Asking only for their sum favours no outcome (Tarone 1990).
constexpr uint64_t kFewest = 6;
constexpr uint64_t kExact =
    200;  // up to so many samples Fisher's test is taken

struct Interval {
  double lo;
  double hi;
};

// Wilson's score interval of a share.
Interval Wilson(double count, double total) {
  const double z2 = kNormal95 * kNormal95;
  const double share = count / total;
  const double middle = share + z2 / (2 * total);
  const double half = kNormal95 * std::sqrt(share * (1 - share) / total +
                                            z2 / (4 * total * total));
  return {std::max(0.0, (middle - half) / (1 + z2 / total)),
          std::min(1.0, (middle + half) / (1 + z2 / total))};
}

double LogChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

// Two-sided: the outcomes that are no more likely than the one seen.
double FisherP(uint64_t before, uint64_t before_total, uint64_t after,
               uint64_t after_total) {
  const uint64_t count = before + after;
  const auto n1 = static_cast<double>(before_total);
  const auto n2 = static_cast<double>(after_total);
  const double all = LogChoose(n1 + n2, static_cast<double>(count));
  const uint64_t least = count > after_total ? count - after_total : 0;
  std::vector<double> likely;
  for (uint64_t x = least; x <= std::min(count, before_total); ++x) {
    const auto k = static_cast<double>(x);
    likely.push_back(std::exp(LogChoose(n1, k) +
                              LogChoose(n2, static_cast<double>(count) - k) -
                              all));
  }
  const double seen = likely[before - least] * (1 + 1e-7);
  double p = 0;
  for (const double one : likely) p += one <= seen ? one : 0;
  return std::min(p, 1.0);
}

double PValue(const FrameChange& frame, uint64_t before_total,
              uint64_t after_total) {
  const uint64_t count = frame.before + frame.after;
  if (count < kFewest) return 1;
  // So is the share of what is missing, where that is little.
  const uint64_t rest = before_total + after_total - count;
  if (std::min(count, rest) <= kExact) {
    return rest < count
               ? FisherP(before_total - frame.before, before_total,
                         after_total - frame.after, after_total)
               : FisherP(frame.before, before_total, frame.after, after_total);
  }
  const auto n1 = static_cast<double>(before_total);
  const auto n2 = static_cast<double>(after_total);
  const double share = static_cast<double>(count) / (n1 + n2);
  const double deviation = std::sqrt(share * (1 - share) * (1 / n1 + 1 / n2));
  return std::erfc(std::fabs(frame.change) / deviation / std::sqrt(2.0));
}

void Test(FrameChange* frame, uint64_t before_total, uint64_t after_total) {
  const auto n1 = static_cast<double>(before_total);
  const auto n2 = static_cast<double>(after_total);
  const double before = static_cast<double>(frame->before) / n1;
  const double after = static_cast<double>(frame->after) / n2;
  const Interval b = Wilson(static_cast<double>(frame->before), n1);
  const Interval a = Wilson(static_cast<double>(frame->after), n2);
  frame->change = after - before;
  frame->lo = frame->change - std::hypot(after - a.lo, b.hi - before);
  frame->hi = frame->change + std::hypot(a.hi - after, before - b.lo);
  frame->p = PValue(*frame, before_total, after_total);
}

// Adds `from` to the samples `side` of the frames of `into`, each of its values
// times `weight` to the tree.
void Merge(const StackTree& from, uint64_t weight, uint64_t FrameChange::*side,
           Difference* into) {
  const std::vector<uint64_t> totals = from.Totals();
  std::vector<uint32_t> node_of(totals.size(), StackTree::kRoot);
  for (uint32_t i = 0; i < totals.size(); ++i) {
    const StackTree::Node& node = from.nodes()[i];
    if (i != StackTree::kRoot) {
      node_of[i] = into->tree.ChildOf(node_of[node.parent], from.Name(i));
    }
    into->changes.resize(into->tree.nodes().size());
    into->changes[node_of[i]].*side = totals[i];
    into->tree.AddTo(node_of[i], node.self * weight);
  }
}

}  // namespace

absl::StatusOr<Difference> Compare(const StackTree& before,
                                   const StackTree& after, double rate) {
  for (const StackTree* side : {&before, &after}) {
    const char* which = side == &before ? "before" : "after";
    if (side->total() == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("there is nothing to compare: no samples ", which));
    }
    if (side->total() >= kMostSamples) {
      return absl::OutOfRangeError(
          absl::StrCat(side->total(), " samples ", which,
                       " are too many to compare; at most 2147483647 are "
                       "expected (are these times?)"));
    }
  }
  Difference difference;
  difference.before_total = before.total();
  difference.after_total = after.total();
  Merge(before, after.total(), &FrameChange::before, &difference);
  Merge(after, before.total(), &FrameChange::after, &difference);
  std::vector<bool> tested;
  for (FrameChange& frame : difference.changes) {
    Test(&frame, difference.before_total, difference.after_total);
    tested.push_back(frame.before + frame.after >= kFewest);
  }
  AdjustForFrames(rate, std::move(tested), &difference);
  return difference;
}

std::string PrintFoldedDifference(const Difference& difference) {
  // Of each side the frame's own samples: its total without its children's.
  std::vector<FrameChange> own = difference.changes;
  const auto& nodes = difference.tree.nodes();
  for (uint32_t i = 1; i < nodes.size(); ++i) {
    own[nodes[i].parent].before -= difference.changes[i].before;
    own[nodes[i].parent].after -= difference.changes[i].after;
  }
  std::string text;
  ForEachPath(difference.tree, [&](uint32_t node, std::string_view path) {
    if (own[node].before + own[node].after == 0) return;
    absl::StrAppend(&text, std::string(path), " ", own[node].before, " ",
                    own[node].after, "\n");
  });
  return text;
}

}  // namespace knotestat::flame
