// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/selection.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace knotestat::flame {
namespace {

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

void DropInlined(std::string* folded) {
  const auto stays = [](absl::string_view name) {
    return !absl::EndsWith(name, "_[i]");
  };
  *folded = absl::StrJoin(absl::StrSplit(*folded, ';', stays), ";");
}

// The frames of `folded` the other way round.
std::string Reversed(std::string_view folded) {
  std::string reversed;
  while (true) {
    const size_t last = folded.rfind(';');
    reversed += folded.substr(last == folded.npos ? 0 : last + 1);
    if (last == folded.npos) return reversed;
    reversed += ';';
    folded = folded.substr(0, last);
  }
}

// The whole stack of a row, with its roots. Older files do not say which thread
// and CPU it was, and what nobody did has none.
std::string FramesOf(const record::Stack& stack, const record::Cell& cell,
                     const Selection& selection) {
  std::string frames;
  const auto add_root = [&](const std::string& name) {
    absl::StrAppend(&frames, name, ";");
  };
  const auto missing = [&](const char* what) {
    return stack.events == 0 ? absl::StrCat("[", what, " not recorded]")
                             : absl::StrCat("[no ", what, "]");
  };
  if (selection.strategy_root) add_root(cell.strategy);
  if (selection.thread_root)
    add_root(stack.thread.empty() ? missing("thread") : stack.thread);
  if (selection.cpu_root)
    add_root(stack.cpu < 0 ? missing("CPU") : absl::StrCat("CPU ", stack.cpu));
  frames += stack.folded.empty() ? "[no stack]" : stack.folded;
  if (selection.wakers && !stack.waker.empty())
    absl::StrAppend(&frames, ";", kWokenBy, ";", Reversed(stack.waker));
  if (!selection.inlined) DropInlined(&frames);
  if (selection.without_arguments) DropArguments(&frames);
  return frames;
}

using Visit = std::function<absl::Status(const record::Stack& stack,
                                         const record::Cell& cell)>;

// Calls `visit` with each row that matches.
absl::Status ForEachSelected(const record::Run& run, const Selection& selection,
                             const Visit& visit) {
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
  std::map<int, const record::Cell*> wanted;
  for (const record::Cell& cell : run.cells) {
    if ((selection.strategy.empty() || selection.strategy == cell.strategy) &&
        (selection.workload.empty() || selection.workload == cell.workload))
      wanted[cell.id] = &cell;
  }
  for (const record::Stack& stack : run.rows.stacks) {
    const auto cell = wanted.find(stack.cell);
    if (stack.kind != selection.kind || cell == wanted.end()) continue;
    if (status = visit(stack, *cell->second); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status AddTo(StackTree& tree, const record::Stack& stack,
                   const record::Cell& cell, const Selection& selection) {
  if (tree.Add(FramesOf(stack, cell, selection), stack.value))
    return absl::OkStatus();
  return absl::OutOfRangeError(
      "the sum of the stacks' values does not fit in 64 bits");
}

}  // namespace

absl::StatusOr<StackTree> SelectStacks(const record::Run& run,
                                       const Selection& selection) {
  StackTree tree;
  const absl::Status status = ForEachSelected(
      run, selection,
      [&](const record::Stack& stack, const record::Cell& cell) {
        return AddTo(tree, stack, cell, selection);
      });
  if (!status.ok()) return status;
  return tree;
}

absl::StatusOr<std::vector<Part>> SelectParts(const record::Run& run,
                                              const Selection& selection) {
  std::map<std::pair<int, int>, StackTree> parts;
  const absl::Status status = ForEachSelected(
      run, selection,
      [&](const record::Stack& stack, const record::Cell& cell) {
        if (stack.events == 0 && stack.value != 0) {
          return absl::FailedPreconditionError(
              "this result is of an older knotestat, which did not record how "
              "much times vary: measure it again to compare them");
        }
        return AddTo(parts[{stack.cell, stack.part}], stack, cell, selection);
      });
  if (!status.ok()) return status;
  std::vector<Part> list;
  for (auto& [key, tree] : parts) list.push_back({key.first, std::move(tree)});
  return list;
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
