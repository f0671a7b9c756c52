// Who may ask: addresses, names and tokens.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "dashboards/serve/access.h"

namespace knotestat::dashboards {
namespace {

using testing::HasSubstr;

constexpr char kToken[] = "0123456789abcdef";

std::string Complaint(const Access& access) {
  return std::string(CheckAccess(access).message());
}

TEST(Access, LoopbackIsKnown) {
  for (const char* address : {"127.0.0.1", "127.9.9.9", "::1"})
    EXPECT_TRUE(IsLoopback(address)) << address;
  for (const char* address : {"0.0.0.0", "::", "10.0.0.1", "127.0.0.1.x",
                              "localhost", "::ffff:1.2.3.4", ""})
    EXPECT_FALSE(IsLoopback(address)) << address;
}

TEST(Access, BeyondLoopbackNeedsAToken) {
  EXPECT_EQ(Complaint({}), "");
  EXPECT_EQ(Complaint({.address = "::1"}), "");
  EXPECT_THAT(Complaint({.address = "0.0.0.0"}), HasSubstr("--token-file"));
  EXPECT_EQ(Complaint({.address = "0.0.0.0", .token = kToken}), "");
  EXPECT_THAT(Complaint({.address = "0.0.0.0", .token = "short"}),
              HasSubstr("at least 16"));
  EXPECT_THAT(Complaint({.token = "0123456789 abcdef"}),
              HasSubstr("no blanks"));
  EXPECT_THAT(Complaint({.address = "example.org", .token = kToken}),
              HasSubstr("no numeric address"));
}

TEST(Access, BeyondLoopbackNumbersAndTheMachineAreNames) {
  const Access wide{
      .address = "0.0.0.0", .token = kToken, .host_name = "Buron"};
  for (const char* host :
       {"10.1.2.3:8417", "buron", "BURON:1", "[fe80::1]", "localhost"})
    EXPECT_TRUE(HostIsOurs(wide, host)) << host;
  for (const char* host : {"evil.example", "buron.evil.example", "", ":8417",
                           "[evil", "10.1.2.3.evil.example"})
    EXPECT_FALSE(HostIsOurs(wide, host)) << host;
}

TEST(Access, TheTokenOpensAndNothingElse) {
  const Access access{.token = kToken};
  EXPECT_TRUE(MayEnter({}, ""));
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER "})
    EXPECT_TRUE(MayEnter(access, std::string(scheme) + "0123456789abcdef"));
  EXPECT_TRUE(MayEnter(access, "basic OjAxMjM0NTY3ODlhYmNkZWY="));
  // "me:0123456789abcdef" and ":0123456789abcdef"
  EXPECT_TRUE(MayEnter(access, "Basic bWU6MDEyMzQ1Njc4OWFiY2RlZg=="));
  EXPECT_TRUE(MayEnter(access, "Basic OjAxMjM0NTY3ODlhYmNkZWY="));
  for (const char* header :
       {"", "Bearer ", "Bearer 0123456789abcdeF", "Bearer 0123456789abcde",
        "Bearer 0123456789abcdef0", "0123456789abcdef", "Basic !!!",
        "Basic MDEyMzQ1Njc4OWFiY2RlZg==" /* no colon */,
        "Basic bWU6MDEyMzQ1Njc4OWFiY2RlRg=="})
    EXPECT_FALSE(MayEnter(access, header)) << header;
}

}  // namespace
}  // namespace knotestat::dashboards
