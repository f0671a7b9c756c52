// SPDX-License-Identifier: BSD-2-Clause
#include "collector/module_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

namespace knotestat::collector {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

std::optional<FileStamp> StampOf(const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return std::nullopt;
  return FileStamp{file.st_dev, file.st_ino, file.st_size, file.st_mtim.tv_sec,
                   file.st_mtim.tv_nsec};
}

std::optional<FileStamp> StampOf(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  return StampOf(file);
}

// Whether `path`, which names nothing any more, was this program's.
bool WasThisProgram(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored) ==
         path + std::string(kDeleted);
}

// The kernel's own name for what is mapped, whatever its file is called now.
std::string LinkTo(uint64_t begin, uint64_t end) {
  return absl::StrFormat("/proc/self/map_files/%x-%x", begin, end);
}

// Opens `path` if it is still what `stamp` says.
int OpenIf(const std::string& path, const FileStamp& stamp) {
  const std::optional<FileStamp> now = StampOf(path);  // a pipe would block
  if (!now || *now != stamp) return -1;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  struct stat opened {};
  if (fstat(file, &opened) == 0 && StampOf(opened) == stamp) return file;
  close(file);
  return -1;
}

}  // namespace

ModuleFiles::ModuleFiles(const std::string& maps) {
  std::istringstream lines(maps);
  for (std::string line; std::getline(lines, line);) {
    Mapping mapping;
    int name = 0;
    if (sscanf(line.c_str(),
               "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %n",
               &mapping.begin, &mapping.end, &mapping.offset, &name) != 3) {
      continue;
    }
    mapping.path = line.substr(static_cast<size_t>(name));
    if (mapping.path.ends_with(kDeleted)) {
      mapping.path.resize(mapping.path.size() - kDeleted.size());
      mapping.stamp = StampOf(LinkTo(mapping.begin, mapping.end));
      if (!mapping.stamp && WasThisProgram(mapping.path))
        mapping.stamp = StampOf("/proc/self/exe");
    } else if (mapping.path.starts_with("/")) {
      mapping.stamp = StampOf(mapping.path);
    }
    mappings_.push_back(std::move(mapping));
  }
}

const ModuleFiles::Mapping* ModuleFiles::At(uint64_t address) const {
  for (const Mapping& mapping : mappings_) {
    if (address >= mapping.begin && address < mapping.end) return &mapping;
  }
  return nullptr;
}

int ModuleFiles::Open(uint64_t address) const {
  const Mapping* mapping = At(address);
  if (mapping == nullptr || !mapping->stamp) return -1;
  for (const std::string& name :
       {mapping->path, LinkTo(mapping->begin, mapping->end),
        std::string("/proc/self/exe")}) {
    if (const int file = OpenIf(name, *mapping->stamp); file >= 0) return file;
  }
  return -1;
}

std::string ModuleFiles::Location(uint64_t address) const {
  const Mapping* mapping = At(address);
  if (mapping == nullptr) return "";
  std::string file = std::filesystem::path(mapping->path).filename();
  if (file.empty()) file = "anonymous memory";
  if (mapping->stamp) {
    const int opened = Open(address);
    if (opened < 0) file += " (changed)";
    if (opened >= 0) close(opened);
  }
  return absl::StrFormat("%s+0x%x", file,
                         address - mapping->begin + mapping->offset);
}

std::string ModuleFiles::Path(uint64_t address) const {
  const Mapping* mapping = At(address);
  return mapping != nullptr && mapping->stamp ? mapping->path : "";
}

}  // namespace knotestat::collector
