// Why the kernel refused a probe, and the way out, in words.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_REFUSAL_H_
#define KNOTESTAT_PROBES_REFUSAL_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace knotestat::probes {

// What decides whether this process may use eBPF.
struct Privileges {
  bool cap_bpf = false;      // CAP_BPF or CAP_SYS_ADMIN is effective
  bool cap_perfmon = false;  // CAP_PERFMON or CAP_SYS_ADMIN is effective
  bool seccomp_filter = false;
  bool user_namespace = false;  // not the initial one
  bool btf = false;             // /sys/kernel/btf/vmlinux can be read
  std::string kernel;           // release, e.g. "6.1.0-13-amd64"
};

// Those of this process, now.
Privileges ReadPrivileges();

// The status for a failed `step` ("load", "attach to ...") of `probe` with
// errno value `error`. The message says what is missing and what to do;
// libbpf's own words, `log`, follow on lines of their own. RemedyOf() gives the
// way out alone. kPermissionDenied: privileges; kUnimplemented: the kernel
// lacks something; kResourceExhausted: memory or descriptors; else kInternal.
absl::Status Refusal(const Privileges& privileges, std::string_view probe,
                     std::string_view step, int error, std::string_view log);

// As above for this process, now.
absl::Status Refusal(std::string_view probe, std::string_view step, int error,
                     std::string_view log);

// What Refusal() said to do; empty for any other status.
std::string RemedyOf(const absl::Status& status);

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_REFUSAL_H_
