// Addresses of this process and of the kernel to names, and stacks to folded
// stacks.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_SYMBOLIZER_H_
#define KNOTESTAT_COLLECTOR_SYMBOLIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "collector/debug_file.h"
#include "probes/probe.h"

namespace knotestat::collector {

class ModuleSnapshot;

// Reads ELF symbols and DWARF through libdw, so functions that were inlined
// have frames of their own. Everything is cached. Not thread-safe.
class Symbolizer {
 public:
  // Takes the first snapshot. Where a module has no symbols or DWARF they are
  // looked for in `debug_folders`.
  explicit Symbolizer(std::vector<std::string> debug_folders = DebugFolders());
  ~Symbolizer();
  Symbolizer(const Symbolizer&) = delete;
  Symbolizer& operator=(const Symbolizer&) = delete;

  // Notes the modules that are loaded now. Those of earlier snapshots stay
  // known, so call it before a dlclose() whose code may be in stacks; where two
  // snapshots differ about an address, the later one is believed. Cheap if
  // nothing changed. kUnavailable if /proc/self/maps cannot be read.
  absl::Status Snapshot();

  // The functions at `address`, innermost first: those inlined there, then the
  // one that contains it. Short names (collector/frame_name.h). Unknown:
  // "[unknown in FILE+0xOFFSET]", where FILE may be followed by " (changed)"
  // (collector/module_files.h), or "[unknown]" if nothing is mapped there.
  const std::vector<std::string>& UserFrames(uint64_t address);

  // The kernel function at `address`, or "[kernel]" if /proc/kallsyms does not
  // tell us.
  const std::string& KernelFrame(uint64_t address);

  // `stack` as one line: root first, frames separated by ';', the kernel's
  // ending in "_[k]", those of inlined functions in "_[i]". Of an off-CPU
  // stack, the frames of the probe itself, further in than __schedule, are
  // dropped. Empty if the stack is; but of the kind "blame" that is "[nobody
  // woke the writer]". Its first frame says what the thread had called last,
  // "FUNCTION_[left]".
  std::string Fold(const probes::RawStack& stack);

  // The stack that ended the sleeps of `stack`, of the kind "off_cpu":
  // record::kNoThread if no thread of ours did, "[stack lost]" if that is all
  // that is known. Empty for other kinds.
  std::string FoldWaker(const probes::RawStack& stack);

  // `chain` as record::WaitLink has it.
  std::string FoldChain(const probes::RawChain& chain);

  // The variable that holds `address`, if it is one of a loaded module.
  std::optional<std::string> Variable(uint64_t address) const;

 private:
  std::vector<std::string> LookUp(uint64_t address) const;
  // Appends the frames of a user stack. The innermost address is that of an
  // instruction, or `after_call` like the others.
  void AppendUserFrames(const std::vector<uint64_t>& addresses, bool after_call,
                        std::string& folded);
  // UserFrames() as part of a folded stack.
  const std::string& FoldedFrames(uint64_t address);
  // The frames of a user stack alone; "[stack lost]" if there are none.
  std::string FoldUser(const std::vector<uint64_t>& addresses);
  void ReadKernelSymbols();

  const std::vector<std::string> debug_folders_;
  std::vector<std::unique_ptr<ModuleSnapshot>> snapshots_;  // latest last
  std::unordered_map<uint64_t, std::vector<std::string>> user_;
  std::unordered_map<uint64_t, std::string> folded_;
  // First address and name, sorted.
  std::vector<std::pair<uint64_t, std::string>> kernel_symbols_;
  bool kernel_symbols_read_ = false;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_SYMBOLIZER_H_
