// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/catalog.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace knotestat::dashboards {
namespace {

namespace fs = std::filesystem;

// What SQLite keeps beside a result, and what no one wants to see.
bool IsAside(const std::string& name) {
  return absl::StartsWith(name, ".") || absl::EndsWith(name, "-wal") ||
         absl::EndsWith(name, "-shm") || absl::EndsWith(name, "-journal");
}

// Calls `take` with each file that may be a result, until it returns false.
template <class Take>
void ForEachFile(const std::string& folder, Take take) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code unknown;
    const fs::file_status status = at->symlink_status(unknown);
    if (unknown || !fs::is_regular_file(status)) continue;
    if (!IsAside(at->path().filename().string()) && !take(*at)) return;
  }
}

}  // namespace

absl::StatusOr<Catalog> Catalog::Open(const std::string& path) {
  std::error_code error;
  Catalog catalog;
  catalog.path_ = path;
  catalog.folder_ = fs::is_directory(path, error);
  if (catalog.folder_) return catalog;
  if (!fs::exists(path, error)) {
    return absl::NotFoundError(absl::StrCat(
        path,
        ": no such file or folder: name a result file, or a folder of "
        "them"));
  }
  catalog.only_ = fs::path(path).filename().string();
  return catalog;
}

std::vector<std::string> Catalog::Names() const {
  if (!folder_) return {only_};
  std::vector<std::pair<fs::file_time_type, std::string>> files;
  ForEachFile(path_, [&](const fs::directory_entry& file) {
    std::error_code unknown;
    files.emplace_back(file.last_write_time(unknown),
                       file.path().filename().string());
    return true;
  });
  std::sort(files.rbegin(), files.rend());
  if (files.size() > kMostFiles) files.resize(kMostFiles);
  std::vector<std::string> names;
  for (auto& [time, name] : files) names.push_back(std::move(name));
  return names;
}

std::optional<std::string> Catalog::Find(const std::string& name) const {
  if (!folder_) {
    if (name != only_) return std::nullopt;
    return path_;
  }
  std::optional<std::string> found;
  ForEachFile(path_, [&](const fs::directory_entry& file) {
    if (file.path().filename().string() == name) found = file.path().string();
    return !found.has_value();
  });
  return found;
}

}  // namespace knotestat::dashboards
