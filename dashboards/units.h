// Numbers as people read them: three significant digits and a fitting unit.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_UNITS_H_
#define KNOTESTAT_DASHBOARDS_UNITS_H_

#include <optional>
#include <string>

namespace knotestat::dashboards {

// `value` with three significant digits, without an exponent: "0.0123",
// "1.23", "12.3", "123", "12300". Thread-safe, as all of this file.
std::string ThreeDigits(double value);

// `value` with as many digits as it takes to read the same number again.
std::string ShortestDigits(double value);

// `value` with so many decimals; no "-0".
std::string Decimals(double value, int decimals);

// `ns` with the unit that keeps it below 1000: "1.23 ns", "45.6 us",
// "7.89 ms", "1.20 s". `gap` stands between number and unit.
std::string FormatNs(double ns, const char* gap = " ");

// "-" for what was not measured, FormatNs() of the rest.
std::string FormatNs(const std::optional<double>& ns, const char* gap = " ");

// "64 B", "1.50 KiB", "2.00 MiB".
std::string FormatBytes(double bytes);

// A whole number with its digits in groups of three: "1,234,567". A number
// that is not whole keeps three significant digits.
std::string FormatCount(double count);

// 0.0123 as "+1.23 %": two decimals, which is finer than any slowdown here.
std::string FormatPercent(double fraction);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_UNITS_H_
