// A small HTTP server for a few readers, on top of cpp-httplib: every request
// is bounded in size and time, and so is their number.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_SERVE_HTTP_SERVER_H_
#define KNOTESTAT_DASHBOARDS_SERVE_HTTP_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "dashboards/serve/access.h"

namespace knotestat::dashboards {

struct HttpRequest {
  std::string path;                               // "/run"
  std::map<std::string, std::string> parameters;  // of the query, decoded
};

// Text to send next; empty: nothing yet, ask again; none: the stream ends.
// Must come back within some seconds. Called by one thread at a time.
using NextEvent = std::function<std::optional<std::string>()>;

struct HttpResponse {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::string policy;          // Content-Security-Policy
  std::string location;        // of a redirection
  NextEvent events = nullptr;  // server-sent events instead of a body
};

// Runs on several threads at a time. Must not throw.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// What one server does at most.
struct HttpLimits {
  int connections = 24;  // at work; as many again wait, more are not let in
  int streams = 12;      // of those, server-sent events
  size_t request_bytes = 8192;
  double read_seconds = 10;      // for the whole request
  double write_seconds = 60;     // that a client may let one answer wait in all
  double stream_seconds = 3600;  // then the client connects again by itself
};

class HttpServer {
 public:
  // Listens on access.address and `port` (0: any that is free) and begins to
  // answer: GET and HEAD alone, with `handler` what passes HostIsOurs() and
  // MayEnter(). kFailedPrecondition if the port is taken or not allowed.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const Access& access, int port, HttpHandler handler,
      const HttpLimits& limits = {});

  // Ends all connections, streams within the time of one NextEvent.
  virtual ~HttpServer() = default;

  virtual int port() const = 0;
};

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_SERVE_HTTP_SERVER_H_
