// SPDX-License-Identifier: BSD-2-Clause
#include "collector/symbolizer.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "collector/frame_name.h"
#include "collector/module_snapshot.h"
#include "record/run.h"

namespace knotestat::collector {
namespace {

// The lines of /proc/self/maps that say where code may be: those of files (an
// ELF file's parts are needed together) and other executable memory. The rest
// changes all the time.
std::string ReadMaps() {
  // Not by pid: /proc may be that of an outer pid namespace.
  std::ifstream file("/proc/self/maps");
  std::string text;
  for (std::string line; std::getline(file, line);) {
    const size_t permissions = line.find(' ') + 1;
    const bool executable =
        line.size() > permissions + 2 && line[permissions + 2] == 'x';
    if (executable || line.find('/') != line.npos) text += line + "\n";
  }
  return text;
}

// Appends a frame, or several, to a folded stack.
void AppendFrame(std::string_view frame, std::string& folded) {
  if (!folded.empty()) folded += ';';
  folded += frame;
}

const std::string& UnknownKernelFrame() {
  static const std::string* frame = new std::string("[kernel]");
  return *frame;
}

}  // namespace

Symbolizer::Symbolizer(std::vector<std::string> debug_folders)
    : debug_folders_(std::move(debug_folders)) {
  Snapshot().IgnoreError();
}
Symbolizer::~Symbolizer() = default;

absl::Status Symbolizer::Snapshot() {
  std::string maps = ReadMaps();
  if (maps.empty()) {
    return absl::UnavailableError(
        "cannot read /proc/self/maps, so functions have no names; mount /proc "
        "(mount -t proc proc /proc)");
  }
  if (!snapshots_.empty() && snapshots_.back()->maps() == maps) {
    return absl::OkStatus();
  }
  snapshots_.push_back(
      std::make_unique<ModuleSnapshot>(std::move(maps), debug_folders_));
  user_.clear();
  folded_.clear();
  return absl::OkStatus();
}

const std::vector<std::string>& Symbolizer::UserFrames(uint64_t address) {
  auto [entry, is_new] = user_.try_emplace(address);
  if (is_new) entry->second = LookUp(address);
  return entry->second;
}

std::vector<std::string> Symbolizer::LookUp(uint64_t address) const {
  std::string location;
  for (auto i = snapshots_.rbegin(); i != snapshots_.rend(); ++i) {
    std::vector<std::string> functions = (*i)->Functions(address);
    if (!functions.empty()) return functions;
    if (location.empty()) location = (*i)->Location(address);
  }
  return {location.empty() ? "[unknown]"
                           : absl::StrCat("[unknown in ", location, "]")};
}

const std::string& Symbolizer::KernelFrame(uint64_t address) {
  if (!kernel_symbols_read_) ReadKernelSymbols();
  auto next = std::upper_bound(
      kernel_symbols_.begin(), kernel_symbols_.end(), address,
      [](uint64_t value, const auto& symbol) { return value < symbol.first; });
  if (next == kernel_symbols_.begin()) return UnknownKernelFrame();
  return std::prev(next)->second;
}

void Symbolizer::ReadKernelSymbols() {
  kernel_symbols_read_ = true;
  std::ifstream file("/proc/kallsyms");
  // "ffffffff81000000 T name [module]"
  for (std::string line; std::getline(file, line);) {
    const size_t type = line.find(' ') + 1;
    if (type == 0 || type + 2 >= line.size()) continue;
    uint64_t address = 0;
    if (!absl::SimpleHexAtoi(line.substr(0, type - 1), &address)) continue;
    if (address == 0) continue;  // hidden from us (kptr_restrict)
    if (std::string_view("tTwW").find(line[type]) == std::string_view::npos) {
      continue;
    }
    const size_t end = line.find_first_of(" \t", type + 2);
    kernel_symbols_.emplace_back(address,
                                 line.substr(type + 2, end - type - 2));
  }
  std::stable_sort(
      kernel_symbols_.begin(), kernel_symbols_.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::string Symbolizer::Fold(const probes::RawStack& stack) {
  if (stack.kind == "blame" && stack.user.empty())
    return "[nobody woke the writer]";
  std::string folded;
  if (stack.function != 0)
    AppendFrame(FoldedName(UserFrames(stack.function).back()) + "_[left]",
                folded);
  AppendUserFrames(stack.user, stack.kind != "on_cpu", folded);
  // The probe's own frames lie further in than the kernel's __schedule.
  size_t innermost = 0;
  for (size_t i = 0; i < stack.kernel.size() && stack.kind == "off_cpu"; ++i) {
    if (KernelFrame(stack.kernel[i]) == "__schedule") innermost = i;
  }
  for (size_t i = stack.kernel.size(); i > innermost; --i)
    AppendFrame(FoldedName(KernelFrame(stack.kernel[i - 1])) + "_[k]", folded);
  return folded;
}

void Symbolizer::AppendUserFrames(const std::vector<uint64_t>& addresses,
                                  bool after_call, std::string& folded) {
  for (size_t i = addresses.size(); i > 0; --i) {
    // A return address, and the address after a system call, may belong to
    // what follows: the call is before it.
    const bool before = after_call || i > 1;
    AppendFrame(FoldedFrames(addresses[i - 1] - (before ? 1 : 0)), folded);
  }
}

const std::string& Symbolizer::FoldedFrames(uint64_t address) {
  auto [entry, is_new] = folded_.try_emplace(address);
  if (!is_new) return entry->second;
  const std::vector<std::string>& functions = UserFrames(address);
  for (size_t i = functions.size(); i > 0; --i) {
    const bool inlined = i < functions.size();
    AppendFrame(FoldedName(functions[i - 1]) + (inlined ? "_[i]" : ""),
                entry->second);
  }
  return entry->second;
}

std::string Symbolizer::FoldUser(const std::vector<uint64_t>& addresses) {
  if (addresses.empty()) return "[stack lost]";
  std::string folded;
  AppendUserFrames(addresses, /*after_call=*/true, folded);
  return folded;
}

std::string Symbolizer::FoldWaker(const probes::RawStack& stack) {
  if (stack.kind != "off_cpu") return "";
  return stack.ended_by_thread ? FoldUser(stack.waker) : record::kNoThread;
}

std::string Symbolizer::FoldChain(const probes::RawChain& chain) {
  std::vector<std::string> lines;
  for (const probes::RawLink& link : chain.links) {
    std::string lock = link.lock == 0 ? "" : "futex";
    if (const auto name = Variable(link.lock)) lock += " " + FoldedName(*name);
    lines.push_back(
        absl::StrCat(FoldUser(link.waits), "\t", lock, "\t",
                     link.ended_by_thread ? FoldUser(link.wakes) : ""));
  }
  return absl::StrJoin(lines, "\n");
}

std::optional<std::string> Symbolizer::Variable(uint64_t address) const {
  for (auto i = snapshots_.rbegin(); i != snapshots_.rend(); ++i) {
    if (auto name = (*i)->Variable(address)) return name;
  }
  return std::nullopt;
}

}  // namespace knotestat::collector
