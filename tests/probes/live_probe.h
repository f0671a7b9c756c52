// Tests that attach real probes to this process.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_PROBES_LIVE_PROBE_H_
#define KNOTESTAT_TESTS_PROBES_LIVE_PROBE_H_

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "probes/probe_set.h"
#include "probes/refusal.h"

namespace knotestat::probes {

inline constexpr int kTwentyThree = 23;  // prime: no batch size divides it

inline Target ThisProcess() {
  Target target;
  target.pid = getpid();
  target.binary = "/proc/self/exe";
  return target;
}

inline pid_t ThisThread() { return static_cast<pid_t>(syscall(SYS_gettid)); }

// Skips where eBPF cannot work at all, saying why; nothing else is a reason.
class LiveProbe : public testing::Test {
 protected:
  void SetUp() override {
    if (RegisteredProbes().empty()) GTEST_SKIP() << "built without eBPF";
    const Privileges privileges = ReadPrivileges();
    if (!privileges.cap_bpf || !privileges.cap_perfmon) {
      GTEST_SKIP() << "needs CAP_BPF and CAP_PERFMON (run as root)";
    }
    if (!privileges.btf) GTEST_SKIP() << "needs /sys/kernel/btf/vmlinux";
  }

  // Loads one probe, attaches it and sets slot 0.
  void Start(const std::string& probe, const Target& target = ThisProcess()) {
    const std::vector<std::string> names = {probe};
    ASSERT_EQ(set_.Load(names, target), absl::OkStatus());
    ASSERT_EQ(set_.AttachAll(), absl::OkStatus());
    set_.SetSlot(0);
  }

  // Detaches and takes a slot.
  Observations Finish(int slot = 0) {
    set_.DetachAll();
    return Take(slot);
  }

  Observations Take(int slot = 0) {
    absl::StatusOr<Observations> seen = set_.Collect(slot);
    EXPECT_EQ(seen.status(), absl::OkStatus());
    return seen.ok() ? *seen : Observations();
  }

  ProbeSet set_;
};

// The sum of a histogram's counts.
inline uint64_t CountOf(const Observations& seen, const std::string& name) {
  uint64_t count = 0;
  auto found = seen.histograms.find(name);
  if (found == seen.histograms.end()) return 0;
  for (const Bucket& bucket : found->second) count += bucket.count;
  return count;
}

// A counter, or -1 if it is absent.
inline double Counter(const Observations& seen, const std::string& name) {
  auto found = seen.counters.find(name);
  return found == seen.counters.end() ? -1 : found->second;
}

}  // namespace knotestat::probes

#endif  // KNOTESTAT_TESTS_PROBES_LIVE_PROBE_H_
