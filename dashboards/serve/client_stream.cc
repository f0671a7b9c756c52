// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/client_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace knotestat::dashboards {
namespace {

// How long a stop of the server can go unnoticed.
constexpr std::chrono::milliseconds kLookUp(100);
constexpr size_t kMostDrained = size_t{1} << 20;

std::chrono::nanoseconds Seconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
}

}  // namespace

ClientStream::ClientStream(int socket, const HttpLimits& limits,
                           const std::atomic<bool>& stopping)
    : socket_(socket),
      stopping_(stopping),
      may_read_(limits.request_bytes),
      read_end_(Clock::now() + Seconds(limits.read_seconds)),
      may_wait_(Seconds(limits.write_seconds)) {}

bool ClientStream::Await(short events, Clock::time_point end) const {
  while (!stopping_.load(std::memory_order_relaxed)) {
    const auto left = end - Clock::now();
    if (left <= Clock::duration::zero()) return false;
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::min<Clock::duration>(left, kLookUp));
    pollfd file = {socket_, events, 0};
    const int ready =
        poll(&file, 1, std::max(1, static_cast<int>(wait.count())));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

bool ClientStream::is_readable() const {
  return may_read_ > 0 && Await(POLLIN, read_end_);
}

// Asked for before each event: a client that has closed its side is gone.
bool ClientStream::is_writable() const {
  if (stopping_.load(std::memory_order_relaxed)) return false;
  pollfd file = {socket_, POLLOUT | POLLRDHUP, 0};
  if (poll(&file, 1, 0) < 0) return false;
  return (file.revents & (POLLERR | POLLHUP | POLLRDHUP | POLLNVAL)) == 0;
}

ssize_t ClientStream::read(char* data, size_t size) {
  if (!is_readable()) return -1;
  const ssize_t count = recv(socket_, data, std::min(size, may_read_), 0);
  if (count > 0) may_read_ -= static_cast<size_t>(count);
  return count;
}

ssize_t ClientStream::write(const char* data, size_t size) {
  const auto begin = Clock::now();
  const bool ready = Await(POLLOUT, begin + may_wait_);
  may_wait_ -= Clock::now() - begin;
  if (!ready) return -1;
  return send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void ClientStream::Drain() {
  shutdown(socket_, SHUT_WR);
  std::array<char, 4096> unwanted;
  const auto end = Clock::now() + std::chrono::seconds(1);
  for (size_t taken = 0; taken < kMostDrained && Await(POLLIN, end);) {
    const ssize_t count =
        recv(socket_, unwanted.data(), unwanted.size(), MSG_DONTWAIT);
    if (count <= 0) return;
    taken += static_cast<size_t>(count);
  }
}

// Nothing here depends on who the client is.
void ClientStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}
void ClientStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace knotestat::dashboards
