// Messages over a socket between two processes of one program.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_CHANNEL_H_
#define KNOTESTAT_COLLECTOR_CHANNEL_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace knotestat::collector {

// One end of a connected stream socket, which it closes. Not thread-safe.
class Channel {
 public:
  explicit Channel(int socket) : socket_(socket) {}
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int socket() const { return socket_; }

  // Both block. kUnavailable if the other end is gone.
  absl::Status Send(std::string_view message);
  absl::StatusOr<std::string> Receive();

 private:
  const int socket_;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_CHANNEL_H_
