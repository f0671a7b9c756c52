// SPDX-License-Identifier: BSD-2-Clause
#include "probes/on_cpu/sampling_rate.h"

#include <algorithm>

namespace knotestat::probes {
namespace {

// The mean of fewer is moved too much by one that an interrupt hit.
constexpr uint64_t kEnoughSamples = 16;

}  // namespace

void SamplingRate::Calibrate(double cost_ns, double handling_ns) {
  handling_ns_ = handling_ns;
  outside_ns_ = std::max(0.0, cost_ns - handling_ns);
}

void SamplingRate::Saw(uint64_t samples, uint64_t handling_ns) {
  new_samples_ += samples;
  new_handling_ns_ += handling_ns;
  if (new_samples_ < kEnoughSamples) return;
  handling_ns_ =
      static_cast<double>(new_handling_ns_) / static_cast<double>(new_samples_);
  new_samples_ = new_handling_ns_ = 0;
}

double SamplingRate::cost_ns() const { return outside_ns_ + handling_ns_; }

int SamplingRate::hz() const {
  const double affordable = kMostShare * 1e9 / std::max(1.0, cost_ns());
  return static_cast<int>(
      std::clamp(affordable, 1.0, static_cast<double>(most_hz_)));
}

}  // namespace knotestat::probes
