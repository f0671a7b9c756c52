// SPDX-License-Identifier: BSD-2-Clause
#include "collector/debug_file.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace knotestat::collector {
namespace {

bool HasBuildId(int file, std::span<const unsigned char> build_id) {
  elf_version(EV_CURRENT);
  Elf* elf = elf_begin(file, ELF_C_READ_MMAP, nullptr);
  if (elf == nullptr) return false;
  const void* bits = nullptr;
  const ssize_t bytes = dwelf_elf_gnu_build_id(elf, &bits);
  const auto* found = static_cast<const unsigned char*>(bits);
  const bool same = bytes > 0 && std::equal(build_id.begin(), build_id.end(),
                                            found, found + bytes);
  elf_end(elf);
  return same;
}

}  // namespace

std::vector<std::string> DebugFolders() {
  std::vector<std::string> folders = {"/usr/lib/debug"};
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    folders.push_back(absl::StrCat(home, "/.debug"));
  return folders;
}

std::optional<DebugFile> OpenDebugFile(std::span<const unsigned char> build_id,
                                       std::span<const std::string> folders) {
  if (build_id.size() < 2) return std::nullopt;
  const std::string id = absl::BytesToHexString(
      {reinterpret_cast<const char*>(build_id.data()), build_id.size()});
  for (const std::string& folder : folders) {
    for (const char* end : {".debug", "/debug"}) {
      std::string path = absl::StrCat(folder, "/.build-id/", id.substr(0, 2),
                                      "/", id.substr(2), end);
      const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
      if (file < 0) continue;
      if (HasBuildId(file, build_id)) return DebugFile{std::move(path), file};
      close(file);
    }
  }
  return std::nullopt;
}

}  // namespace knotestat::collector
