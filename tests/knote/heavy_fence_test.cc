// A heavy fence takes place, or the process ends.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "knote/env/hw_env.h"

namespace knote {
namespace {

// From here on membarrier(2) fails with EPERM. False if that cannot be done.
bool RefuseMembarrier() {
  std::array<sock_filter, 4> code = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{.len = code.size(), .filter = code.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

using Fence = void (*)();

void FenceRefused(Fence fence) {
  if (RefuseMembarrier()) fence();
}

TEST(HeavyFence, EndsTheProcessIfItIsRefused) {
  if (HwEnv::HeavyFenceMissing()) GTEST_SKIP() << "no membarrier(2)";
  if (prctl(PR_GET_SECCOMP) < 0) GTEST_SKIP() << "no seccomp";
  for (const Fence fence : {&HwEnv::HeavyFence, &HwEnv::RestartFence}) {
    EXPECT_DEATH(FenceRefused(fence),
                 "membarrier.2. failed: Operation not permitted: readers are "
                 "not protected");
  }
}

}  // namespace
}  // namespace knote
