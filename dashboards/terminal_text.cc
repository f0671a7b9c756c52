// Text for a terminal. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/terminal_text.h"

#include <algorithm>
#include <cstdint>

namespace knotestat::dashboards {
namespace {

struct Character {
  uint32_t code = 0;
  size_t bytes = 0;  // 0: no valid UTF-8
};

Character FirstCharacter(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xc2 || first > 0xf4) return {};
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  uint32_t code = first & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = bytes > 2 && code < (bytes == 3 ? 0x800u : 0x10000u);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (overlong || surrogate || code > 0x10ffff) return {};
  return {code, bytes};
}

// Controls, and marks that take no column or reorder what is around them.
bool IsUnsafe(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad ||
         (code >= 0x300 && code <= 0x36f) ||
         (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x206f) ||
         (code >= 0xfe00 && code <= 0xfe0f) || code == 0xfeff;
}

// The blocks that terminals show two columns wide.
bool IsWide(uint32_t code) {
  return (code >= 0x1100 && code <= 0x115f) ||
         (code >= 0x2e80 && code <= 0xa4cf) ||
         (code >= 0xac00 && code <= 0xd7a3) ||
         (code >= 0xf900 && code <= 0xfaff) ||
         (code >= 0xfe30 && code <= 0xfe6f) ||
         (code >= 0xff00 && code <= 0xff60) ||
         (code >= 0x1f300 && code <= 0x1faff) ||
         (code >= 0x20000 && code <= 0x3fffd);
}

// Bytes of the longest beginning of `text` that takes at most `width` columns.
size_t BytesWithin(std::string_view text, size_t width) {
  size_t columns = 0;
  for (size_t at = 0; at < text.size();) {
    const Character next = FirstCharacter(text.substr(at));
    columns += IsWide(next.code) ? 2 : 1;
    if (columns > width) return at;
    at += std::max<size_t>(next.bytes, 1);
  }
  return text.size();
}

// Bytes of the first word; a number keeps the "%" that follows it.
size_t WordBytes(std::string_view text) {
  size_t end = text.find(' ');
  if (text.substr(std::min(end, text.size())).starts_with(" %")) {
    end = text.find(' ', end + 1);
  }
  return std::min(end, text.size());
}

const char* EscapeSequence(Paint paint) {
  switch (paint) {
    case Paint::kBold:
      return "\x1b[1m";
    case Paint::kDim:
      return "\x1b[2m";
    case Paint::kGood:
      return "\x1b[1;36m";  // cyan and red: apart for colour-blind eyes
    case Paint::kBad:
      return "\x1b[1;31m";
    case Paint::kPlain:
      break;
  }
  return "";
}

}  // namespace

std::string Painted(std::string_view text, Paint paint,
                    const TextStyle& style) {
  if (!style.color || paint == Paint::kPlain || text.empty()) {
    return std::string(text);
  }
  return EscapeSequence(paint) + std::string(text) + "\x1b[0m";
}

std::string SafeText(std::string_view name, const TextStyle& style) {
  std::string text;
  while (!name.empty()) {
    const Character next = FirstCharacter(name);
    const bool shown = next.bytes > 0 && !IsUnsafe(next.code) &&
                       (style.unicode || next.code < 0x80);
    text.append(shown ? name.substr(0, next.bytes) : "?");
    name.remove_prefix(std::max<size_t>(next.bytes, 1));
  }
  return text;
}

std::string SafeLines(std::string_view text, const TextStyle& style) {
  std::string safe;
  while (true) {
    const size_t end = std::min(text.find('\n'), text.size());
    safe += SafeText(text.substr(0, end), style);
    if (end == text.size()) return safe;
    safe += '\n';
    text.remove_prefix(end + 1);
  }
}

size_t DisplayWidth(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    if (text[0] == '\x1b') {  // only Painted() makes these
      text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
      continue;
    }
    const Character next = FirstCharacter(text);
    columns += IsWide(next.code) ? 2 : 1;
    text.remove_prefix(std::max<size_t>(next.bytes, 1));
  }
  return columns;
}

std::string Shorten(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return {};
  return std::string(text.substr(0, BytesWithin(text, width - 1))) + "~";
}

std::string PadRight(std::string_view text, size_t width) {
  const size_t columns = DisplayWidth(text);
  return std::string(text) + std::string(width - std::min(width, columns), ' ');
}

std::string PadLeft(std::string_view text, size_t width) {
  const size_t columns = DisplayWidth(text);
  return std::string(width - std::min(width, columns), ' ') + std::string(text);
}

std::vector<std::string> Wrap(std::string_view text, size_t width,
                              std::string_view first, std::string_view indent) {
  std::vector<std::string> lines;
  std::string line(first);
  bool has_word = false;
  const auto finish = [&] {
    lines.push_back(line);
    line = indent;
    has_word = false;
  };
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) break;
    std::string_view word = text.substr(0, WordBytes(text));
    if (has_word && DisplayWidth(line) + 1 + DisplayWidth(word) > width) {
      finish();
    }
    const size_t used = DisplayWidth(line) + (has_word ? 1 : 0);
    const size_t room = std::max<size_t>(width - std::min(width, used), 1);
    // A character wider than the room still has to go somewhere.
    word = word.substr(0, std::max<size_t>(BytesWithin(word, room), 1));
    if (has_word) line += ' ';
    line += word;
    has_word = true;
    text.remove_prefix(word.size());
    if (!text.empty() && text[0] != ' ') finish();
  }
  if (has_word || lines.empty()) lines.push_back(line);
  return lines;
}

}  // namespace knotestat::dashboards
