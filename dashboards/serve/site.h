// What is at which path of the server:
//
//   /               the list of files, or the page of the one file
//   /run/NAME       its live page
//   /report/NAME    its report, as `report --html` writes it
//   /events/NAME    server-sent events: progress and the heat map's columns
//   /compare        two of them: ?before=NAME&after=NAME
//   /metrics        OpenMetrics: of the one file, of ?file=NAME, or of the
//                   file that was changed last; only if wanted
//   /live.js, /live.css
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_SERVE_SITE_H_
#define KNOTESTAT_DASHBOARDS_SERVE_SITE_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "dashboards/serve/catalog.h"
#include "dashboards/serve/file_watch.h"
#include "dashboards/serve/http_server.h"
#include "dashboards/serve/pages.h"

namespace knotestat::dashboards {

// What is made of runs, by who knows how to. All must be thread-safe.
struct Renderers {
  Render report;   // HTML
  Render metrics;  // OpenMetrics; null: /metrics is not there
  std::function<ComparisonTable(const record::Run& before,
                                const record::Run& after)>
      compare;
};

// Thread-safe.
class Site {
 public:
  Site(Catalog catalog, Renderers renderers)
      : catalog_(std::move(catalog)), renderers_(std::move(renderers)) {}

  HttpResponse Answer(const HttpRequest& request);

 private:
  HttpResponse Start();
  HttpResponse OfFile(const std::string& kind, const std::string& name);
  HttpResponse Report(FileWatch& watch) const;
  HttpResponse Compare(const HttpRequest& request);
  HttpResponse Metrics(const HttpRequest& request);
  std::vector<Listed> List();
  // Null if there is no such file.
  std::shared_ptr<FileWatch> WatchOf(const std::string& name);

  const Catalog catalog_;
  const Renderers renderers_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<FileWatch>> watches_;
};

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_SERVE_SITE_H_
