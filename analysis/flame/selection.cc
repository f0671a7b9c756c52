// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/selection.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace knotestat::flame {
namespace {

// OK if `wanted` is empty or one of `known`.
absl::Status CheckName(const char* what, const std::string& wanted,
                       std::vector<std::string> known) {
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
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
std::string FramesOf(const record::Stack& stack, const std::string& strategy,
                     const Selection& selection) {
  std::string frames;
  const auto add_root = [&](const std::string& name) {
    absl::StrAppend(&frames, name, ";");
  };
  const auto missing = [&](const char* what) {
    return stack.events == 0 ? absl::StrCat("[", what, " not recorded]")
                             : absl::StrCat("[no ", what, "]");
  };
  if (selection.strategy_root) add_root(strategy);
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

// The scopes of each strategy.
std::map<std::string, std::set<std::string>> ScopesOf(const record::Run& run) {
  std::map<std::string, std::set<std::string>> scopes;
  for (const record::Cell& cell : run.cells)
    scopes[cell.strategy].insert(cell.scope);
  return scopes;
}

// With `strategy` as NAME:SCOPE where it is one of several scopes.
struct SelectedCell {
  int id = 0;
  std::string strategy;
};

using Visit = std::function<absl::Status(const record::Stack& stack,
                                         const SelectedCell& cell)>;

// Calls `visit` with each row that matches.
absl::Status ForEachSelected(const record::Run& run, const Selection& selection,
                             const Visit& visit) {
  if (selection.kind != "on_cpu" && selection.kind != "off_cpu" &&
      selection.kind != "blame") {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown kind of stacks '", selection.kind,
                     "'; known are on_cpu, off_cpu and blame"));
  }
  std::vector<std::string> workloads;
  for (const record::Cell& cell : run.cells) workloads.push_back(cell.workload);
  absl::Status status =
      CheckName("strategy", selection.strategy, StrategiesOf(run));
  status.Update(CheckName("workload", selection.workload, workloads));
  if (!status.ok()) return status;
  const auto scopes = ScopesOf(run);
  std::map<int, SelectedCell> wanted;
  for (const record::Cell& cell : run.cells) {
    const std::string scoped = absl::StrCat(cell.strategy, ":", cell.scope);
    if ((selection.strategy.empty() || selection.strategy == cell.strategy ||
         selection.strategy == scoped) &&
        (selection.workload.empty() || selection.workload == cell.workload)) {
      wanted[cell.id] = {cell.id, scopes.at(cell.strategy).size() > 1
                                      ? scoped
                                      : cell.strategy};
    }
  }
  for (const record::Stack& stack : run.rows.stacks) {
    const auto cell = wanted.find(stack.cell);
    if (stack.kind != selection.kind || cell == wanted.end()) continue;
    if (status = visit(stack, cell->second); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status AddTo(StackTree& tree, const record::Stack& stack,
                   const SelectedCell& cell, const Selection& selection) {
  if (tree.Add(FramesOf(stack, cell.strategy, selection), stack.value))
    return absl::OkStatus();
  return absl::OutOfRangeError(
      "the sum of the stacks' values does not fit in 64 bits");
}

}  // namespace

std::vector<std::string> StrategiesOf(const record::Run& run) {
  std::vector<std::string> names;
  for (const auto& [strategy, scopes] : ScopesOf(run)) {
    names.push_back(strategy);
    if (scopes.size() == 1) continue;
    for (const std::string& scope : scopes)
      names.push_back(absl::StrCat(strategy, ":", scope));
  }
  return names;
}

absl::StatusOr<StackTree> SelectStacks(const record::Run& run,
                                       const Selection& selection) {
  StackTree tree;
  const absl::Status status = ForEachSelected(
      run, selection,
      [&](const record::Stack& stack, const SelectedCell& cell) {
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
      [&](const record::Stack& stack, const SelectedCell& cell) {
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
  if (run.cells.empty()) {
    return "Only truth workloads were played, which have wait chains instead: "
           "see `knotestat report`.";
  }
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
