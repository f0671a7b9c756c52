// Folded stacks: one line per stack, "a;b;c N", as FlameGraph, inferno and
// speedscope read and write them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_FOLDED_H_
#define KNOTESTAT_ANALYSIS_FLAME_FOLDED_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analysis/flame/lines.h"
#include "analysis/flame/stack_tree.h"

namespace knotestat::flame {

// Reads folded text that arrives in pieces; memory grows with the distinct
// stacks, not with the text. The count is what follows a line's last space;
// blank lines are skipped; "\r\n" ends a line too. Not thread-safe.
class FoldedParser {
 public:
  // Adds to `tree`, which must outlive the parser.
  explicit FoldedParser(StackTree* tree) : tree_(tree) {}

  // Errors (kInvalidArgument) name the line: no stack, no count, a count that
  // is no whole number or does not fit in 64 bits. Lines before it are added.
  absl::Status Feed(std::string_view piece);

  // Takes the last line, which may lack its line end.
  absl::Status Finish();

 private:
  absl::Status Line(std::string_view line);

  StackTree* tree_;
  LineSplitter lines_;
  uint64_t line_ = 0;
};

// The tree of a folded text.
absl::StatusOr<StackTree> ParseFolded(std::string_view text);

// The tree of a folded file. Errors name the file, and the line if there is
// one.
absl::StatusOr<StackTree> ReadFolded(const std::string& path);

// Calls `visit` with each node but the root and its stack, "a;b;c", siblings by
// name. A line end inside a name is given as \x0a.
void ForEachPath(
    const StackTree& tree,
    const std::function<void(uint32_t node, std::string_view path)>& visit);

// One line per distinct stack, sorted by name, so that equal trees print
// equal text. A line end inside a name is printed as \x0a.
std::string PrintFolded(const StackTree& tree);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_FOLDED_H_
