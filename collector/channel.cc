// SPDX-License-Identifier: BSD-2-Clause
#include "collector/channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace knotestat::collector {
namespace {

absl::Status Gone() {
  return absl::UnavailableError("the other process is gone");
}

absl::Status SendAll(int socket, const char* data, size_t size) {
  while (size > 0) {
    // A signal of its own for a closed socket would end this process.
    const ssize_t sent = send(socket, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return Gone();
    data += sent;
    size -= static_cast<size_t>(sent);
  }
  return absl::OkStatus();
}

absl::Status ReceiveAll(int socket, char* data, size_t size) {
  while (size > 0) {
    const ssize_t received = recv(socket, data, size, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return Gone();
    data += received;
    size -= static_cast<size_t>(received);
  }
  return absl::OkStatus();
}

}  // namespace

Channel::~Channel() { close(socket_); }

absl::Status Channel::Send(std::string_view message) {
  const uint64_t size = message.size();
  absl::Status sent =
      SendAll(socket_, reinterpret_cast<const char*>(&size), sizeof size);
  if (!sent.ok()) return sent;
  return SendAll(socket_, message.data(), message.size());
}

absl::StatusOr<std::string> Channel::Receive() {
  uint64_t size = 0;
  absl::Status received =
      ReceiveAll(socket_, reinterpret_cast<char*>(&size), sizeof size);
  if (!received.ok()) return received;
  std::string message(size, '\0');
  received = ReceiveAll(socket_, message.data(), message.size());
  if (!received.ok()) return received;
  return message;
}

}  // namespace knotestat::collector
