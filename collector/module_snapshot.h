// The modules of this process at one moment, with their symbols.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_MODULE_SNAPSHOT_H_
#define KNOTESTAT_COLLECTOR_MODULE_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/module_files.h"

struct Dwfl;
struct Dwfl_Module;

namespace knotestat::collector {

// Where the symbols of modules are.
struct ModuleSources {
  ModuleFiles files;
  std::vector<std::string> debug_folders;  // collector/debug_file.h
};

// A module's file is opened, and its symbols are sorted, when an address of it
// is first asked for; then the same for each of its compilation units. After
// that an address costs binary searches. Not thread-safe.
class ModuleSnapshot {
 public:
  // `maps` is the text of /proc/self/maps. Modules without symbols or DWARF of
  // their own have them from `debug_folders`.
  ModuleSnapshot(std::string maps, std::vector<std::string> debug_folders);
  ~ModuleSnapshot();

  const std::string& maps() const { return maps_; }

  // The functions at `address`, innermost first; empty if unknown.
  std::vector<std::string> Functions(uint64_t address);

  // The variable whose memory holds `address`.
  std::optional<std::string> Variable(uint64_t address);

  // As that of ModuleFiles.
  std::string Location(uint64_t address) const;

 private:
  struct Module;

  // The module at `address`; null if there is none.
  Module* ModuleAt(uint64_t address);

  const std::string maps_;
  ModuleSources sources_;
  Dwfl* dwfl_ = nullptr;
  std::unordered_map<Dwfl_Module*, std::unique_ptr<Module>> modules_;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_MODULE_SNAPSHOT_H_
