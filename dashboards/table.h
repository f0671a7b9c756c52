// A table of text with aligned columns that never gets wider than its page.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_TABLE_H_
#define KNOTESTAT_DASHBOARDS_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "dashboards/terminal_text.h"

namespace knotestat::dashboards {

// The first `keys` columns name a row and are aligned left; the others are
// numbers, aligned right. Columns that do not fit beside the keys continue in
// further tables below, which repeat the keys; columns under one heading stay
// together. Not thread-safe.
class Table {
 public:
  explicit Table(size_t keys) : keys_(keys) {}

  // Adds a column: `above` stands over neighbours that share it.
  void Column(std::string head, std::string above = "");

  // Adds a row; missing values show as "-".
  void Row(std::vector<std::string> values, Paint paint = Paint::kPlain);

  // Adds a line that heads the rows after it.
  void Heading(std::string text);

  // Lines of at most `width` columns, without blanks at their ends.
  std::vector<std::string> Lines(size_t width, const TextStyle& style) const;

 private:
  struct Line {
    std::vector<std::string> values;  // a single one for a heading
    Paint paint = Paint::kPlain;
    bool heading = false;
  };

  size_t ColumnWidth(size_t column) const;
  size_t GroupEnd(size_t first) const;
  std::vector<size_t> NaturalWidths() const;
  std::string AboveLine(const std::vector<size_t>& columns,
                        const std::vector<size_t>& widths) const;
  std::string TextLine(const std::vector<std::string>& values,
                       const std::vector<size_t>& columns,
                       const std::vector<size_t>& widths) const;

  size_t keys_;
  std::vector<std::string> heads_;
  std::vector<std::string> above_;
  std::vector<Line> lines_;
};

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_TABLE_H_
