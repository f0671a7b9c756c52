// `knotestat serve`: its pages, who may read them, and files that are not as
// they should be.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "record/store.h"
#include "tests/cli/server.h"

namespace knotestat::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ServeTest : public CliTest {
 protected:
  ServeTest() { std::filesystem::create_directory(results_); }

  ServerProgram Serve(Arguments more = {}) {
    if (more.empty() || more[0].starts_with("-"))
      more.insert(more.begin(), results_);
    return ServerProgram(Path("printed"), more);
  }

  std::string Made(const std::string& name) {
    return MakeResult("results/" + name, {"--strategy", "epoch"});
  }

  const std::string results_ = Path("results");
};

TEST_F(ServeTest, ListsResultsAndShowsOne) {
  Made("a.db");
  Made("b & <b>.db");
  WriteAll(Path("results/note.txt"), "no result");
  WriteAll(Path("results/.hidden.db"), "no result");
  const ServerProgram server = Serve();
  const std::string list = server.Get("/");
  EXPECT_THAT(list, AllOf(HasSubstr("200 OK"), HasSubstr("\"/run/a.db\""),
                          HasSubstr("b &amp; &lt;b&gt;.db"),
                          HasSubstr("/run/b%20%26%20%3Cb%3E.db"),
                          HasSubstr("Finished")));
  EXPECT_THAT(list, AllOf(Not(HasSubstr("note.txt")), Not(HasSubstr("hidden")),
                          Not(HasSubstr("<b>"))));
  EXPECT_THAT(server.Get("/run/b%20%26%20%3Cb%3E.db"),
              AllOf(HasSubstr("200 OK"), HasSubstr("script-src 'self'"),
                    Not(HasSubstr("<b>"))));
  const std::string report = server.Get("/report/a.db");
  ASSERT_EQ(
      RunProgram({"report", Path("results/a.db"), "--html", Path("page.html")})
          .code,
      0);
  EXPECT_EQ(report.substr(report.find("\r\n\r\n") + 4),
            ReadAll(Path("page.html")));
  EXPECT_THAT(report, AllOf(HasSubstr("script-src 'sha256-"),
                            HasSubstr("frame-ancestors 'self'")));
}

TEST_F(ServeTest, PrintsWhereItIsAsJson) {
  Made("a.db");
  const ServerProgram server = Serve({"--json", "--metrics"});
  const std::string url =
      "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  const std::string printed = ReadAll(Path("printed"));
  EXPECT_EQ(printed.find('\n'), printed.size() - 1) << "one line";
  EXPECT_EQ(nlohmann::json::parse(printed),
            (nlohmann::json{{"schema", 1},
                            {"url", url},
                            {"path", results_},
                            {"metrics", url + "metrics"}}));
  EXPECT_THAT(server.Get("/metrics"), HasSubstr("200 OK"));
}

TEST_F(ServeTest, OneFileHasNoList) {
  Made("other.db");
  const std::string one = Made("one.db");
  const ServerProgram server = Serve({one});
  EXPECT_THAT(server.Get("/"),
              AllOf(HasSubstr("303 "), HasSubstr("Location: /run/one.db\r\n")));
  EXPECT_THAT(server.Get("/run/one.db"), HasSubstr("200 OK"));
  EXPECT_THAT(server.Get("/run/other.db"), HasSubstr("404"));
}

TEST_F(ServeTest, ComparesTwo) {
  Made("a.db");
  Made("b.db");
  Made("two  blanks.db");
  const ServerProgram server = Serve();
  // A browser makes one blank of two, were it not for the value.
  EXPECT_THAT(server.Get("/"), HasSubstr("<option value=\"two  blanks.db\">"));
  EXPECT_THAT(server.Get("/compare?before=a.db&after=b.db"),
              AllOf(HasSubstr("200 OK"), HasSubstr("<td>epoch</td>"),
                    HasSubstr("<td>submit, marginal</td>"),
                    HasSubstr("<th>Relative</th>"), HasSubstr(" ns</td>"),
                    // What was not computed is not 0.
                    HasSubstr("<td>-</td><td>-</td>"),
                    Not(HasSubstr("<td>0.00</td><td>0.00</td>"))));
  EXPECT_THAT(server.Get("/compare?before=a.db"), HasSubstr("400 "));
  EXPECT_THAT(server.Get("/compare?before=a.db&after=c.db"),
              AllOf(HasSubstr("404 "), HasSubstr("c.db")));
}

TEST_F(ServeTest, NoPathLeadsOutOfTheFolder) {
  Made("a.db");
  const std::string outside = MakeResult("outside.db", {"--strategy", "epoch"});
  std::filesystem::create_symlink(outside, Path("results/link.db"));
  std::filesystem::create_directory(Path("results/below"));
  std::filesystem::copy_file(outside, Path("results/below/b.db"));
  const ServerProgram server = Serve();
  for (const char* kind : {"/run/", "/report/", "/events/"}) {
    for (const std::string& name :
         {std::string("../outside.db"), std::string("..%2foutside.db"),
          std::string("%2e%2e/outside.db"), std::string("below/b.db"),
          std::string("below%2fb.db"), std::string("link.db"),
          std::string("a.db%00"), std::string("./a.db"), std::string(""),
          std::string(".."), outside}) {
      EXPECT_THAT(server.Get(kind + name), StartsWith("HTTP/1.1 404"))
          << kind << name;
    }
  }
  EXPECT_THAT(server.Get("/../outside.db"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(server.Get("/compare?before=../outside.db&after=a.db"),
              StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(server.Get("/report/a.db"), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServeTest, FilesThatAreNotAsTheyShouldBeGetAPageThatSaysSo) {
  const std::string whole = ReadAll(Made("a.db"));
  WriteAll(Path("results/damaged.db"), whole.substr(0, whole.size() / 2 + 100));
  WriteAll(Path("results/empty.db"), "");
  WriteAll(Path("results/text.db"), std::string(1000, 'x'));
  ASSERT_TRUE(record::Writer::Create(Path("results/cells.db"), {}).ok());
  const ServerProgram server = Serve();
  EXPECT_THAT(server.Get("/"),
              AllOf(HasSubstr("damaged.db: truncated or damaged"),
                    HasSubstr("empty.db: is empty"),
                    HasSubstr("text.db: is not an SQLite database")));
  for (const char* kind : {"/run/", "/report/"}) {
    EXPECT_THAT(server.Get(kind + std::string("damaged.db")),
                AllOf(StartsWith("HTTP/1.1 500"), HasSubstr("truncated")))
        << kind;
  }
  EXPECT_THAT(server.Get("/run/cells.db"), HasSubstr("200 OK"));
  EXPECT_THAT(server.Get("/report/cells.db"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("id=\"data\"")));
  const HttpClient client(server.port());
  client.Send("GET /events/a.db HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.Receive("look\n"), HasSubstr("text/event-stream"));
  std::filesystem::remove(Path("results/a.db"));
  EXPECT_THAT(client.Receive("problem"), HasSubstr("no such file"));
  EXPECT_THAT(server.Get("/run/a.db"),
              AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("was removed")));
}

TEST_F(ServeTest, MetricsOnlyIfWanted) {
  Made("a.db");
  EXPECT_THAT(Serve().Get("/metrics"), StartsWith("HTTP/1.1 404"));
  const ServerProgram server = Serve({"--metrics"});
  const std::string metrics = server.Get("/metrics");
  EXPECT_THAT(metrics, AllOf(HasSubstr("application/openmetrics-text"),
                             HasSubstr("knotestat_run_info{")));
  EXPECT_EQ(metrics, server.Get("/metrics?file=a.db"));
  EXPECT_THAT(server.Get("/metrics?file=../a.db"), StartsWith("HTTP/1.1 404"));
}

TEST_F(ServeTest, BeyondLoopbackATokenIsAskedFor) {
  Made("a.db");
  const Finished without =
      RunProgram({"serve", results_, "--listen", "0.0.0.0", "--port", "0"});
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("--token-file"));
  WriteAll(Path("token"), "0123456789abcdef\n");
  const ServerProgram server =
      Serve({"--listen", "0.0.0.0", "--token-file", Path("token")});
  EXPECT_THAT(server.Get("/"), AllOf(StartsWith("HTTP/1.1 401"),
                                     HasSubstr("WWW-Authenticate: Basic"),
                                     Not(HasSubstr("a.db"))));
  EXPECT_THAT(Get(server.port(), "/",
                  "Host: 10.0.0.1\r\nAuthorization: Bearer "
                  "0123456789abcdef\r\n"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("a.db")));
}

TEST_F(ServeTest, WrongArgumentsAreUsageErrors) {
  EXPECT_EQ(RunProgram({"serve", Path("nothing")}).code, 1);
  EXPECT_EQ(RunProgram({"serve", "--port", "70000"}).code, 2);
  EXPECT_EQ(RunProgram({"serve", "--listen", "example.org"}).code, 2);
  EXPECT_EQ(RunProgram({"serve", "--token-file", Path("nothing")}).code, 2);
  WriteAll(Path("token"), "short\n");
  EXPECT_EQ(RunProgram({"serve", "--token-file", Path("token")}).code, 2);
}

TEST_F(ServeTest, ATokenIsInARegularFile) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const std::string& file :
       {Path("pipe"), std::string("/dev/zero"), folder_.string()}) {
    const Finished refused = RunProgram({"serve", "--token-file", file});
    EXPECT_EQ(refused.code, 2) << file;
    EXPECT_THAT(refused.err, HasSubstr(file + ": is no regular file"));
  }
}

TEST_F(ServeTest, EitherSignalEndsItAndNothingIsLeft) {
  Made("a.db");
  for (const int signal : {SIGINT, SIGTERM}) {
    ServerProgram server = Serve();
    server.Get("/report/a.db");
    const HttpClient stream(server.port()), stalled(server.port());
    stream.Send("GET /events/a.db HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.Receive("look");
    stalled.Send("GET / HTTP");
    const Finished finished = server.End(signal);
    EXPECT_EQ(finished.code, 0) << finished.err;
    std::vector<std::string> left;
    for (const auto& file : std::filesystem::directory_iterator(results_))
      left.push_back(file.path().filename());
    EXPECT_THAT(left, testing::ElementsAre("a.db"));
  }
}

}  // namespace
}  // namespace knotestat::cli
