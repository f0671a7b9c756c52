// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/access.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace knotestat::dashboards {
namespace {

bool IsVersion4(const std::string& address) {
  in_addr number{};
  return inet_pton(AF_INET, address.c_str(), &number) == 1;
}

bool IsVersion6(const std::string& address) {
  in6_addr number{};
  return inet_pton(AF_INET6, address.c_str(), &number) == 1;
}

// "[::1]:8417" and "localhost:8417" without the port, in lower case.
std::string NameIn(std::string_view host) {
  std::string name =
      absl::AsciiStrToLower(absl::string_view(host.data(), host.size()));
  if (absl::StartsWith(name, "[")) {
    const size_t end = name.find(']');
    return end == std::string::npos ? "" : name.substr(1, end - 1);
  }
  return name.substr(0, name.find(':'));
}

bool SameToken(std::string_view given, std::string_view token) {
  unsigned difference = given.size() == token.size() ? 0 : 1;
  for (size_t i = 0; i < token.size(); ++i) {
    const char other = i < given.size() ? given[i] : '\0';
    difference |= static_cast<unsigned char>(other ^ token[i]);
  }
  return difference == 0;
}

}  // namespace

bool IsLoopback(const std::string& address) {
  in6_addr number{};
  if (inet_pton(AF_INET6, address.c_str(), &number) == 1)
    return IN6_IS_ADDR_LOOPBACK(&number);
  return IsVersion4(address) && absl::StartsWith(address, "127.");
}

absl::Status CheckAccess(const Access& access) {
  if (!IsVersion4(access.address) && !IsVersion6(access.address)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--listen: '", access.address,
        "' is no numeric address: give one of this machine, such as "
        "127.0.0.1, ::1 or 0.0.0.0"));
  }
  const bool printable =
      std::all_of(access.token.begin(), access.token.end(),
                  [](char c) { return c > ' ' && c < '\x7f'; });
  if (!access.token.empty() &&
      (access.token.size() < kLeastTokenLength || !printable)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--token-file: a token has at least ", kLeastTokenLength,
        " printable characters and no blanks: make one with `openssl rand "
        "-hex 16`"));
  }
  if (IsLoopback(access.address) || !access.token.empty())
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--listen ", access.address,
      ": others could read the results: give a token, too (--token-file), or "
      "listen on 127.0.0.1 and come by ssh -L"));
}

bool HostIsOurs(const Access& access, std::string_view host) {
  const std::string name = NameIn(host);
  if (name == "localhost" || IsLoopback(name)) return true;
  if (IsLoopback(access.address)) return false;
  if (IsVersion4(name) || IsVersion6(name)) return true;
  return !name.empty() && name == absl::AsciiStrToLower(access.host_name);
}

bool MayEnter(const Access& access, std::string_view authorization) {
  if (access.token.empty()) return true;
  constexpr std::string_view kBearer = "Bearer ", kBasic = "Basic ";
  // The name of a scheme is in any case, as RFC 9110 has it.
  const auto is = [&](std::string_view scheme) {
    return absl::EqualsIgnoreCase(
        std::string(authorization.substr(0, scheme.size())),
        std::string(scheme));
  };
  if (is(kBearer))
    return SameToken(authorization.substr(kBearer.size()), access.token);
  if (!is(kBasic)) return false;
  std::string pair;
  if (!absl::Base64Unescape(std::string(authorization.substr(kBasic.size())),
                            &pair))
    return false;
  const size_t colon = pair.find(':');
  return colon != std::string::npos &&
         SameToken(std::string_view(pair).substr(colon + 1), access.token);
}

}  // namespace knotestat::dashboards
