// Folded stacks: text in and out. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/folded.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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

std::vector<std::string> Distinct(const record::Run& run,
                                  std::string record::Cell::*member) {
  std::vector<std::string> names;
  for (const record::Cell& cell : run.cells) names.push_back(cell.*member);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// OK if `wanted` is empty or one of the values of `member` in the run.
absl::Status CheckName(const record::Run& run, const char* what,
                       const std::string& wanted,
                       std::string record::Cell::*member) {
  const std::vector<std::string> known = Distinct(run, member);
  if (wanted.empty() ||
      std::find(known.begin(), known.end(), wanted) != known.end()) {
    return absl::OkStatus();
  }
  return absl::NotFoundError(absl::StrCat(
      "this result has no ", what, " '", wanted, "'; it has: ",
      known.empty() ? std::string("none") : absl::StrJoin(known, ", ")));
}

// What stands between angle brackets of our own functions goes. The names of
// others keep it: operators have brackets that nothing closes.
void DropArguments(std::string* folded) {
  std::string kept;
  size_t begin = 0;
  while (begin <= folded->size()) {
    const size_t end = std::min(folded->find(';', begin), folded->size());
    const auto name = std::string_view(*folded).substr(begin, end - begin);
    if (begin > 0) kept += ';';
    int depth = 0;
    for (const char c : name) {
      if (c == '>' && depth > 0) --depth;
      if (depth == 0 || !name.starts_with("knote::")) kept += c;
      if (c == '<') ++depth;
    }
    begin = end + 1;
  }
  *folded = std::move(kept);
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

absl::StatusOr<StackTree> SelectStacks(const record::Run& run,
                                       const Selection& selection) {
  if (selection.kind != "on_cpu" && selection.kind != "off_cpu" &&
      selection.kind != "blame") {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown kind of stacks '", selection.kind,
                     "'; known are on_cpu, off_cpu and blame"));
  }
  absl::Status status =
      CheckName(run, "strategy", selection.strategy, &record::Cell::strategy);
  status.Update(
      CheckName(run, "workload", selection.workload, &record::Cell::workload));
  if (!status.ok()) return status;
  std::map<int, std::string_view> strategy_of;
  for (const record::Cell& cell : run.cells) {
    const bool wanted =
        (selection.strategy.empty() || selection.strategy == cell.strategy) &&
        (selection.workload.empty() || selection.workload == cell.workload);
    if (wanted) strategy_of[cell.id] = cell.strategy;
  }
  StackTree tree;
  for (const record::Stack& stack : run.rows.stacks) {
    const auto cell = strategy_of.find(stack.cell);
    if (stack.kind != selection.kind || cell == strategy_of.end()) continue;
    std::string folded = stack.folded.empty() ? "[no stack]" : stack.folded;
    if (selection.without_arguments) DropArguments(&folded);
    if (!tree.Add(folded, stack.value,
                  selection.strategy_root ? cell->second : "")) {
      return absl::OutOfRangeError(
          "the sum of the stacks' values does not fit in 64 bits");
    }
  }
  return tree;
}

std::string WhyEmpty(const record::Run& run, const Selection& selection) {
  if (!run.context.bpf) {
    return absl::StrCat(
        "eBPF was not attached", run.context.bpf_reason.empty() ? "" : ": ",
        run.context.bpf_reason, "; `knotestat doctor` says how to get it.");
  }
  if (!run.finished) return "The run had not finished when this was made.";
  if (selection.kind == "blame")
    return "No klist_fini() waited while the probes were on.";
  return selection.kind == "off_cpu"
             ? "No thread left its CPU while the probes were on."
             : "The run was too short for the sampling frequency.";
}

}  // namespace knotestat::flame
