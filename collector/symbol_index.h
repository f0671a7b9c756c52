// The symbol table of a module, sorted by address.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_SYMBOL_INDEX_H_
#define KNOTESTAT_COLLECTOR_SYMBOL_INDEX_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/interval_index.h"

struct Dwfl_Module;

namespace knotestat::collector {

// Answers as dwfl_module_addrinfo() of libdw 0.188 does, which reads the whole
// table for each address: of the symbols that hold an address, the nearest
// global one, and where there is none the nearest local one. A label, which has
// no size, holds what follows it in its section up to the next symbol.
// (Architectures whose function symbols point to descriptors are left out.)
//
// The table is read when this is made, about 70 bytes for each symbol. Must not
// outlive the module. Not thread-safe.
class SymbolIndex {
 public:
  struct Symbol {
    uint64_t begin = 0;
    uint64_t size = 0;  // bytes; 0 if it is a label
    const char* name = nullptr;
    uint8_t rank = 0;  // higher binds more widely
    bool is_absolute = false;
    bool is_variable = false;
  };

  explicit SymbolIndex(Dwfl_Module* module);

  // The symbol that holds `address`; null if there is none.
  const Symbol* Find(uint64_t address) const;

  // ReadableName() of its name (collector/frame_name.h), kept once asked for.
  const std::string& NameOf(const Symbol& symbol);

 private:
  void Read(int first, int end);
  std::vector<Interval> Intervals() const;
  uint32_t Pick(const IntervalIndex::Holders& holders) const;
  bool SameSection(uint64_t a, uint64_t b) const;

  Dwfl_Module* const module_;
  std::vector<Symbol> symbols_;  // in the order of libdw's search
  uint32_t globals_ = 0;         // how many of them, the first, are global
  // Positions in symbols_; beyond its size, those of labels and addresses after
  // their own.
  IntervalIndex holders_;
  std::unordered_map<const char*, std::string> names_;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_SYMBOL_INDEX_H_
