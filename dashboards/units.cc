// Numbers as people read them. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace knotestat::dashboards {
namespace {

std::string Fixed(double value, int decimals) {
  std::array<char, 352> text;  // the largest double in full, and its sign
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

}  // namespace

std::string ShortestDigits(double value) {
  std::array<char, 32> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end.ptr};
}

std::string Decimals(double value, int decimals) {
  const std::string text = Fixed(value, decimals);
  const bool zero = text.find_first_of("123456789") == std::string::npos;
  return zero && text.starts_with('-') ? text.substr(1) : text;
}

std::string ThreeDigits(double value) {
  if (!std::isfinite(value)) return "-";
  if (value == 0) return "0";
  // The exponent after rounding to three digits: 9.996 counts as 10.0.
  std::array<char, 32> scientific;
  std::snprintf(scientific.data(), scientific.size(), "%.2e", value);
  const std::string text = scientific.data();
  const int exponent = std::stoi(text.substr(text.find('e') + 1));
  // Finer than a thousandth says nothing; "0.0000123" is hard to read.
  return Fixed(value, std::clamp(2 - exponent, 0, 5));
}

std::string FormatNs(double ns, const char* gap) {
  constexpr std::array<const char*, 4> kUnits = {"ns", "us", "ms", "s"};
  size_t unit = 0;
  while (std::abs(ns) >= 999.5 && unit + 1 < kUnits.size()) {
    ns /= 1000;
    ++unit;
  }
  if (unit == 0 && std::abs(ns) < 0.0005) return "0" + std::string(gap) + "ns";
  return ThreeDigits(ns) + gap + kUnits[unit];
}

std::string FormatNs(const std::optional<double>& ns, const char* gap) {
  return ns.has_value() ? FormatNs(*ns, gap) : "-";
}

std::string FormatBytes(double bytes) {
  constexpr std::array<const char*, 4> kUnits = {"B", "KiB", "MiB", "GiB"};
  size_t unit = 0;
  while (std::abs(bytes) >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return (unit == 0 ? FormatCount(bytes) : ThreeDigits(bytes)) + " " +
         kUnits[unit];
}

std::string FormatCount(double count) {
  if (std::abs(count) < 1000 && count != std::floor(count)) {
    return ThreeDigits(count);
  }
  std::string text = Fixed(count, 0);
  const size_t first = text.starts_with('-') ? 1 : 0;
  for (size_t i = text.size(); i > first + 3;) text.insert(i -= 3, 1, ',');
  return text;
}

std::string FormatPercent(double fraction) {
  return (fraction > 0 ? "+" : "") + Decimals(100 * fraction, 2) + " %";
}

}  // namespace knotestat::dashboards
