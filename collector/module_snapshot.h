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

struct Dwfl;
struct Dwfl_Module;

namespace knotestat::collector {

// A module's file is opened, and its symbols are sorted, when an address of it
// is first asked for; then the same for each of its compilation units. After
// that an address costs binary searches. Not thread-safe.
class ModuleSnapshot {
 public:
  // `maps` is the text of /proc/self/maps.
  explicit ModuleSnapshot(std::string maps);
  ~ModuleSnapshot();

  const std::string& maps() const { return maps_; }

  // The functions at `address`, innermost first; empty if unknown.
  std::vector<std::string> Functions(uint64_t address);

  // The variable whose memory holds `address`.
  std::optional<std::string> Variable(uint64_t address);

  // "FILE+0xOFFSET" of the mapping at `address`; empty if there is none.
  std::string Location(uint64_t address) const;

 private:
  struct Module;
  struct Mapping {
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t offset = 0;  // in the file
    std::string file;     // base name; "anonymous memory" if there is no file
  };

  // The module at `address`; null if there is none.
  Module* ModuleAt(uint64_t address);

  const std::string maps_;
  std::vector<Mapping> mappings_;
  Dwfl* dwfl_ = nullptr;
  std::unordered_map<Dwfl_Module*, std::unique_ptr<Module>> modules_;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_MODULE_SNAPSHOT_H_
