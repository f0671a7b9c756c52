// One client's connection: what it may take and send is bounded.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_SERVE_CLIENT_STREAM_H_
#define KNOTESTAT_DASHBOARDS_SERVE_CLIENT_STREAM_H_

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <string>

#include "dashboards/serve/http_server.h"

namespace knotestat::dashboards {

// Reads at most limits.request_bytes within limits.read_seconds, and waits
// limits.write_seconds in all for a client that does not take what it asked
// for. Beyond that every call fails, and as soon as `stopping` is set.
class ClientStream : public httplib::Stream {
 public:
  ClientStream(int socket, const HttpLimits& limits,
               const std::atomic<bool>& stopping);

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  // Says that nothing more comes, and waits briefly for what the client still
  // sends: unread, it would take the answer with it.
  void Drain();

 private:
  using Clock = std::chrono::steady_clock;
  // Whether the socket is ready for `events` before `end`.
  bool Await(short events, Clock::time_point end) const;

  const int socket_;
  const std::atomic<bool>& stopping_;
  size_t may_read_;
  const Clock::time_point read_end_;
  Clock::duration may_wait_;  // for writing
};

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_SERVE_CLIENT_STREAM_H_
