// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/phrases.h"

#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace knotestat::analysis {
namespace {

struct Unit {
  double size;
  const char* name;
};

constexpr std::array<Unit, 4> kTimes = {
    {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};

Unit TimeUnitOf(double ns) {
  for (const Unit& unit : kTimes) {
    if (std::fabs(ns) >= unit.size) return unit;
  }
  return kTimes.back();
}

std::string ThreeDigits(double value) {
  const double size = std::fabs(value);
  const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return absl::StrFormat("%.*f", decimals, value);
}

}  // namespace

std::string Duration(double ns) {
  const Unit unit = TimeUnitOf(ns);
  return absl::StrCat(ThreeDigits(ns / unit.size), " ", unit.name);
}

std::string DurationWithInterval(const record::Estimate& estimate) {
  const Unit unit = TimeUnitOf(estimate.median);
  return absl::StrCat(ThreeDigits(estimate.median / unit.size), " ", unit.name,
                      " [", ThreeDigits(estimate.lo / unit.size), " to ",
                      ThreeDigits(estimate.hi / unit.size), "]");
}

std::string LatencyWithInterval(const record::Estimate& estimate) {
  const Unit unit = TimeUnitOf(estimate.median);
  const auto end = [&](double ns) {
    return IsUnknownEnd(ns, estimate.median) ? "?"
                                             : ThreeDigits(ns / unit.size);
  };
  return absl::StrCat(ThreeDigits(estimate.median / unit.size), " ", unit.name,
                      " [", end(estimate.lo), " to ", end(estimate.hi), "]");
}

bool IsUnknownEnd(double end, double median) {
  constexpr double kUnknownFactor = 100;
  return end * kUnknownFactor < median || median * kUnknownFactor < end;
}

std::string Size(double bytes) {
  constexpr double kKibi = 1024;
  if (bytes < kKibi) return absl::StrFormat("%.0f B", bytes);
  if (bytes < kKibi * kKibi) return absl::StrFormat("%.1f KiB", bytes / kKibi);
  return absl::StrFormat("%.1f MiB", bytes / kKibi / kKibi);
}

std::string CpuCount(int cpus) {
  return absl::StrCat(cpus, cpus == 1 ? " CPU" : " CPUs");
}

std::string Enumerate(const std::vector<std::string>& items) {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

}  // namespace knotestat::analysis
