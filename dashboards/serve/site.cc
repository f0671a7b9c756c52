// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/site.h"

#include <chrono>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "dashboards/live/live_assets.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::dashboards {
namespace {

constexpr char kPlain[] = "text/plain; charset=utf-8";
constexpr char kOpenMetrics[] =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

HttpResponse HtmlPage(std::string body, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.policy = PagePolicy();
  return response;
}

HttpResponse Asset(std::string_view text, const char* type) {
  HttpResponse response;
  response.type = type;
  response.body = std::string(text);
  return response;
}

HttpResponse Missing(const std::string& name) {
  return HtmlPage(
      ProblemPage("No such result file",
                  absl::StrCat("\"", name,
                               "\" is not among the files that are served: it "
                               "was removed, renamed, or never here.")),
      404);
}

HttpResponse Unreadable(const absl::Status& status) {
  return HtmlPage(
      ProblemPage("This file cannot be shown", std::string(status.message())),
      status.code() == absl::StatusCode::kNotFound ? 404 : 500);
}

// A damaged result, or one of another version, is shown as such; any other file
// that lies around is not.
bool IsListed(const std::string& name, const absl::Status& status) {
  return status.code() != absl::StatusCode::kInvalidArgument ||
         absl::EndsWith(name, ".db");
}

// Sends what is new once a second, and a sign of life otherwise, by which a
// client that has gone is noticed.
NextEvent EventsOf(std::shared_ptr<FileWatch> watch) {
  return [watch = std::move(watch), column = uint64_t{0}, first = true,
          sent = std::string()]() mutable -> std::optional<std::string> {
    if (!first) std::this_thread::sleep_for(std::chrono::seconds(1));
    first = false;
    const nlohmann::json look = watch->Look(column);
    column = look.value("column", column);
    std::string event = record::Dump(look, -1);
    if (event == sent) return ": nothing new\n\n";
    sent = event;
    return absl::StrCat("event: look\ndata: ", event, "\n\n");
  };
}

}  // namespace

HttpResponse Site::Answer(const HttpRequest& request) {
  if (request.path == "/") return Start();
  if (request.path == "/compare") return Compare(request);
  if (request.path == "/metrics" && renderers_.metrics) return Metrics(request);
  if (request.path == "/live.js")
    return Asset(kLiveScript, "text/javascript; charset=utf-8");
  if (request.path == "/live.css")
    return Asset(kLiveStyle, "text/css; charset=utf-8");
  for (const char* kind : {"/run/", "/report/", "/events/"}) {
    if (absl::StartsWith(request.path, kind))
      return OfFile(kind, request.path.substr(std::string_view(kind).size()));
  }
  return HtmlPage(
      ProblemPage("Nothing is here", "This server has no page of that name."),
      404);
}

HttpResponse Site::Start() {
  if (catalog_.is_folder()) return HtmlPage(ListPage(catalog_.path(), List()));
  HttpResponse response;
  response.status = 303;
  response.location = "/run/" + PathComponent(catalog_.only());
  return response;
}

HttpResponse Site::OfFile(const std::string& kind, const std::string& name) {
  const std::shared_ptr<FileWatch> watch = WatchOf(name);
  if (watch == nullptr) return Missing(name);
  if (kind == "/report/") return Report(*watch);
  if (kind == "/events/") {
    HttpResponse response;
    response.events = EventsOf(watch);
    return response;
  }
  const auto glance = watch->FirstGlance();
  if (!glance.ok()) return Unreadable(glance.status());
  return HtmlPage(RunPage(name, catalog_.is_folder()));
}

HttpResponse Site::Report(FileWatch& watch) const {
  const auto report = watch.Document("report", renderers_.report);
  if (!report.ok()) {
    HttpResponse response = Unreadable(report.status());
    // It stands in the place of the report, within our page.
    response.policy = absl::StrReplaceAll(
        response.policy,
        {{"frame-ancestors 'none'", "frame-ancestors 'self'"}});
    return response;
  }
  HttpResponse response;
  response.body = **report;
  response.policy = ReportPolicy(response.body);
  return response;
}

HttpResponse Site::Compare(const HttpRequest& request) {
  std::vector<record::Run> runs;
  std::vector<std::string> names;
  for (const char* side : {"before", "after"}) {
    const auto name = request.parameters.find(side);
    if (name == request.parameters.end()) {
      return HtmlPage(ProblemPage("Which two?",
                                  "A comparison needs ?before=NAME&after=NAME; "
                                  "choose them in the list."),
                      400);
    }
    const auto path = catalog_.Find(name->second);
    if (!path) return Missing(name->second);
    auto run = record::Read(*path);
    if (!run.ok()) return Unreadable(run.status());
    runs.push_back(*std::move(run));
    names.push_back(name->second);
  }
  return HtmlPage(
      ComparePage(names[0], names[1], renderers_.compare(runs[0], runs[1])));
}

HttpResponse Site::Metrics(const HttpRequest& request) {
  const auto file = request.parameters.find("file");
  std::string name = catalog_.only();
  if (file != request.parameters.end()) {
    name = file->second;
  } else if (catalog_.is_folder()) {
    for (const Listed& listed : List()) {
      if (!listed.problem.empty()) continue;
      name = listed.name;
      break;
    }
  }
  HttpResponse response;
  response.type = kPlain;
  const std::shared_ptr<FileWatch> watch = WatchOf(name);
  if (watch == nullptr) {
    response.status = 404;
    response.body = name.empty() ? "no result file is here yet\n"
                                 : "no such result file: " + name + "\n";
    return response;
  }
  const auto text = watch->Document("metrics", renderers_.metrics);
  if (!text.ok()) {
    response.status = 500;
    response.body = std::string(text.status().message()) + "\n";
    return response;
  }
  response.type = kOpenMetrics;
  response.body = **text;
  return response;
}

std::vector<Listed> Site::List() {
  std::vector<Listed> files;
  const double now_s = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  for (const std::string& name : catalog_.Names()) {
    const auto watch = WatchOf(name);
    if (watch == nullptr) continue;
    const auto glance = watch->Glance();
    if (!glance.ok() && !IsListed(name, glance.status())) continue;
    Listed& file = files.emplace_back();
    file.name = name;
    if (!glance.ok()) {
      file.problem = std::string(glance.status().message());
      continue;
    }
    const RunProgress progress = ProgressOf(*glance, now_s);
    file.state = NameOf(progress.state);
    file.sentence = Describe(progress);
    file.host = glance->run.context.host;
    file.started_at = glance->run.context.started_at;
    file.command_line = glance->run.context.command_line;
    file.cells = glance->run.cells.size();
  }
  return files;
}

std::shared_ptr<FileWatch> Site::WatchOf(const std::string& name) {
  const std::optional<std::string> path = catalog_.Find(name);
  const std::lock_guard lock(mutex_);
  if (!path) {
    watches_.erase(name);
    return nullptr;
  }
  // Those that nobody holds can be made again.
  if (watches_.size() > Catalog::kMostFiles) {
    std::erase_if(watches_, [](const auto& watch) {
      return watch.second.use_count() == 1;
    });
  }
  std::shared_ptr<FileWatch>& watch = watches_[name];
  if (watch == nullptr) watch = std::make_shared<FileWatch>(*path);
  return watch;
}

}  // namespace knotestat::dashboards
