// A table of text. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/table.h"

#include <algorithm>
#include <utility>

namespace knotestat::dashboards {
namespace {

constexpr size_t kIndent = 2;
constexpr size_t kGap = 2;

std::string WithoutTrailingBlanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

void Table::Column(std::string head, std::string above) {
  heads_.push_back(std::move(head));
  above_.push_back(std::move(above));
}

void Table::Row(std::vector<std::string> values, Paint paint) {
  values.resize(heads_.size(), "-");
  lines_.push_back({std::move(values), paint, false});
}

void Table::Heading(std::string text) {
  lines_.push_back({{std::move(text)}, Paint::kPlain, true});
}

size_t Table::ColumnWidth(size_t column) const {
  size_t width = DisplayWidth(heads_[column]);
  for (const Line& line : lines_) {
    if (line.heading) continue;
    width = std::max(width, DisplayWidth(line.values[column]));
  }
  return width;
}

// One past the columns from `first` on that belong under one heading.
size_t Table::GroupEnd(size_t first) const {
  size_t end = first + 1;
  while (!above_[first].empty() && end < heads_.size() &&
         above_[end] == above_[first]) {
    ++end;
  }
  return end;
}

// "------ 1 CPU ------" over the columns that share it.
std::string Table::AboveLine(const std::vector<size_t>& columns,
                             const std::vector<size_t>& widths) const {
  std::string line(kIndent, ' ');
  for (size_t i = 0; i < columns.size();) {
    const std::string& above = above_[columns[i]];
    size_t span = widths[columns[i]];
    size_t next = i + 1;
    for (; next < columns.size() && above_[columns[next]] == above; ++next) {
      span += kGap + widths[columns[next]];
    }
    if (above.empty()) {
      line.append(span, ' ');
    } else {
      const bool roomy = DisplayWidth(above) + 2 <= span;
      const std::string text = Shorten(roomy ? " " + above + " " : above, span);
      const size_t dashes = span - DisplayWidth(text);
      const char fill = dashes < 4 ? ' ' : '-';
      line.append(dashes / 2, fill).append(text);
      line.append(dashes - dashes / 2, fill);
    }
    line.append(kGap, ' ');
    i = next;
  }
  return WithoutTrailingBlanks(line);
}

std::string Table::TextLine(const std::vector<std::string>& values,
                            const std::vector<size_t>& columns,
                            const std::vector<size_t>& widths) const {
  std::string line(kIndent, ' ');
  for (size_t column : columns) {
    const std::string text = Shorten(values[column], widths[column]);
    line += column < keys_ ? PadRight(text, widths[column])
                           : PadLeft(text, widths[column]);
    line.append(kGap, ' ');
  }
  return WithoutTrailingBlanks(line);
}

std::vector<size_t> Table::NaturalWidths() const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < heads_.size(); ++i) widths.push_back(ColumnWidth(i));
  for (size_t i = keys_; i < heads_.size(); i = GroupEnd(i)) {
    size_t span = kGap * (GroupEnd(i) - i - 1);
    for (size_t j = i; j < GroupEnd(i); ++j) span += widths[j];
    const size_t needed = DisplayWidth(above_[i]);
    if (needed > span) widths[GroupEnd(i) - 1] += needed - span;
  }
  return widths;
}

std::vector<std::string> Table::Lines(size_t width,
                                      const TextStyle& style) const {
  std::vector<size_t> widths = NaturalWidths();
  // A number needs at least a third of the page beside the names of its row.
  const size_t key_room = width - std::min(width, kIndent + width / 3);
  size_t key_width = 0;
  for (size_t i = 0; i < keys_; ++i) {
    const size_t room =
        (key_room - std::min(key_room, key_width)) / (keys_ - i);
    const size_t most = room > kGap ? room - kGap : 1;
    widths[i] = std::min(widths[i], std::max<size_t>(most, 1));
    key_width += widths[i] + kGap;
  }
  const size_t room =
      std::max<size_t>(width - std::min(width, kIndent + key_width), 1);
  std::vector<std::string> lines;
  for (size_t first = keys_; first < heads_.size();) {
    std::vector<size_t> columns;
    for (size_t i = 0; i < keys_; ++i) columns.push_back(i);
    size_t used = 0;
    while (first < heads_.size()) {
      const size_t end = GroupEnd(first);
      size_t needed = used > 0 ? kGap : 0;
      for (size_t i = first; i < end; ++i) {
        widths[i] = std::min(widths[i], room);
        needed += widths[i] + (i > first ? kGap : 0);
      }
      if (used > 0 && used + needed > room) break;
      if (needed > room && end > first + 1) {  // wider than the page alone
        columns.push_back(first++);
        break;
      }
      used += needed;
      for (; first < end; ++first) columns.push_back(first);
    }
    const std::string above = AboveLine(columns, widths);
    if (!above.empty()) lines.push_back(Painted(above, Paint::kDim, style));
    lines.push_back(
        Painted(TextLine(heads_, columns, widths), Paint::kBold, style));
    for (const Line& line : lines_) {
      if (line.heading) {
        const std::string text = "  " + line.values[0];
        lines.push_back(Painted(Shorten(text, width), Paint::kDim, style));
      } else {
        lines.push_back(
            Painted(TextLine(line.values, columns, widths), line.paint, style));
      }
    }
    if (first < heads_.size()) lines.push_back("");
  }
  return lines;
}

}  // namespace knotestat::dashboards
