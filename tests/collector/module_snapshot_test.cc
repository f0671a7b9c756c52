// The sorted tables of a module against libdw, which searches for each address.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/module_snapshot.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_join.h"
#include "collector/frame_name.h"

// Set by the linker: where the program begins and its text ends.
extern "C" const char __executable_start[];
extern "C" const char etext[];
extern "C" void _start();

namespace knotestat::collector {
namespace {

using Names = std::vector<std::string>;
using Addresses = std::vector<uint64_t>;

std::string OwnMaps() {
  std::stringstream text;
  text << std::ifstream("/proc/self/maps").rdbuf();
  return text.str();
}

int NoSeparateFile(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*,
                   const char*, GElf_Word, char**) {
  return -1;
}

// What libdw itself says, by its own searches.
class Libdw {
 public:
  Libdw() : dwfl_(dwfl_begin(&kCallbacks)) {
    dwfl_report_begin(dwfl_);
    dwfl_linux_proc_report(dwfl_, getpid());
    dwfl_report_end(dwfl_, nullptr, nullptr);
  }
  ~Libdw() { dwfl_end(dwfl_); }
  Libdw(const Libdw&) = delete;
  Libdw& operator=(const Libdw&) = delete;

  Names Functions(uint64_t address) const {
    Dwfl_Module* module = dwfl_addrmodule(dwfl_, address);
    if (module == nullptr) return {};
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char* name = dwfl_module_addrinfo(module, address, &offset, &symbol,
                                            nullptr, nullptr, nullptr);
    if (name == nullptr) return {};
    Names names;
    Dwarf_Addr bias = 0;
    Dwarf_Die* unit = UnitOf(module, address, &bias);
    if (unit != nullptr) AppendInlined(unit, address - bias, names);
    names.push_back(ReadableName(name));
    return names;
  }

 private:
  static constexpr Dwfl_Callbacks kCallbacks = {
      .find_elf = dwfl_linux_proc_find_elf,
      .find_debuginfo = NoSeparateFile,
      .section_address = nullptr,
      .debuginfo_path = nullptr};

  static Dwarf_Die* UnitOf(Dwfl_Module* module, uint64_t address,
                           Dwarf_Addr* bias) {
    Dwarf_Die* unit = dwfl_module_addrdie(module, address, bias);
    if (unit != nullptr) return unit;
    while ((unit = dwfl_module_nextcu(module, unit, bias)) != nullptr) {
      if (dwarf_haspc(unit, address - *bias) > 0) return unit;
    }
    return nullptr;
  }

  static void AppendInlined(Dwarf_Die* unit, uint64_t address, Names& names) {
    Dwarf_Die* innermost = nullptr;
    if (dwarf_getscopes(unit, address, &innermost) <= 0) return;
    // Once more: beyond an inlined function, the scopes are those of its
    // definition, and we want those of the place where it was inlined.
    Dwarf_Die* scopes = nullptr;
    const int depth = dwarf_getscopes_die(innermost, &scopes);
    for (int i = 0; i < depth; ++i) {
      const int tag = dwarf_tag(&scopes[i]);
      if (tag == DW_TAG_subprogram) break;
      if (tag != DW_TAG_inlined_subroutine) continue;
      if (std::string name = NameOf(&scopes[i]); !name.empty()) {
        names.push_back(std::move(name));
      }
    }
    if (depth > 0) std::free(scopes);
    std::free(innermost);
  }

  static std::string NameOf(Dwarf_Die* function) {
    for (unsigned int kind : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name}) {
      Dwarf_Attribute found;
      if (dwarf_attr_integrate(function, kind, &found) == nullptr) continue;
      if (const char* name = dwarf_formstring(&found)) {
        return ReadableName(name);
      }
    }
    const char* name = dwarf_diename(function);
    return name == nullptr ? "" : name;
  }

  Dwfl* dwfl_;
};

struct Agreement {
  int same = 0;
  int inlined = 0;  // of those: with more than one function
  int different = 0;
  std::string first_difference;
};

// Asks the snapshot for addresses that lie `fault` bytes further.
Agreement Compare(const Addresses& addresses, uint64_t fault = 0) {
  ModuleSnapshot snapshot(OwnMaps(), {});
  const Libdw libdw;
  Agreement agreement;
  for (const uint64_t address : addresses) {
    const Names expected = libdw.Functions(address);
    const Names found = snapshot.Functions(address + fault);
    if (found == expected) {
      ++agreement.same;
      if (found.size() > 1) ++agreement.inlined;
    } else if (++agreement.different == 1) {
      std::ostringstream text;
      text << std::hex << address << ": " << absl::StrJoin(found, ";")
           << " instead of " << absl::StrJoin(expected, ";");
      agreement.first_difference = text.str();
    }
  }
  return agreement;
}

// `count` of them from `begin` up to `end`, an odd number of bytes apart.
Addresses Spread(uint64_t begin, uint64_t end, uint64_t count) {
  const uint64_t step = (end - begin) / count | 1;
  Addresses addresses;
  for (uint64_t a = begin; a < end; a += step) addresses.push_back(a);
  return addresses;
}

Addresses OverOwnText(uint64_t count) {
  return Spread(reinterpret_cast<uint64_t>(__executable_start),
                reinterpret_cast<uint64_t>(etext), count);
}

TEST(ModuleSnapshot, AgreesWithLibdwAllOverThisProgram) {
  const Agreement agreement = Compare(OverOwnText(3'000));
  EXPECT_EQ(agreement.different, 0) << agreement.first_difference;
  EXPECT_GE(agreement.same, 2'900);
  EXPECT_GE(agreement.inlined, 100);
}

TEST(ModuleSnapshot, AComparisonOfOtherAddressesFails) {
  EXPECT_GT(Compare(OverOwnText(100), /*fault=*/64).different, 10);
}

// All ranges' edges in the neighbourhood are among them.
TEST(ModuleSnapshot, AgreesWithLibdwOnEachByteOfAFunction) {
  const auto middle = reinterpret_cast<uint64_t>(&ShortName);
  const Agreement agreement =
      Compare(Spread(middle - 500, middle + 1'500, 2'000));
  EXPECT_EQ(agreement.different, 0) << agreement.first_difference;
  EXPECT_GE(agreement.inlined, 100);
}

// Of libraries there is the table of dynamic symbols, with many names for one
// address; and their sections without symbols, their data and their ends.
TEST(ModuleSnapshot, AgreesWithLibdwInLibraries) {
  for (const char* name : {"malloc", "_ZNSsC1Ev", "dlopen"}) {
    const auto symbol = reinterpret_cast<uint64_t>(dlsym(RTLD_DEFAULT, name));
    Dl_info library;
    ASSERT_NE(dladdr(reinterpret_cast<void*>(symbol), &library), 0) << name;
    const auto begin = reinterpret_cast<uint64_t>(library.dli_fbase);
    const Agreement all = Compare(Spread(begin, begin + 0x240000, 3'000));
    EXPECT_EQ(all.different, 0) << name << " " << all.first_difference;
    const Agreement near = Compare(Spread(symbol - 500, symbol + 500, 1'000));
    EXPECT_EQ(near.different, 0) << name << " " << near.first_difference;
  }
}

// The C runtime's start is hand-written assembly: labels without sizes. After
// the text come read-only data, the data, and what lies behind them.
TEST(ModuleSnapshot, AgreesWithLibdwOnLabelsAndData) {
  const auto start = reinterpret_cast<uint64_t>(&_start);
  const Agreement labels = Compare(Spread(start - 500, start + 500, 1'000));
  EXPECT_EQ(labels.different, 0) << labels.first_difference;
  const auto begin = reinterpret_cast<uint64_t>(__executable_start);
  const auto text_end = reinterpret_cast<uint64_t>(etext);
  const Agreement data =
      Compare(Spread(text_end, text_end + (text_end - begin) / 2, 1'000));
  EXPECT_EQ(data.different, 0) << data.first_difference;
}

}  // namespace
}  // namespace knotestat::collector
