// The result files that a server shows, by name.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_SERVE_CATALOG_H_
#define KNOTESTAT_DASHBOARDS_SERVE_CATALOG_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace knotestat::dashboards {

// One file, or the regular files of one folder. A request names a file by its
// base name, which is looked for among those that are there: no path is ever
// made from what a request says. Links, files in folders below and hidden files
// are left out. Thread-safe.
class Catalog {
 public:
  // kNotFound if there is nothing at `path`.
  static absl::StatusOr<Catalog> Open(const std::string& path);

  bool is_folder() const { return folder_; }
  const std::string& path() const { return path_; }
  // The base name of the one file; empty for a folder.
  const std::string& only() const { return only_; }

  // Base names, those changed last first, at most kMostFiles. In a folder:
  // every file; which of them are results only reading them can tell.
  std::vector<std::string> Names() const;

  // Where the file of that name is; none if it is not there (any more).
  std::optional<std::string> Find(const std::string& name) const;

  static constexpr size_t kMostFiles = 500;

 private:
  std::string path_;
  std::string only_;
  bool folder_ = false;
};

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_SERVE_CATALOG_H_
