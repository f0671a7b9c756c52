// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/preference.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/quantile.h"

namespace knotestat::analysis {
namespace {

double MedianOf(const std::vector<Tradeoff>& candidates,
                record::Estimate Tradeoff::*figure) {
  std::vector<double> values;
  for (const Tradeoff& candidate : candidates) {
    values.push_back((candidate.*figure).median);
  }
  return Median(values);
}

// What one ns of reading, one of detaching and one byte count for.
std::optional<Weights> CoefficientsOf(const std::vector<Tradeoff>& candidates,
                                      const Requirements& requirements) {
  if (requirements.reads_per_detach) {
    return Weights{*requirements.reads_per_detach, 1, 0};
  }
  if (!requirements.weights) return std::nullopt;
  const auto per_unit = [&](double weight, record::Estimate Tradeoff::*figure) {
    const double unit = MedianOf(candidates, figure);
    return unit > 0 ? weight / unit : weight;
  };
  return Weights{
      per_unit(requirements.weights->reader, &Tradeoff::reader_ns),
      per_unit(requirements.weights->klist_fini, &Tradeoff::klist_fini_ns),
      per_unit(requirements.weights->memory, &Tradeoff::bytes)};
}

double ScoreOf(const Tradeoff& candidate, const Weights& weights) {
  return weights.reader * candidate.reader_ns.median +
         weights.klist_fini * candidate.klist_fini_ns.median +
         weights.memory * candidate.bytes.median;
}

void MoveTo(record::Estimate& estimate, double median) {
  const double distance = median - estimate.median;
  estimate = {median, estimate.lo + distance, estimate.hi + distance};
}

}  // namespace

size_t Prefer(const std::vector<Tradeoff>& candidates,
              const Requirements& requirements) {
  const std::vector<size_t> front = ParetoFront(candidates);
  const auto weights = CoefficientsOf(candidates, requirements);
  if (!weights) return Recommend(candidates, front);
  return *std::min_element(front.begin(), front.end(), [&](size_t a, size_t b) {
    return ScoreOf(candidates[a], *weights) < ScoreOf(candidates[b], *weights);
  });
}

std::string LowestBy(const Requirements& requirements) {
  if (!requirements.reads_per_detach) return "lowest by the given weights";
  const double reads = *requirements.reads_per_detach;
  return absl::StrCat("least time for ",
                      reads == std::floor(reads)
                          ? absl::StrFormat("%.0f", reads)
                          : absl::StrCat(reads),
                      reads == 1 ? " read" : " reads", " and one detach");
}

double ShareOfDraws(const std::vector<Tradeoff>& candidates,
                    const std::vector<Replicates>& reader,
                    const std::vector<Replicates>& klist_fini, size_t best,
                    const Requirements& requirements) {
  int same = 0;
  for (size_t draw = 0; draw < kDecisionDraws; ++draw) {
    std::vector<Tradeoff> drawn = candidates;
    for (size_t i = 0; i < drawn.size(); ++i) {
      MoveTo(drawn[i].reader_ns, reader[i].values[draw]);
      if (klist_fini[i].values.empty()) continue;
      MoveTo(drawn[i].klist_fini_ns, klist_fini[i].values[draw]);
    }
    same += Prefer(drawn, requirements) == best;
  }
  return static_cast<double>(same) / kDecisionDraws;
}

std::vector<TurningPoint> TurningPointsOf(
    const std::vector<Tradeoff>& candidates, size_t best,
    const std::vector<std::string>& names) {
  std::optional<TurningPoint> fewer;
  std::optional<TurningPoint> more;
  const Tradeoff& own = candidates[best];
  for (const size_t i : ParetoFront(candidates)) {
    const double reads = candidates[i].reader_ns.median - own.reader_ns.median;
    const double detach =
        candidates[i].klist_fini_ns.median - own.klist_fini_ns.median;
    if (reads > 0 && detach < 0) {
      const double at = -detach / reads;
      if (!fewer || at > fewer->at) {
        fewer = {TurningPoint::Kind::kFewerReads, at, names[i]};
      }
    } else if (reads < 0 && detach > 0) {
      const double at = detach / -reads;
      if (!more || at < more->at) {
        more = {TurningPoint::Kind::kMoreReads, at, names[i]};
      }
    }
  }
  std::vector<TurningPoint> points;
  if (fewer) points.push_back(*fewer);
  if (more) points.push_back(*more);
  return points;
}

}  // namespace knotestat::analysis
