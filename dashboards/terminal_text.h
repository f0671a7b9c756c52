// Text for a terminal: safe to print, as wide as intended.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_TERMINAL_TEXT_H_
#define KNOTESTAT_DASHBOARDS_TERMINAL_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace knotestat::dashboards {

// How the text report may look. All functions of this file are thread-safe.
struct TextStyle {
  bool color = false;    // ANSI escape sequences
  bool unicode = false;  // more than ASCII
};

enum class Paint { kPlain, kBold, kDim, kGood, kBad };

// `text` in that paint, or as it is without colour.
std::string Painted(std::string_view text, Paint paint, const TextStyle& style);

// `name` with control characters, invalid UTF-8 and, without style.unicode,
// everything beyond ASCII replaced by '?': no name can move the cursor.
std::string SafeText(std::string_view name, const TextStyle& style);

// SafeText() of each line of `text`, which stay lines.
std::string SafeLines(std::string_view text, const TextStyle& style);

// Columns that `text` takes on a terminal, escape sequences aside.
size_t DisplayWidth(std::string_view text);

// The beginning of safe `text`, and "~" in the last column if it is wider
// than `width` columns.
std::string Shorten(std::string_view text, size_t width);

// Safe `text` filled up with blanks on the right, or on the left.
std::string PadRight(std::string_view text, size_t width);
std::string PadLeft(std::string_view text, size_t width);

// Lines of at most `width` columns, broken between words, or within words
// that are longer than a line. Each line starts with `indent`, the first one
// with `first` instead.
std::vector<std::string> Wrap(std::string_view text, size_t width,
                              std::string_view first, std::string_view indent);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_TERMINAL_TEXT_H_
