// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/scaling_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/bootstrap.h"

namespace knotestat::analysis {
namespace {

constexpr size_t kMostTerms = 3;
using Terms = std::array<double, kMostTerms>;

constexpr double kNsPerUs = 1000;

// A model as a sum of terms, each a coefficient times a function of the CPUs.
struct Model {
  const char* name;
  size_t terms;
  size_t min_points;
  std::array<const char*, kMostTerms> parameters;
  Terms (*basis)(double cpus);
  Terms (*parameters_of)(const Terms& coefficients);
};

constexpr Model kUsl = {
    "usl",
    3,
    kMinUslPoints,
    {"gamma_per_us", "alpha", "beta"},
    [](double n) {
      return Terms{1, n - 1, n * (n - 1)};
    },
    [](const Terms& c) {
      return Terms{kNsPerUs / c[0], c[1] / c[0], c[2] / c[0]};
    }};

constexpr Model kQueue = {"queue",
                          2,
                          kMinQueuePoints,
                          {"private_ns", "service_ns", ""},
                          [](double n) {
                            return Terms{1, n - 1, 0};
                          },
                          [](const Terms& c) { return c; }};

double Sum(const Model& model, const Terms& coefficients, double cpus) {
  const Terms basis = model.basis(cpus);
  double sum = 0;
  for (size_t i = 0; i < model.terms; ++i) sum += coefficients[i] * basis[i];
  return sum;
}

struct Sample {
  double cpus;
  double ns;
};

// Normal equations of the relative error.
struct Equations {
  std::array<Terms, kMostTerms> left{};
  Terms right{};
};

Equations EquationsOf(const Model& model, std::span<const Sample> samples) {
  Equations equations;
  for (const Sample& sample : samples) {
    const Terms basis = model.basis(sample.cpus);
    for (size_t i = 0; i < model.terms; ++i) {
      for (size_t j = 0; j < model.terms; ++j)
        equations.left[i][j] += basis[i] * basis[j] / (sample.ns * sample.ns);
      equations.right[i] += basis[i] / sample.ns;
    }
  }
  return equations;
}

// Solves for the terms in `used` (bits), the others being 0: Gauss-Jordan, the
// matrix is positive definite. Absent if it is singular.
std::optional<Terms> Solve(Equations equations, size_t terms, unsigned used) {
  const auto is_used = [&](size_t i) { return (used >> i & 1) != 0; };
  const auto original = equations.left;
  for (size_t pivot = 0; pivot < terms; ++pivot) {
    if (!is_used(pivot)) continue;
    const double diagonal = equations.left[pivot][pivot];
    if (!(diagonal > 1e-12 * original[pivot][pivot])) return std::nullopt;
    for (size_t row = 0; row < terms; ++row) {
      if (row == pivot || !is_used(row)) continue;
      const double factor = equations.left[row][pivot] / diagonal;
      for (size_t column = 0; column < terms; ++column)
        equations.left[row][column] -= factor * equations.left[pivot][column];
      equations.right[row] -= factor * equations.right[pivot];
    }
  }
  Terms solution{};
  for (size_t i = 0; i < terms; ++i) {
    if (is_used(i)) solution[i] = equations.right[i] / equations.left[i][i];
  }
  return solution;
}

// Least squares under the bound 0: the best of all choices of terms whose
// solution keeps it. The first term, the cost at one CPU, is always there.
Terms Fit(const Model& model, std::span<const Sample> samples) {
  const Equations equations = EquationsOf(model, samples);
  Terms best{};
  double best_error = INFINITY;
  for (unsigned used = 1; used < 1u << model.terms; used += 2) {
    const auto solution = Solve(equations, model.terms, used);
    if (!solution.has_value()) continue;
    if ((*solution)[0] <= 0 || (*solution)[1] < 0 || (*solution)[2] < 0)
      continue;
    double error = 0;
    for (const Sample& sample : samples) {
      const double off = Sum(model, *solution, sample.cpus) / sample.ns - 1;
      error += off * off;
    }
    if (error < best_error) {
      best_error = error;
      best = *solution;
    }
  }
  return best;
}

// The coefficients of a fit to the medians, and of one to each resample that is
// above 0 everywhere: launches that lie far apart make some that are not.
struct Fitted {
  Terms coefficients;
  std::vector<Terms> replicates;
  bool lost_many = false;  // so many that their interval would be too narrow
};

// The count that is least sure makes the whole interval as wide as its own.
double TailOf(std::span<const CurvePoint> curve) {
  double tail = curve.front().tail;
  for (const CurvePoint& point : curve) tail = std::min(tail, point.tail);
  return tail;
}

Fitted FitCurve(const Model& model, std::span<const CurvePoint> curve) {
  std::vector<Sample> samples;
  for (const CurvePoint& point : curve)
    samples.push_back({static_cast<double>(point.cpus), point.ns});
  Fitted fitted{Fit(model, samples), {}};
  const size_t draws = curve.front().replicates.size();
  for (size_t i = 0; i < draws; ++i) {
    for (size_t point = 0; point < curve.size(); ++point)
      samples[point].ns = curve[point].replicates[i];
    if (std::all_of(samples.begin(), samples.end(),
                    [](const Sample& sample) { return sample.ns > 0; }))
      fitted.replicates.push_back(Fit(model, samples));
  }
  fitted.lost_many = static_cast<double>(draws - fitted.replicates.size()) >
                     TailOf(curve) * static_cast<double>(draws);
  return fitted;
}

template <typename Figure>
record::Estimate EstimateOf(const Fitted& fitted, double tail, Figure figure) {
  const double middle = figure(fitted.coefficients);
  std::vector<double> replicates;
  for (const Terms& terms : fitted.replicates)
    replicates.push_back(figure(terms));
  if (replicates.empty()) return {middle, middle, middle};
  return IntervalOf(middle, std::move(replicates), tail);
}

struct ModelFit {
  record::ScalingFit fit;
  Fitted fitted;
};

ModelFit FitModel(const Model& model, std::span<const CurvePoint> curve) {
  ModelFit result;
  record::ScalingFit& fit = result.fit;
  fit.model = model.name;
  if (curve.size() < model.min_points) {
    fit.refused = "its " + std::to_string(model.terms) + " parameters need " +
                  std::to_string(model.min_points) + " CPU counts; " +
                  std::to_string(curve.size()) + " were measured";
    return result;
  }
  result.fitted = FitCurve(model, curve);
  const double tail = TailOf(curve);
  for (size_t i = 0; i < model.terms; ++i) {
    fit.parameters.push_back(
        {model.parameters[i],
         EstimateOf(result.fitted, tail, [&](const Terms& terms) {
           return model.parameters_of(terms)[i];
         })});
  }
  double sum = 0;
  for (const CurvePoint& point : curve) {
    const double fitted = Sum(model, result.fitted.coefficients, point.cpus);
    const double residual = std::abs(fitted / point.ns - 1);
    fit.points.push_back({point.cpus, point.ns, fitted});
    fit.worst_residual = std::max(fit.worst_residual, residual);
    sum += residual;
  }
  fit.mean_residual = sum / static_cast<double>(curve.size());
  if (fit.worst_residual > kMaxScalingError)
    fit.warnings.push_back(record::ScalingWarning::kMissesPoint);
  return result;
}

record::Estimate CostThere(const Model& model, const ModelFit& fit, int cpus,
                           double tail) {
  return EstimateOf(fit.fitted, tail, [&](const Terms& terms) {
    return Sum(model, terms, cpus);
  });
}

// How far it may be used, and what it says there.
void Bound(const Model& model, std::span<const CurvePoint> curve,
           ModelFit* fit) {
  const double tail = TailOf(curve);
  const int measured = curve.back().cpus;
  const int twice = kMaxExtrapolation * measured;
  const record::Estimate there = CostThere(model, *fit, twice, tail);
  if (fit->fitted.lost_many || there.hi > kMaxIntervalRatio * there.lo)
    fit->fit.warnings.push_back(record::ScalingWarning::kWideInterval);
  const bool believed = fit->fit.warnings.empty();
  fit->fit.valid_to_cpus = believed ? twice : measured;
  fit->fit.ns_per_op_there =
      believed ? there : CostThere(model, *fit, measured, tail);
}

}  // namespace

std::vector<record::ScalingFit> FitModels(std::span<const CurvePoint> curve) {
  ModelFit usl = FitModel(kUsl, curve);
  ModelFit queue = FitModel(kQueue, curve);
  const bool both = usl.fit.refused.empty() && queue.fit.refused.empty();
  if (both) {
    const int twice = kMaxExtrapolation * curve.back().cpus;
    const double a = CostAt(usl.fit, twice), b = CostAt(queue.fit, twice);
    if (std::max(a, b) > (1 + kMaxScalingError) * std::min(a, b)) {
      usl.fit.warnings.push_back(record::ScalingWarning::kModelsDisagree);
      queue.fit.warnings.push_back(record::ScalingWarning::kModelsDisagree);
    }
  }
  if (usl.fit.refused.empty()) Bound(kUsl, curve, &usl);
  if (queue.fit.refused.empty()) Bound(kQueue, curve, &queue);
  return {std::move(usl.fit), std::move(queue.fit)};
}

double CostAt(const record::ScalingFit& fit, int cpus) {
  const auto parameter = [&](size_t i) {
    return fit.parameters[i].estimate.median;
  };
  const double n = cpus;
  if (fit.model == kQueue.name) return parameter(0) + parameter(1) * (n - 1);
  return kNsPerUs / parameter(0) *
         (1 + parameter(1) * (n - 1) + parameter(2) * n * (n - 1));
}

}  // namespace knotestat::analysis
