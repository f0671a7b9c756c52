// SPDX-License-Identifier: BSD-2-Clause
#include "collector/inline_index.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>

#include <utility>

#include "collector/frame_name.h"

namespace knotestat::collector {
namespace {

constexpr uint32_t kNone = IntervalIndex::kNone;

// Appends the addresses of `die`, as they are in the file; false if it has
// none.
bool AppendRanges(Dwarf_Die* die, uint32_t id,
                  std::vector<Interval>& intervals) {
  const size_t before = intervals.size();
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  ptrdiff_t offset = 0;
  while ((offset = dwarf_ranges(die, offset, &base, &begin, &end)) > 0) {
    if (begin < end) intervals.push_back({begin, end, id});
  }
  return intervals.size() > before;
}

bool MayHoldCalls(int tag) {
  switch (tag) {
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
    case DW_TAG_lexical_block:
    case DW_TAG_try_block:
    case DW_TAG_catch_block:
    case DW_TAG_with_stmt:
    case DW_TAG_entry_point:
    case DW_TAG_module:
      return true;
    default:
      return false;
  }
}

// The function whose code `call` is; itself if it does not tell.
uint64_t FunctionOf(Dwarf_Die* call) {
  Dwarf_Attribute attribute;
  Dwarf_Die function;
  if (dwarf_formref_die(dwarf_attr(call, DW_AT_abstract_origin, &attribute),
                        &function) == nullptr) {
    return dwarf_dieoffset(call);
  }
  return dwarf_dieoffset(&function);
}

std::string ReadName(Dwarf_Die* function) {
  for (unsigned int attribute : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name}) {
    Dwarf_Attribute found;
    if (dwarf_attr_integrate(function, attribute, &found) == nullptr) continue;
    if (const char* name = dwarf_formstring(&found)) return ReadableName(name);
  }
  const char* name = dwarf_diename(function);
  return name == nullptr ? "" : name;
}

}  // namespace

// Walks once over the DIEs of a unit that have code.
class InlineIndex::UnitReader {
 public:
  static Unit Read(Dwarf_Die* unit) {
    UnitReader reader;
    reader.ReadChildren(unit, kNone);
    IntervalIndex innermost(reader.ranges_,
                            [&](const IntervalIndex::Holders& holders) {
                              return reader.InnermostCall(holders);
                            });
    reader.calls_.shrink_to_fit();
    return {std::move(reader.calls_), std::move(innermost)};
  }

 private:
  // A DIE that has code. Their order is that of the file.
  struct Scope {
    uint32_t parent = kNone;  // kNone for the unit
    uint32_t end = 0;         // the first Scope that is not in this one
    uint32_t call = kNone;    // the innermost one of its function
  };

  void ReadChildren(Dwarf_Die* parent, uint32_t parent_scope) {
    Dwarf_Die child;
    if (dwarf_child(parent, &child) != 0) return;
    do {
      ReadScope(&child, parent_scope);
    } while (dwarf_siblingof(&child, &child) == 0);
  }

  void ReadScope(Dwarf_Die* die, uint32_t parent) {
    const auto id = static_cast<uint32_t>(scopes_.size());
    if (!AppendRanges(die, id, ranges_)) return;
    Scope scope{.parent = parent};
    const int tag = dwarf_tag(die);
    if (tag != DW_TAG_subprogram && parent != kNone) {
      scope.call = scopes_[parent].call;
    }
    if (tag == DW_TAG_inlined_subroutine) {
      calls_.push_back({FunctionOf(die), scope.call});
      scope.call = static_cast<uint32_t>(calls_.size() - 1);
    }
    scopes_.push_back(scope);
    if (MayHoldCalls(tag)) ReadChildren(die, id);
    scopes_[id].end = static_cast<uint32_t>(scopes_.size());
  }

  // From the unit inwards, always to the first child that holds the address.
  uint32_t InnermostCall(const IntervalIndex::Holders& holders) const {
    uint32_t innermost = kNone;
    for (const uint32_t id : holders) {
      if (innermost != kNone && id >= scopes_[innermost].end) break;
      if (scopes_[id].parent == innermost) innermost = id;
    }
    return innermost == kNone ? kNone : scopes_[innermost].call;
  }

  std::vector<Scope> scopes_;
  std::vector<Interval> ranges_;  // of scopes_
  std::vector<Call> calls_;
};

InlineIndex::InlineIndex(Dwfl_Module* module) : module_(module) {}

void InlineIndex::AppendFunctions(uint64_t address,
                                  std::vector<std::string>& names) {
  Dwarf_Addr bias = 0;
  if (dwfl_module_getdwarf(module_, &bias) == nullptr) return;
  Dwarf_Die* die = UnitAt(address);
  if (die == nullptr) return;
  const Unit& unit = Read(die);
  uint32_t call = unit.innermost.Find(address - bias);
  for (; call != kNone; call = unit.calls[call].caller) {
    const std::string& name = NameOf(unit.calls[call].function);
    if (!name.empty()) names.push_back(name);
  }
}

// clang writes no .debug_aranges, by which libdw finds a unit; then the units'
// own ranges are asked.
Dwarf_Die* InlineIndex::UnitAt(uint64_t address) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = dwfl_module_addrdie(module_, address, &bias);
  if (unit != nullptr) return unit;
  if (!unit_ranges_) ReadUnitRanges();
  dwfl_module_getdwarf(module_, &bias);
  const uint32_t found = unit_ranges_->Find(address - bias);
  return found == kNone ? nullptr : units_[found];
}

void InlineIndex::ReadUnitRanges() {
  std::vector<Interval> ranges;
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = nullptr;
  while ((unit = dwfl_module_nextcu(module_, unit, &bias)) != nullptr) {
    AppendRanges(unit, static_cast<uint32_t>(units_.size()), ranges);
    units_.push_back(unit);
  }
  unit_ranges_.emplace(ranges, [](const IntervalIndex::Holders& holders) {
    return *holders.begin();
  });
}

const InlineIndex::Unit& InlineIndex::Read(Dwarf_Die* unit) {
  auto [entry, is_new] = read_.try_emplace(unit->addr);
  if (is_new) entry->second = UnitReader::Read(unit);
  return entry->second;
}

const std::string& InlineIndex::NameOf(uint64_t function) {
  auto [entry, is_new] = names_.try_emplace(function);
  if (!is_new) return entry->second;
  Dwarf_Addr bias = 0;
  Dwarf_Die die;
  if (dwarf_offdie(dwfl_module_getdwarf(module_, &bias), function, &die) !=
      nullptr) {
    entry->second = ReadName(&die);
  }
  return entry->second;
}

}  // namespace knotestat::collector
