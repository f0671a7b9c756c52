// A client that sends bytes as they are, and may stop reading.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_DASHBOARDS_HTTP_CLIENT_H_
#define KNOTESTAT_TESTS_DASHBOARDS_HTTP_CLIENT_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace knotestat {

class HttpClient {
 public:
  explicit HttpClient(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address),
                         sizeof address) == 0;
  }
  ~HttpClient() { close(socket_); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  bool connected() const { return connected_; }

  bool Send(const std::string& bytes) const {
    return send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  // What comes until the server closes, or until `wanted` is in it.
  std::string Receive(const std::string& wanted = "") const {
    constexpr int kPatienceMs = 60'000;
    std::string text;
    std::array<char, 65536> buffer;
    while (wanted.empty() || text.find(wanted) == std::string::npos) {
      pollfd file = {socket_, POLLIN, 0};
      if (poll(&file, 1, kPatienceMs) <= 0) return text + "(no answer)";
      const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
      if (count <= 0) break;
      text.append(buffer.data(), static_cast<size_t>(count));
    }
    return text;
  }

 private:
  const int socket_;
  bool connected_ = false;
};

// The whole answer to a GET of `path`, with `headers` in place of the right
// Host header.
inline std::string Get(int port, const std::string& path,
                       const std::string& headers = "Host: localhost\r\n") {
  const HttpClient client(port);
  client.Send("GET " + path + " HTTP/1.1\r\n" + headers + "\r\n");
  return client.Receive();
}

}  // namespace knotestat

#endif  // KNOTESTAT_TESTS_DASHBOARDS_HTTP_CLIENT_H_
