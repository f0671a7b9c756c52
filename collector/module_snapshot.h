// The modules of this process at one moment, with their symbols.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_MODULE_SNAPSHOT_H_
#define KNOTESTAT_COLLECTOR_MODULE_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct Dwfl;
struct Dwfl_Module;

namespace knotestat::collector {

// Files are opened at the first look-up, not before. Not thread-safe.
class ModuleSnapshot {
 public:
  // `maps` is the text of /proc/self/maps.
  explicit ModuleSnapshot(std::string maps);
  ~ModuleSnapshot();

  const std::string& maps() const { return maps_; }

  // The functions at `address`, innermost first; empty if unknown.
  std::vector<std::string> Functions(uint64_t address) const;

  // The variable whose memory holds `address`.
  std::optional<std::string> Variable(uint64_t address) const;

  // "FILE+0xOFFSET" of the mapping at `address`; empty if there is none.
  std::string Location(uint64_t address) const;

 private:
  struct Mapping {
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t offset = 0;  // in the file
    std::string file;     // base name; "anonymous memory" if there is no file
  };

  const std::string maps_;
  std::vector<Mapping> mappings_;
  Dwfl* dwfl_ = nullptr;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_MODULE_SNAPSHOT_H_
