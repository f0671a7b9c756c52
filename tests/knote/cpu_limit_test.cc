// How many CPU numbers there can be.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/env/cpu_limit.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

#include "knote/env/hw_env.h"

namespace knote {
namespace {

TEST(CpuLimit, IsAboveTheHighestOfAList) {
  EXPECT_EQ(CpuLimitOf("0\n"), 1);
  EXPECT_EQ(CpuLimitOf("0-1\n"), 2);
  EXPECT_EQ(CpuLimitOf("0-3,8,16-127"), 128);
  EXPECT_EQ(CpuLimitOf("5"), 6);
  for (const char* none : {"", "\n", "none", "-1", "0;4", "99999999999"})
    EXPECT_EQ(CpuLimitOf(none), 0) << none;
}

// Also for a thread that may use one CPU only: it may be moved later.
TEST(CpuLimit, DoesNotDependOnWhichCpusMayBeUsedNow) {
  const int bits = BitsOfCpuMask();
  std::thread([bits] {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(sched_getcpu(), &only);
    sched_setaffinity(0, sizeof only, &only);
    EXPECT_EQ(BitsOfCpuMask(), bits);
  }).join();
  EXPECT_GE(bits, HwEnv::CpuLimit());
  EXPECT_GT(HwEnv::CpuLimit(), sched_getcpu());
}

}  // namespace
}  // namespace knote
