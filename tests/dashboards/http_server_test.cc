// Bounds of the server: size, time and number of requests, and its end.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/http_server.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "tests/dashboards/http_client.h"

namespace knotestat::dashboards {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kRequest[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::unique_ptr<HttpServer> Serve(HttpHandler handler,
                                  const HttpLimits& limits = {},
                                  const Access& access = {}) {
  auto server = HttpServer::Start(access, 0, std::move(handler), limits);
  EXPECT_TRUE(server.ok()) << server.status();
  return server.ok() ? *std::move(server) : nullptr;
}

HttpResponse Hello(const HttpRequest& request) {
  HttpResponse response;
  response.body = "hello " + request.path;
  for (const auto& [name, value] : request.parameters)
    response.body += " " + name + "=" + value;
  return response;
}

// Never ends by itself.
HttpResponse Ticking(const HttpRequest&) {
  HttpResponse response;
  response.events = []() -> std::optional<std::string> {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return "data: tick\n\n";
  };
  return response;
}

TEST(HttpServer, AnswersAndDecodes) {
  const auto server = Serve(Hello);
  const std::string answer = Get(server->port(), "/a%20b?x=%3C1&y");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("hello /a b x=<1 y="));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff"));
}

TEST(HttpServer, ReadsOnly) {
  const auto server = Serve(Hello);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    const HttpClient client(server->port());
    client.Send(
        std::string(method) +
        " / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_THAT(client.Receive(), StartsWith("HTTP/1.1 405")) << method;
  }
  const HttpClient client(server->port());
  client.Send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.Receive(), Not(HasSubstr("hello")));
}

TEST(HttpServer, WhatIsNoRequestDoesNoHarm) {
  const auto server = Serve(Hello);
  const std::string digits(7000, '0');
  for (const std::string& bytes :
       {std::string("\r\n\r\n"), std::string("GET\r\n\r\n"),
        std::string(8000, '\0') + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=" + digits +
            "-\r\n\r\n",
        std::string("GET /%ff%zz%00 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=5-2,"
                    "0-99999999999999999999\r\n\r\n")}) {
    const HttpClient client(server->port());
    client.Send(bytes);
    client.Receive();
  }
  EXPECT_THAT(Get(server->port(), "/"), HasSubstr("hello /"));
}

TEST(HttpServer, SendsTheWholePageWhateverRangesAreAskedFor) {
  const std::string page(100'000, 'x');
  const auto server = Serve([&](const HttpRequest&) {
    HttpResponse response;
    response.body = page;
    return response;
  });
  std::string many = "0-";
  for (int i = 0; i < 1000; ++i) many += ",0-";
  for (const std::string& ranges : {std::string("0-9"), many}) {
    const std::string answer =
        Get(server->port(), "/",
            "Host: localhost\r\nRange: bytes=" + ranges + "\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nAccept-Ranges: none\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 100000\r\n"));
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + page));
  }
}

TEST(HttpServer, ALongRequestIsNotReadToItsEnd) {
  std::atomic<int> asked = 0;
  const auto server = Serve([&](const HttpRequest& request) {
    ++asked;
    return Hello(request);
  });
  const std::string host = "Host: localhost\r\n";
  std::string headers = host;
  for (int i = 0; i < 500; ++i)
    headers += "X-" + std::to_string(i) + ": xxxxxxxxxxxxxxxxxxxxxx\r\n";
  EXPECT_THAT(Get(server->port(), "/", headers), Not(HasSubstr("hello")));
  EXPECT_THAT(Get(server->port(), "/" + std::string(20'000, 'x')),
              Not(HasSubstr("hello")));
  EXPECT_EQ(asked, 0);
  EXPECT_THAT(Get(server->port(), "/", host), HasSubstr("hello"));
  EXPECT_EQ(asked, 1);
}

TEST(HttpServer, AClientThatDoesNotFinishItsRequestIsSentAway) {
  const auto server = Serve(Hello, {.connections = 2, .read_seconds = 0.3});
  // More than can be at work or wait.
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (int i = 0; i < 6; ++i) {
    slow.push_back(std::make_unique<HttpClient>(server->port()));
    slow.back()->Send("GET / HTTP/1.1\r\nHost: loc");
  }
  EXPECT_THAT(Get(server->port(), "/"), HasSubstr("hello"));
  for (const auto& client : slow)
    EXPECT_THAT(client->Receive(), Not(HasSubstr("hello")));
}

TEST(HttpServer, AClientThatDoesNotReadIsLeft) {
  const std::string large(64 << 20, 'x');
  const auto server = Serve(
      [&](const HttpRequest& request) {
        HttpResponse response = Hello(request);
        if (request.path == "/large") response.body = large;
        return response;
      },
      {.connections = 1, .write_seconds = 0.3});
  const HttpClient stalled(server->port());
  stalled.Send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
  // The only thread comes free again.
  EXPECT_THAT(Get(server->port(), "/"), HasSubstr("hello"));
  EXPECT_LT(stalled.Receive().size(), large.size());
}

TEST(HttpServer, StreamsAreCountedAndOneThatIsLeftMakesRoom) {
  const auto server = Serve(Ticking, {.streams = 1});
  auto first = std::make_unique<HttpClient>(server->port());
  first->Send(kRequest);
  EXPECT_THAT(first->Receive("tick"), HasSubstr("text/event-stream"));
  EXPECT_THAT(Get(server->port(), "/"), StartsWith("HTTP/1.1 503"));
  first.reset();
  std::string answer;
  for (int attempt = 0;
       attempt < 500 && answer.find("tick") == std::string::npos; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const HttpClient next(server->port());
    next.Send(kRequest);
    answer = next.Receive("tick");
  }
  EXPECT_THAT(answer, HasSubstr("tick"));
}

TEST(HttpServer, EndsWithStreamsAndStalledClientsOpen) {
  auto server = Serve(Ticking, {.connections = 3});
  const HttpClient stream(server->port()), stalled(server->port());
  stream.Send(kRequest);
  stream.Receive("tick");
  stalled.Send("GET /");
  const int port = server->port();
  server.reset();
  EXPECT_THAT(stream.Receive(), Not(HasSubstr("no answer")));
  EXPECT_FALSE(HttpClient(port).connected());
}

TEST(HttpServer, OfTwoOnOnePortTheSecondIsRefused) {
  const auto server = Serve(Hello);
  const auto second = HttpServer::Start({}, server->port(), Hello);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("--port"));
}

TEST(HttpServer, AForeignHostNeverReachesTheHandler) {
  std::atomic<int> asked = 0;
  const auto server = Serve([&](const HttpRequest& request) {
    ++asked;
    return Hello(request);
  });
  for (const char* header :
       {"Host: evil.example\r\n", "Host: 127.0.0.1.evil.example\r\n",
        "Host: localhost.evil.example:80\r\n", "Host:\r\n", "",
        "Host: 192.168.0.1\r\n", "Host: [::2]\r\n"}) {
    EXPECT_THAT(Get(server->port(), "/", header), StartsWith("HTTP/1.1 403"))
        << header;
  }
  EXPECT_EQ(asked, 0);
  for (const char* header : {"Host: 127.0.0.1:1\r\n", "Host: LOCALHOST\r\n",
                             "Host: [::1]:8417\r\n"}) {
    EXPECT_THAT(Get(server->port(), "/", header), StartsWith("HTTP/1.1 200"))
        << header;
  }
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace knotestat::dashboards
