// SPDX-License-Identifier: BSD-2-Clause
#include "collector/module_snapshot.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>

#include <cinttypes>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "collector/frame_name.h"

namespace knotestat::collector {
namespace {

// What the files themselves hold is all that we read: no search for separate
// debug files, which may go as far as a server.
int NoDebugFile(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*,
                const char*, GElf_Word, char**) {
  return -1;
}

const Dwfl_Callbacks kCallbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                   .find_debuginfo = NoDebugFile,
                                   .section_address = nullptr,
                                   .debuginfo_path = nullptr};

using Scopes = std::unique_ptr<Dwarf_Die, decltype(&std::free)>;

std::string NameOf(Dwarf_Die* function) {
  for (unsigned int attribute : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name}) {
    Dwarf_Attribute found;
    if (dwarf_attr_integrate(function, attribute, &found) == nullptr) continue;
    if (const char* name = dwarf_formstring(&found)) return ReadableName(name);
  }
  const char* name = dwarf_diename(function);
  return name == nullptr ? "" : name;
}

// The compilation unit of `address`. clang writes no .debug_aranges, by which
// libdw finds it; then the units' own ranges are asked.
Dwarf_Die* UnitOf(Dwfl_Module* module, uint64_t address, Dwarf_Addr* bias) {
  Dwarf_Die* unit = dwfl_module_addrdie(module, address, bias);
  if (unit != nullptr) return unit;
  while ((unit = dwfl_module_nextcu(module, unit, bias)) != nullptr) {
    if (dwarf_haspc(unit, address - *bias) > 0) return unit;
  }
  return nullptr;
}

// The functions that were inlined at `address`, innermost first.
std::vector<std::string> InlinedFunctions(Dwfl_Module* module,
                                          uint64_t address) {
  std::vector<std::string> names;
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = UnitOf(module, address, &bias);
  if (unit == nullptr) return names;
  Dwarf_Die* found = nullptr;
  if (dwarf_getscopes(unit, address - bias, &found) <= 0) return names;
  const Scopes innermost(found, &std::free);
  // Once more: beyond an inlined function, the scopes are those of its
  // definition, and we want those of the place where it was inlined.
  const int depth = dwarf_getscopes_die(innermost.get(), &found);
  if (depth <= 0) return names;
  const Scopes scopes(found, &std::free);
  for (int i = 0; i < depth; i++) {
    Dwarf_Die* scope = scopes.get() + i;
    if (dwarf_tag(scope) == DW_TAG_subprogram) break;
    if (dwarf_tag(scope) != DW_TAG_inlined_subroutine) continue;
    if (std::string name = NameOf(scope); !name.empty()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace

ModuleSnapshot::ModuleSnapshot(std::string maps) : maps_(std::move(maps)) {
  std::istringstream lines(maps_);
  for (std::string line; std::getline(lines, line);) {
    Mapping mapping;
    int path = 0;
    if (sscanf(line.c_str(),
               "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %n",
               &mapping.begin, &mapping.end, &mapping.offset, &path) != 3) {
      continue;
    }
    mapping.file = std::filesystem::path(line.substr(static_cast<size_t>(path)))
                       .filename();
    if (mapping.file.empty()) mapping.file = "anonymous memory";
    mappings_.push_back(std::move(mapping));
  }

  dwfl_ = dwfl_begin(&kCallbacks);
  if (dwfl_ == nullptr) return;
  FILE* file = fmemopen(const_cast<char*>(maps_.data()), maps_.size(), "r");
  dwfl_report_begin(dwfl_);
  if (file != nullptr) {
    dwfl_linux_proc_maps_report(dwfl_, file);
    fclose(file);
  }
  dwfl_report_end(dwfl_, nullptr, nullptr);
}

ModuleSnapshot::~ModuleSnapshot() { dwfl_end(dwfl_); }

std::vector<std::string> ModuleSnapshot::Functions(uint64_t address) const {
  if (dwfl_ == nullptr) return {};
  Dwfl_Module* module = dwfl_addrmodule(dwfl_, address);
  if (module == nullptr) return {};
  // The symbol table knows the containing function by its full name.
  GElf_Off offset = 0;
  GElf_Sym symbol;
  const char* name = dwfl_module_addrinfo(module, address, &offset, &symbol,
                                          nullptr, nullptr, nullptr);
  if (name == nullptr) return {};
  // Beyond a symbol's end is a gap of which nothing is known.
  if (symbol.st_size != 0 && offset >= symbol.st_size) return {};
  std::vector<std::string> names = InlinedFunctions(module, address);
  names.push_back(ReadableName(name));
  return names;
}

std::optional<std::string> ModuleSnapshot::Variable(uint64_t address) const {
  Dwfl_Module* module =
      dwfl_ == nullptr ? nullptr : dwfl_addrmodule(dwfl_, address);
  if (module == nullptr) return std::nullopt;
  GElf_Off offset = 0;
  GElf_Sym symbol;
  const char* name = dwfl_module_addrinfo(module, address, &offset, &symbol,
                                          nullptr, nullptr, nullptr);
  if (name == nullptr || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT ||
      offset >= symbol.st_size) {
    return std::nullopt;
  }
  return ReadableName(name);
}

std::string ModuleSnapshot::Location(uint64_t address) const {
  for (const Mapping& mapping : mappings_) {
    if (address < mapping.begin || address >= mapping.end) continue;
    return absl::StrFormat("%s+0x%x", mapping.file,
                           address - mapping.begin + mapping.offset);
  }
  return "";
}

}  // namespace knotestat::collector
