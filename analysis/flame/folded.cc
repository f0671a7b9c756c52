// Folded stacks: text in and out. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/folded.h"

#include <charconv>
#include <functional>
#include <vector>

#include "absl/strings/str_cat.h"

namespace knotestat::flame {
namespace {

absl::Status BadLine(uint64_t line, const char* what) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", line, ": ", what,
                   "; expected frames separated by ';', a space and a count"));
}

void AppendName(std::string* out, std::string_view name) {
  for (char c : name) {
    if (c == '\n') {
      *out += "\\x0a";
    } else if (c == '\r') {
      *out += "\\x0d";
    } else {
      *out += c;
    }
  }
}

}  // namespace

absl::Status FoldedParser::Line(std::string_view line) {
  ++line_;
  if (line.empty()) return absl::OkStatus();
  const size_t space = line.rfind(' ');
  if (space == std::string_view::npos) return BadLine(line_, "no count");
  if (space == 0) return BadLine(line_, "no stack before the count");
  const std::string_view digits = line.substr(space + 1);
  uint64_t count = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error == std::errc::result_out_of_range) {
    return BadLine(line_, "the count does not fit in 64 bits");
  }
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return BadLine(line_, "no whole number after the last space");
  }
  if (!tree_->Add(line.substr(0, space), count)) {
    return BadLine(line_, "the sum of all counts does not fit in 64 bits");
  }
  return absl::OkStatus();
}

absl::Status FoldedParser::Feed(std::string_view piece) {
  return lines_.Feed(piece,
                     [this](std::string_view line) { return Line(line); });
}

absl::Status FoldedParser::Finish() {
  return lines_.Finish([this](std::string_view line) { return Line(line); });
}

absl::StatusOr<StackTree> ParseFolded(std::string_view text) {
  StackTree tree;
  FoldedParser parser(&tree);
  absl::Status status = parser.Feed(text);
  if (status.ok()) status = parser.Finish();
  if (!status.ok()) return status;
  return tree;
}

absl::StatusOr<StackTree> ReadFolded(const std::string& path) {
  StackTree tree;
  FoldedParser parser(&tree);
  absl::Status status = ReadPieces(
      path, [&](std::string_view piece) { return parser.Feed(piece); });
  if (!status.ok()) return status;
  status = parser.Finish();
  if (!status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat(path, ": ", status.message()));
  }
  return tree;
}

void ForEachPath(
    const StackTree& tree,
    const std::function<void(uint32_t node, std::string_view path)>& visit) {
  struct Visit {
    uint32_t node;
    size_t parent_bytes;  // of the parent's path
  };
  const OrderedChildren children(tree);
  // An explicit stack: a profile can be deeper than a thread's stack.
  std::vector<Visit> todo;
  std::string path;  // every frame after a ';', so the first byte is dropped
  const auto push_children = [&](uint32_t node) {
    const auto range = children.Of(node);
    for (auto it = range.rbegin(); it != range.rend(); ++it) {
      todo.push_back({*it, path.size()});
    }
  };
  push_children(StackTree::kRoot);
  while (!todo.empty()) {
    const Visit next = todo.back();
    todo.pop_back();
    path.resize(next.parent_bytes);
    path += ';';
    AppendName(&path, tree.Name(next.node));
    visit(next.node, std::string_view(path).substr(1));
    push_children(next.node);
  }
}

std::string PrintFolded(const StackTree& tree) {
  std::string text;
  ForEachPath(tree, [&](uint32_t node, std::string_view path) {
    const uint64_t self = tree.nodes()[node].self;
    if (self == 0) return;
    text.append(path);
    absl::StrAppend(&text, " ", self, "\n");
  });
  return text;
}

}  // namespace knotestat::flame
