// knotestat serve: results in a browser, also while they are measured.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "analysis/compare.h"
#include "cli/command.h"
#include "cli/compare_view.h"
#include "cli/interruption.h"
#include "cli/show.h"
#include "cli/validators.h"
#include "dashboards/serve/http_server.h"
#include "dashboards/serve/site.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string path = ".";
  std::string listen = "127.0.0.1";
  int port = 8417;
  std::string token_file;
  bool metrics = false;
  bool as_json = false;
};

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  std::error_code ignored;
  // Of a pipe nobody may ever write the end, and a device may have none.
  if (std::filesystem::exists(path, ignored) &&
      !std::filesystem::is_regular_file(path, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--token-file ", path, ": is no regular file: put the token into one"));
  }
  std::ifstream file(path, std::ios::binary);
  std::string token;
  if (!file || !std::getline(file, token)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--token-file ", path,
                     ": cannot be read, or is empty: its first line is the "
                     "token"));
  }
  absl::StripAsciiWhitespace(&token);
  if (token.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--token-file ", path, ": its first line, the token, is empty"));
  }
  return token;
}

absl::StatusOr<dashboards::Access> AccessOf(const Options& options) {
  dashboards::Access access;
  access.address = options.listen == "localhost" ? "127.0.0.1" : options.listen;
  std::array<char, 256> name = {};
  if (gethostname(name.data(), name.size() - 1) == 0)
    access.host_name = name.data();
  if (!options.token_file.empty()) {
    auto token = ReadToken(options.token_file);
    if (!token.ok()) return token.status();
    access.token = *std::move(token);
  }
  absl::Status allowed = dashboards::CheckAccess(access);
  if (!allowed.ok()) return allowed;
  return access;
}

dashboards::Renderers RenderersOf(const Options& options) {
  dashboards::Renderers renderers;
  const auto in_format = [](const char* format) {
    return [format](const record::Run& run) { return InFormat(run, format); };
  };
  renderers.report = in_format("html");
  if (options.metrics) renderers.metrics = in_format("openmetrics");
  renderers.compare = [](const record::Run& before, const record::Run& after) {
    return TableOf(analysis::Compare(before, after));
  };
  return renderers;
}

// "http://127.0.0.1:8417/"
std::string UrlOf(const std::string& address, int port) {
  const bool version6 = address.find(':') != std::string::npos;
  return absl::StrCat("http://", version6 ? "[" : "", address,
                      version6 ? "]" : "", ":", port, "/");
}

// Where the server is found, for people or in one line of JSON.
std::string Found(const Options& options, const std::string& url) {
  if (!options.as_json) return url;
  nlohmann::json found = {{"schema", 1}, {"url", url}, {"path", options.path}};
  if (options.metrics) found["metrics"] = url + "metrics";
  return record::Dump(found, -1);
}

ExitCode Serve(const Options& options) {
  const auto access = AccessOf(options);
  if (!access.ok()) return Fail(access.status(), kUsage);
  auto catalog = dashboards::Catalog::Open(options.path);
  if (!catalog.ok()) return Fail(catalog.status(), kFailed);
  // A thread that measures comes first, on every CPU. All threads inherit it.
  setpriority(PRIO_PROCESS, 0, 19);
  HandleSignals();
  dashboards::Site site(*std::move(catalog), RenderersOf(options));
  const auto server = dashboards::HttpServer::Start(
      *access, options.port,
      [&site](const auto& request) { return site.Answer(request); });
  if (!server.ok()) return Fail(server.status(), kFailed);
  std::cout << Found(options, UrlOf(access->address, (*server)->port()))
            << std::endl;
  std::cerr << "knotestat: serving " << options.path
            << (options.metrics ? ", with /metrics" : "")
            << "; Ctrl-C ends it\n";
  while (!Interrupted())
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return kOk;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("PATH", options->path,
                 "Result file, or a folder of them (default: the current one)");
  app.add_option("--port", options->port, "Port; 0: any that is free")
      ->check(WholeNumber(0, 65535))
      ->capture_default_str();
  app.add_option("--listen", options->listen,
                 "Address of this machine to listen on; one beyond loopback "
                 "needs a token")
      ->capture_default_str();
  app.add_option("--token-file", options->token_file,
                 "Ask everybody for the token in the first line of this file");
  app.add_flag("--metrics", options->metrics,
               "Also answer /metrics, for Prometheus");
  app.add_flag("--json", options->as_json, "Print the address as JSON");
  return [options] { return Serve(*options); };
}

const CommandRegistration serve_registration({
    "serve",
    "Show result files in a browser, also while they are measured",
    "  knotestat serve sweep.db\n"
    "  knotestat serve results/ --port 0\n"
    "  knotestat serve sweep.db --metrics\n"
    "  knotestat serve results/ --listen 0.0.0.0 --token-file token\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli
