// SPDX-License-Identifier: BSD-2-Clause
#include "collector/module_snapshot.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>

#include <cinttypes>
#include <filesystem>
#include <sstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "collector/inline_index.h"
#include "collector/symbol_index.h"

namespace knotestat::collector {

// What was read of a module.
struct ModuleSnapshot::Module {
  explicit Module(Dwfl_Module* module) : symbols(module), inlined(module) {}

  SymbolIndex symbols;
  InlineIndex inlined;
};

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

ModuleSnapshot::Module* ModuleSnapshot::ModuleAt(uint64_t address) {
  Dwfl_Module* found =
      dwfl_ == nullptr ? nullptr : dwfl_addrmodule(dwfl_, address);
  if (found == nullptr) return nullptr;
  std::unique_ptr<Module>& module = modules_[found];
  if (module == nullptr) module = std::make_unique<Module>(found);
  return module.get();
}

std::vector<std::string> ModuleSnapshot::Functions(uint64_t address) {
  Module* module = ModuleAt(address);
  if (module == nullptr) return {};
  // The symbol table knows the containing function by its full name.
  const SymbolIndex::Symbol* symbol = module->symbols.Find(address);
  if (symbol == nullptr) return {};
  std::vector<std::string> names;
  module->inlined.AppendFunctions(address, names);
  names.push_back(module->symbols.NameOf(*symbol));
  return names;
}

std::optional<std::string> ModuleSnapshot::Variable(uint64_t address) {
  Module* module = ModuleAt(address);
  if (module == nullptr) return std::nullopt;
  const SymbolIndex::Symbol* symbol = module->symbols.Find(address);
  if (symbol == nullptr || !symbol->is_variable || symbol->size == 0) {
    return std::nullopt;
  }
  return module->symbols.NameOf(*symbol);
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
