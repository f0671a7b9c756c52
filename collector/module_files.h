// The files that a process has mapped, as they were then.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_MODULE_FILES_H_
#define KNOTESTAT_COLLECTOR_MODULE_FILES_H_

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace knotestat::collector {

// What tells a file from another one, and from what it is after it was written
// to.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t bytes = 0;
  int64_t written_s = 0;
  int64_t written_ns = 0;

  bool operator==(const FileStamp&) const = default;
};

// A program may be built anew, or a plug-in replaced, while this process runs:
// then the file of that name has other functions at the same places. So each
// file is noted when this is made, and only that one is ever opened. Not
// thread-safe.
class ModuleFiles {
 public:
  // `maps` is the text of /proc/self/maps.
  explicit ModuleFiles(const std::string& maps);

  // Opens the file that is mapped at `address`: by its name or, if that names
  // another one now or none, through /proc, which takes root. -1 if it is not
  // to be had any more, or was written to, or if there is none.
  int Open(uint64_t address) const;

  // The name of the file at `address`, "anonymous memory" if there is none, and
  // the offset there: "FILE+0xOFFSET". A file that cannot be opened any more is
  // "FILE (changed)". Empty if nothing is mapped.
  std::string Location(uint64_t address) const;

  // The path of the file at `address`, as it was called; empty if there is
  // none.
  std::string Path(uint64_t address) const;

 private:
  struct Mapping {
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t offset = 0;  // in the file
    std::string path;     // or what the kernel calls it; empty if nothing
    std::optional<FileStamp> stamp;  // if it is a file
  };

  const Mapping* At(uint64_t address) const;

  std::vector<Mapping> mappings_;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_MODULE_FILES_H_
