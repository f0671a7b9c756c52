// What the tests with eBPF share.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_CLI_EBPF_H_
#define KNOTESTAT_TESTS_CLI_EBPF_H_

#include <string>

#include "probes/refusal.h"
#include "tests/cli/program.h"

namespace knotestat::cli {

// Skips where the privilege or BTF is missing; where they are there, a probe
// that does not load is a failure.
class EbpfTest : public CliTest {
 protected:
  void SetUp() override {
    const probes::Privileges privileges = probes::ReadPrivileges();
    if (!privileges.cap_bpf || !privileges.cap_perfmon)
      GTEST_SKIP() << "needs CAP_BPF and CAP_PERFMON: run as root";
    if (!privileges.btf)
      GTEST_SKIP() << "kernel " << privileges.kernel << " has no BTF";
  }
};

}  // namespace knotestat::cli

#endif  // KNOTESTAT_TESTS_CLI_EBPF_H_
