// Names and values in a flame graph's SVG.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/svg_text.h"

#include <array>
#include <cstdio>

namespace knotestat::flame {
namespace {

// The bytes and the code of the UTF-8 character that `text` starts with; 0
// bytes if it starts with none.
struct Character {
  size_t bytes = 0;
  uint32_t code = 0;
};

Character FirstCharacter(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(0);
  if (text.empty()) return {};
  if (first < 0x80) return {1, first};
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  uint32_t code = first & (0x7fu >> bytes);
  if (first < 0xc2 || first > 0xf4) return {};
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast[bytes] || code > 0x10ffff || surrogate) return {};
  return {bytes, code};
}

// As above, but 0 also for what XML does not allow, or what would not be seen.
size_t CharacterBytes(std::string_view text) {
  const auto [bytes, code] = FirstCharacter(text);
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0) ||
                       code == 0xfffe || code == 0xffff;
  // Marks that reorder the text around them could make a name read as another.
  const bool reorders =
      (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return control || reorders ? 0 : bytes;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The base colours, and how they are told from each other.
constexpr uint32_t kOwn = 0x56b4e9;      // sky blue
constexpr uint32_t kKernel = 0xe69f00;   // orange
constexpr uint32_t kLibrary = 0x3fc39b;  // bluish green
constexpr uint32_t kUnknown = 0xb0b0b0;  // grey
constexpr uint32_t kOther = 0xf0e442;    // yellow

uint32_t BaseColor(std::string_view name) {
  if (name.ends_with("_[k]") || name.starts_with("[kernel")) return kKernel;
  if (name.empty() || name.starts_with("[")) return kUnknown;
  if (Contains(name, "knote") || Contains(name, "klist")) return kOwn;
  if (name.starts_with("__") || name.starts_with("pthread_") ||
      name.starts_with("std::") || Contains(name, "libc") ||
      Contains(name, "futex") || name == "start_thread" || name == "syscall") {
    return kLibrary;
  }
  return kOther;
}

std::string FormatDuration(double ns) {
  constexpr std::array<const char*, 4> kUnits = {"ns", "us", "ms", "s"};
  size_t unit = 0;
  while (ns >= 999.5 && unit + 1 < kUnits.size()) {
    ns /= 1000;
    ++unit;
  }
  char text[64];
  const int decimals = unit == 0 || ns >= 99.95 ? 0 : ns >= 9.995 ? 1 : 2;
  std::snprintf(text, sizeof text, "%.*f %s", decimals, ns, kUnits[unit]);
  return text;
}

}  // namespace

size_t Utf8Bytes(std::string_view text) { return FirstCharacter(text).bytes; }

std::string Printable(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  while (!name.empty()) {
    size_t bytes = CharacterBytes(name);
    if (bytes > 0) {
      text.append(name.substr(0, bytes));
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x",
                    static_cast<unsigned>(static_cast<unsigned char>(name[0])));
      text += escaped;
      bytes = 1;
    }
    name.remove_prefix(bytes);
  }
  return text;
}

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Elide(std::string_view printable, size_t limit) {
  if (limit < 3) return {};
  size_t characters = 0;
  size_t cut = printable.size();  // where the first limit - 2 characters end
  for (size_t i = 0; i < printable.size(); ++i) {
    if ((printable[i] & 0xc0) == 0x80) continue;
    if (characters == limit - 2) cut = i;
    if (++characters > limit) {
      return std::string(printable.substr(0, cut)) + "..";
    }
  }
  return std::string(printable);
}

std::string FormatValue(uint64_t value, std::string_view unit) {
  if (unit == "ns") return FormatDuration(static_cast<double>(value));
  std::string text = std::to_string(value);
  for (size_t i = text.size(); i > 3;) text.insert(i -= 3, 1, ',');
  return text.append(" ").append(unit);
}

std::string FrameColor(std::string_view name) {
  uint32_t hash = 2166136261u;  // FNV-1a, the same on every machine
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  const uint32_t white = (hash ^ hash >> 15) % 128;  // of 256 parts
  uint32_t color = 0;
  for (int shift = 16; shift >= 0; shift -= 8) {
    const uint32_t channel = BaseColor(name) >> shift & 0xff;
    color = color << 8 | (channel + (255 - channel) * white / 256);
  }
  char text[8];
  std::snprintf(text, sizeof text, "#%06x", color & 0xffffffu);
  return text;
}

}  // namespace knotestat::flame
