// SPDX-License-Identifier: BSD-2-Clause
#include "collector/symbol_index.h"

#include <elfutils/libdwfl.h>

#include <algorithm>
#include <limits>

#include "collector/frame_name.h"

namespace knotestat::collector {
namespace {

using Symbol = SymbolIndex::Symbol;

uint8_t RankOf(const GElf_Sym& symbol) {
  switch (GELF_ST_BIND(symbol.st_info)) {
    case STB_GLOBAL:
      return 3;
    case STB_WEAK:
      return 2;
    case STB_LOCAL:
      return 1;
    default:
      return 0;
  }
}

bool NamesAnAddress(const GElf_Sym& symbol) {
  const int type = GELF_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && type != STT_SECTION &&
         type != STT_FILE && type != STT_TLS;
}

uint64_t EndOf(const Symbol& symbol) {
  const uint64_t room = std::numeric_limits<uint64_t>::max() - symbol.begin;
  return symbol.begin + std::min(symbol.size, room);
}

// Whether `symbol` takes the place of `best`, which was found before. Both have
// sizes and hold the address in question.
bool IsBetter(const Symbol& symbol, const Symbol& best) {
  if (best.begin < symbol.begin || best.rank < symbol.rank) return true;
  return best.begin == symbol.begin && best.rank == symbol.rank &&
         best.size > symbol.size;
}

}  // namespace

SymbolIndex::SymbolIndex(Dwfl_Module* module) : module_(module) {
  const int count = dwfl_module_getsymtab(module);
  const int first_global = dwfl_module_getsymtab_first_global(module);
  if (count <= 0 || first_global < 0) return;
  Read(std::max(first_global, 1), count);
  globals_ = static_cast<uint32_t>(symbols_.size());
  Read(1, first_global);
  symbols_.shrink_to_fit();
  holders_ = IntervalIndex(
      Intervals(),
      [this](const IntervalIndex::Holders& holders) { return Pick(holders); });
}

void SymbolIndex::Read(int first, int end) {
  for (int i = first; i < end; ++i) {
    GElf_Sym entry;
    GElf_Addr address = 0;
    GElf_Word section = 0;
    const char* name = dwfl_module_getsym_info(module_, i, &entry, &address,
                                               &section, nullptr, nullptr);
    if (name == nullptr || *name == '\0' || !NamesAnAddress(entry)) continue;
    symbols_.push_back(
        {.begin = address,
         .size = entry.st_size,
         .name = name,
         .rank = RankOf(entry),
         .is_absolute = section >= SHN_LORESERVE,
         .is_variable = GELF_ST_TYPE(entry.st_info) == STT_OBJECT});
  }
}

std::vector<Interval> SymbolIndex::Intervals() const {
  std::vector<uint64_t> edges;
  for (const Symbol& symbol : symbols_) {
    edges.push_back(symbol.begin);
    edges.push_back(EndOf(symbol));
  }
  std::sort(edges.begin(), edges.end());
  edges.push_back(std::numeric_limits<uint64_t>::max());

  const auto count = static_cast<uint32_t>(symbols_.size());
  std::vector<Interval> intervals;
  for (uint32_t i = 0; i < count; ++i) {
    const Symbol& symbol = symbols_[i];
    if (symbol.size != 0) {
      intervals.push_back({symbol.begin, EndOf(symbol), i});
      continue;
    }
    // Other labels count at its own address than after it.
    intervals.push_back({symbol.begin, symbol.begin + 1, i});
    if (symbol.is_absolute) continue;
    const auto next =
        std::upper_bound(edges.begin(), edges.end() - 1, symbol.begin);
    intervals.push_back({symbol.begin + 1, *next, count + i});
  }
  return intervals;
}

uint32_t SymbolIndex::Pick(const IntervalIndex::Holders& holders) const {
  uint32_t best = IntervalIndex::kNone;
  uint32_t label = IntervalIndex::kNone;
  bool found_global = false;
  for (const uint32_t id : holders) {
    if (id >= globals_ && found_global) break;
    found_global = id < globals_;
    if (id >= symbols_.size() || symbols_[id].size == 0) {
      label = id;
    } else if (best == IntervalIndex::kNone ||
               IsBetter(symbols_[id], symbols_[best])) {
      best = id;
    }
  }
  return best != IntervalIndex::kNone ? best : label;
}

const Symbol* SymbolIndex::Find(uint64_t address) const {
  const uint32_t id = holders_.Find(address);
  if (id == IntervalIndex::kNone) return nullptr;
  if (id < symbols_.size()) return &symbols_[id];
  const Symbol& label = symbols_[id - symbols_.size()];
  return SameSection(label.begin, address) ? &label : nullptr;
}

bool SymbolIndex::SameSection(uint64_t a, uint64_t b) const {
  Dwarf_Addr bias = 0;
  return dwfl_module_address_section(module_, &a, &bias) ==
         dwfl_module_address_section(module_, &b, &bias);
}

const std::string& SymbolIndex::NameOf(const Symbol& symbol) {
  auto [entry, is_new] = names_.try_emplace(symbol.name);
  if (is_new) entry->second = ReadableName(symbol.name);
  return entry->second;
}

}  // namespace knotestat::collector
