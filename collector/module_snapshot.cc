// SPDX-License-Identifier: BSD-2-Clause
#include "collector/module_snapshot.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>

#include <cstring>
#include <utility>

#include "collector/debug_file.h"
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

const ModuleSources& SourcesOf(void** user_data) {
  return *static_cast<const ModuleSources*>(*user_data);
}

int FindElf(Dwfl_Module* module, void** user_data, const char* name,
            Dwarf_Addr base, char** file_name, Elf** elf) {
  if (name[0] != '/')  // the kernel's [vdso]
    return dwfl_linux_proc_find_elf(module, user_data, name, base, file_name,
                                    elf);
  const ModuleFiles& files = SourcesOf(user_data).files;
  const int file = files.Open(base);
  if (file >= 0) *file_name = strdup(files.Path(base).c_str());
  return file;
}

// Only by build-id and only in folders of this machine: libdw's own search also
// asks servers.
int FindDebugFile(Dwfl_Module* module, void** user_data, const char*,
                  Dwarf_Addr, const char*, const char*, GElf_Word,
                  char** file_name) {
  const unsigned char* bits = nullptr;
  GElf_Addr where = 0;
  const int bytes = dwfl_module_build_id(module, &bits, &where);
  if (bytes <= 0) return -1;
  const auto found = OpenDebugFile({bits, static_cast<size_t>(bytes)},
                                   SourcesOf(user_data).debug_folders);
  if (!found) return -1;
  *file_name = strdup(found->path.c_str());
  return found->descriptor;
}

const Dwfl_Callbacks kCallbacks = {.find_elf = FindElf,
                                   .find_debuginfo = FindDebugFile,
                                   .section_address = nullptr,
                                   .debuginfo_path = nullptr};

int TellSources(Dwfl_Module*, void** user_data, const char*, Dwarf_Addr,
                void* sources) {
  *user_data = sources;
  return DWARF_CB_OK;
}

}  // namespace

ModuleSnapshot::ModuleSnapshot(std::string maps,
                               std::vector<std::string> debug_folders)
    : maps_(std::move(maps)),
      sources_{ModuleFiles(maps_), std::move(debug_folders)} {
  dwfl_ = dwfl_begin(&kCallbacks);
  if (dwfl_ == nullptr) return;
  FILE* file = fmemopen(const_cast<char*>(maps_.data()), maps_.size(), "r");
  dwfl_report_begin(dwfl_);
  if (file != nullptr) {
    dwfl_linux_proc_maps_report(dwfl_, file);
    fclose(file);
  }
  dwfl_report_end(dwfl_, nullptr, nullptr);
  dwfl_getmodules(dwfl_, TellSources, &sources_, 0);
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
  return sources_.files.Location(address);
}

}  // namespace knotestat::collector
