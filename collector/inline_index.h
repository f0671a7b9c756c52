// The functions that were inlined into others, by address.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_INLINE_INDEX_H_
#define KNOTESTAT_COLLECTOR_INLINE_INDEX_H_

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/interval_index.h"

struct Dwfl_Module;

namespace knotestat::collector {

// Reads the DWARF of a module, a compilation unit when an address of it is
// first asked for. Answers as dwarf_getscopes() of libdw does, which goes
// through all of the unit for each address.
//
// Keeps 16 bytes for each inlined call and at most 32 for each range of
// addresses of one, of units asked for, and the names that were asked for. Must
// not outlive the module. Not thread-safe.
class InlineIndex {
 public:
  explicit InlineIndex(Dwfl_Module* module);

  // Appends the names of the functions that were inlined at `address`,
  // innermost first: ReadableName() of the linkage name
  // (collector/frame_name.h), or what DWARF calls them.
  void AppendFunctions(uint64_t address, std::vector<std::string>& names);

 private:
  // A call that was replaced by the function's code.
  struct Call {
    uint64_t function = 0;                   // offset of its DIE
    uint32_t caller = IntervalIndex::kNone;  // another Call, if that is one too
  };
  struct Unit {
    std::vector<Call> calls;
    IntervalIndex innermost;  // positions in calls
  };
  class UnitReader;

  Dwarf_Die* UnitAt(uint64_t address);
  void ReadUnitRanges();
  const Unit& Read(Dwarf_Die* unit);
  const std::string& NameOf(uint64_t function);

  Dwfl_Module* const module_;
  std::unordered_map<const void*, Unit> read_;       // by where its DIE lies
  std::unordered_map<uint64_t, std::string> names_;  // by Call::function
  // Only if the module has no table of its units' addresses.
  std::vector<Dwarf_Die*> units_;
  std::optional<IntervalIndex> unit_ranges_;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_INLINE_INDEX_H_
