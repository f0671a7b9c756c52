// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/http_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dashboards/serve/client_stream.h"

namespace knotestat::dashboards {
namespace {

using Clock = std::chrono::steady_clock;

// What is shared with threads of httplib.
struct Stop {
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable changed;

  void Set() {
    const std::lock_guard lock(mutex);
    stopping = true;
    changed.notify_all();
  }
};

// A fixed number of threads and of connections that wait for one. When there
// are more the listener waits as well, and the kernel turns others away.
class Crew : public httplib::TaskQueue {
 public:
  Crew(int threads, Stop& stop)
      : stop_(stop), room_(static_cast<size_t>(threads)) {
    try {
      for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      // Those that there are do the work, only slower.
    }
  }

  ~Crew() override {
    if (!threads_.empty()) shutdown();
  }

  bool empty() const { return threads_.empty(); }

  void enqueue(std::function<void()> task) override {
    std::unique_lock lock(stop_.mutex);
    stop_.changed.wait(
        lock, [this] { return stop_.stopping || tasks_.size() < room_; });
    tasks_.push_back(std::move(task));
    stop_.changed.notify_all();
  }

  // What still waits is run: it sees that the server stops, and closes.
  void shutdown() override {
    stop_.Set();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Work() {
    std::unique_lock lock(stop_.mutex);
    while (true) {
      stop_.changed.wait(lock,
                         [this] { return stop_.stopping || !tasks_.empty(); });
      if (tasks_.empty()) return;
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      stop_.changed.notify_all();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  Stop& stop_;
  const size_t room_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
};

class Listener : public httplib::Server {
 public:
  Listener(const HttpLimits& limits, Stop& stop)
      : limits_(limits), stop_(stop) {}

 private:
  // In place of httplib's, which lets a client take its time.
  bool process_and_close_socket(socket_t socket) override {
    if (!stop_.stopping) {
      ClientStream stream(socket, limits_, stop_.stopping);
      bool closed = false;
      // httplib would copy a page once for each of a request's many ranges.
      process_request(stream, true, closed, [](httplib::Request& request) {
        request.ranges.clear();
      });
      stream.Drain();
    }
    close(socket);
    return true;
  }

  const HttpLimits& limits_;
  Stop& stop_;
};

class Server : public HttpServer {
 public:
  Server(const Access& access, HttpHandler handler, const HttpLimits& limits)
      : access_(access),
        handler_(std::move(handler)),
        limits_(limits),
        listener_(limits_, stop_) {
    listener_.new_task_queue = [this] { return crew_.release(); };
    listener_.set_payload_max_length(0);
    // httplib's own choice would share the port with another server.
    listener_.set_socket_options([](socket_t socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    // Everything is answered here: no pattern of httplib sees a request.
    listener_.set_pre_routing_handler(
        [this](const auto& request, auto& answer) {
          Answer(request, answer);
          return httplib::Server::HandlerResponse::Handled;
        });
  }

  absl::Status Listen(int port) {
    port_ = port;
    if (port == 0) {
      port_ = listener_.bind_to_any_port(access_.address);
    } else if (!listener_.bind_to_port(access_.address, port)) {
      port_ = -1;
    }
    if (port_ <= 0) {
      return absl::FailedPreconditionError(absl::StrCat(
          "cannot listen on ", access_.address, ", port ", port,
          ": it is taken, not allowed, or the address is not of this machine: "
          "give another --port (0: any that is free) or --listen"));
    }
    // Here, where it can be said that there is no thread to be had.
    crew_ = std::make_unique<Crew>(limits_.connections, stop_);
    try {
      if (!crew_->empty())
        thread_ = std::thread([this] { listener_.listen_after_bind(); });
    } catch (const std::system_error&) {
      // thread_ says so.
    }
    if (thread_.joinable()) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        "cannot start a thread that serves: more threads are not allowed "
        "(ulimit -u, or the cgroup's limit): end some, or raise the limit");
  }

  ~Server() override {
    stop_.Set();
    if (!thread_.joinable()) return;
    while (!listener_.is_running())
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    listener_.stop();
    thread_.join();
  }

  int port() const override { return port_; }

 private:
  static void SetHeaders(httplib::Response& answer) {
    answer.set_header("Accept-Ranges", "none");
    answer.set_header("Cache-Control", "no-store");
    answer.set_header("X-Content-Type-Options", "nosniff");
    answer.set_header("X-Frame-Options", "SAMEORIGIN");
    answer.set_header("Referrer-Policy", "no-referrer");
    answer.set_header("Cross-Origin-Resource-Policy", "same-origin");
    answer.set_header("Cross-Origin-Opener-Policy", "same-origin");
  }

  static void Refuse(httplib::Response& answer, int status,
                     const std::string& why) {
    answer.status = status;
    answer.set_content(why + "\n", "text/plain; charset=utf-8");
  }

  void Answer(const httplib::Request& request, httplib::Response& answer) {
    SetHeaders(answer);
    if (!HostIsOurs(access_, request.get_header_value("Host"))) {
      return Refuse(answer, 403,
                    "The Host header does not name this server: open it by "
                    "the address that it printed.");
    }
    if (!MayEnter(access_, request.get_header_value("Authorization"))) {
      answer.set_header("WWW-Authenticate", "Basic realm=\"knotestat\"");
      return Refuse(answer, 401,
                    "This server asks for its token, as the password of any "
                    "user or as a Bearer token.");
    }
    if (request.method != "GET" && request.method != "HEAD") {
      answer.set_header("Allow", "GET, HEAD");
      return Refuse(answer, 405, "Nothing here can be changed: only GET.");
    }
    HttpRequest asked{request.path, {}};
    for (const auto& [name, value] : request.params)
      asked.parameters[name] = value;
    Send(handler_(asked), answer);
  }

  void Send(HttpResponse response, httplib::Response& answer) {
    answer.status = response.status;
    if (!response.policy.empty())
      answer.set_header("Content-Security-Policy", response.policy);
    if (!response.location.empty())
      answer.set_header("Location", response.location);
    if (response.events == nullptr) {
      answer.set_content(response.body, response.type);
    } else {
      SendEvents(std::move(response.events), answer);
    }
  }

  void SendEvents(NextEvent next, httplib::Response& answer) {
    if (++streams_ > limits_.streams) {
      --streams_;
      return Refuse(answer, 503,
                    "Too many pages are open: close one, or start another "
                    "server.");
    }
    const auto end = Clock::now() +
                     std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(limits_.stream_seconds));
    answer.set_chunked_content_provider(
        "text/event-stream",
        [this, end, next = std::move(next)](size_t, httplib::DataSink& sink) {
          if (stop_.stopping || Clock::now() > end) return false;
          const std::optional<std::string> event = next();
          if (!event) {
            sink.done();
            return true;
          }
          // What is not read in time ends the stream; nothing piles up here.
          return sink.is_writable() &&
                 (event->empty() || sink.write(event->data(), event->size()));
        },
        [this](bool) { --streams_; });
  }

  const Access access_;
  const HttpHandler handler_;
  const HttpLimits limits_;
  Stop stop_;
  std::unique_ptr<Crew> crew_;  // until the listener takes it over
  Listener listener_;
  std::thread thread_;
  std::atomic<int> streams_{0};
  int port_ = -1;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const Access& access, int port, HttpHandler handler,
    const HttpLimits& limits) {
  absl::Status allowed = CheckAccess(access);
  if (!allowed.ok()) return allowed;
  auto server = std::make_unique<Server>(access, std::move(handler), limits);
  absl::Status listening = server->Listen(port);
  if (!listening.ok()) return listening;
  return server;
}

}  // namespace knotestat::dashboards
