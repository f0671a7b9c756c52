// Names and values as they appear in a flame graph's SVG.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_SVG_TEXT_H_
#define KNOTESTAT_ANALYSIS_FLAME_SVG_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace knotestat::flame {

// Bytes of the UTF-8 character that `text` starts with; 0 if it starts with
// none.
size_t Utf8Bytes(std::string_view text);

// `name` as valid UTF-8 without control characters: each byte that is neither
// becomes \xHH, visible and unambiguous.
std::string Printable(std::string_view name);

// `text` with the five characters that mean something to XML replaced.
std::string EscapeXml(std::string_view text);

// The first characters of `printable` and ".." if it has more than `limit`
// characters; empty if fewer than three would fit.
std::string Elide(std::string_view printable, size_t limit);

// "1,234 samples" for unit "samples"; a duration with three significant
// digits, "12.3 ms", for unit "ns"; "1,234 UNIT" for any other.
std::string FormatValue(uint64_t value, std::string_view unit);

// A frame's fill, "#rrggbb". The hue says whose code it is (our own, kernel,
// C library, unknown, other), the shade comes from a hash of the name. The
// hues stay apart for colour-blind readers (Okabe and Ito's set).
std::string FrameColor(std::string_view name);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_SVG_TEXT_H_
