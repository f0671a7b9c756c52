// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/file_watch.h"

#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "record/store.h"

namespace knotestat::dashboards {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kRestPerWork = 20;
constexpr milliseconds kLeastLookRest(500), kLeastMakeRest(5000);
constexpr milliseconds kLongestCreation(2000);

steady_clock::time_point RestAfter(steady_clock::time_point begin,
                                   milliseconds least) {
  const auto end = steady_clock::now();
  return end +
         std::max<steady_clock::duration>(least, kRestPerWork * (end - begin));
}

double UnixNow() {
  return absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
}

// Changes whenever something was stored.
std::string VersionOf(const std::string& path) {
  std::string version;
  for (const char* suffix : {"", "-wal"}) {
    struct stat file = {};
    if (stat((path + suffix).c_str(), &file) != 0) continue;
    absl::StrAppend(&version, file.st_ino, ":", file.st_size, ":",
                    file.st_mtim.tv_sec, ":", file.st_mtim.tv_nsec, ";");
  }
  return version;
}

// Whether something was stored a moment ago.
bool IsNew(const std::string& path) {
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) return false;
  const absl::Duration age = absl::Now() - absl::TimeFromTimespec(file.st_mtim);
  return age < absl::FromChrono(kLongestCreation);
}

}  // namespace

void FileWatch::LookIfDue() {
  const auto begin = Clock::now();
  if (begin < next_look_) return;
  glance_ = record::Watch(path_, history_.known_detaches());
  if (glance_.ok()) history_.Add(*glance_, UnixNow());
  next_look_ = RestAfter(begin, kLeastLookRest);
}

nlohmann::json FileWatch::Look(uint64_t column) {
  const std::lock_guard lock(looking_);
  LookIfDue();
  if (!glance_.ok())
    return {{"problem", std::string(glance_.status().message())}};
  const auto& columns = history_.columns();
  return {{"progress", ToJson(ProgressOf(*glance_, UnixNow()))},
          {"stored", glance_->blocks + glance_->detaches},
          {"reported", reported_.load()},
          {"cells", glance_->run.cells.size()},
          {"column", columns.empty() ? 0 : columns.back().number},
          {"columns", ColumnsAfter(history_, column)}};
}

absl::StatusOr<record::Glance> FileWatch::Glance() {
  const std::lock_guard lock(looking_);
  LookIfDue();
  return glance_;
}

absl::StatusOr<record::Glance> FileWatch::FirstGlance() {
  const auto end = Clock::now() + kLongestCreation;
  absl::StatusOr<record::Glance> glance = Glance();
  while (!glance.ok() && IsNew(path_) && Clock::now() < end) {
    std::this_thread::sleep_for(kLeastLookRest);
    glance = Glance();
  }
  return glance;
}

absl::StatusOr<std::shared_ptr<const std::string>> FileWatch::Document(
    const std::string& kind, const Render& render) {
  const absl::StatusOr<record::Glance> glance = Glance();
  const bool finished = glance.ok() && glance->run.finished;
  const std::lock_guard lock(making_);
  Made& made = made_[kind];
  const auto begin = Clock::now();
  const std::string version = VersionOf(path_);
  if (made.text != nullptr && !version.empty()) {
    const bool early = !finished && begin < made.next;
    if (early || version == made.version) return made.text;
  }
  const absl::StatusOr<record::Run> run = record::Read(path_);
  if (!run.ok()) return run.status();
  absl::StatusOr<std::string> text = render(*run);
  if (!text.ok()) return text.status();
  made = {version, RestAfter(begin, kLeastMakeRest),
          std::make_shared<const std::string>(*std::move(text))};
  if (kind == "report") {
    reported_ = static_cast<int64_t>(run->rows.blocks.size() +
                                     run->rows.detaches.size());
  }
  return made.text;
}

}  // namespace knotestat::dashboards
