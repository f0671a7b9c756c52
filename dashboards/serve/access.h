// Who may ask the server: which addresses it may listen on, the Host header,
// the token.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_SERVE_ACCESS_H_
#define KNOTESTAT_DASHBOARDS_SERVE_ACCESS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace knotestat::dashboards {

struct Access {
  std::string address = "127.0.0.1";  // to listen on; numeric
  std::string token = "";             // empty: not asked for
  std::string host_name = "";         // of this machine; empty: not accepted
};

// Tokens that are shorter can be guessed.
inline constexpr size_t kLeastTokenLength = 16;

// Whether `address` is numeric and of the loopback interface.
bool IsLoopback(const std::string& address);

// kInvalidArgument: an address that is no number, one beyond loopback without a
// token, or a token that is too short or has other than printable characters.
absl::Status CheckAccess(const Access& access);

// Whether a request with this Host header is meant for this server. A page of
// another site whose name was made to point here (DNS rebinding) has its own
// name in it. On loopback: its names alone. Beyond: any numeric address,
// because such an attack needs a name, and the name of this machine.
bool HostIsOurs(const Access& access, std::string_view host);

// Whether the Authorization header carries the token: "Bearer TOKEN", or
// "Basic" with the token as the password of any user. Takes as long for a
// wrong token as for the right one.
bool MayEnter(const Access& access, std::string_view authorization);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_SERVE_ACCESS_H_
