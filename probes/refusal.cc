// SPDX-License-Identifier: BSD-2-Clause
#include "probes/refusal.h"

#include <linux/capability.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace knotestat::probes {
namespace {

constexpr char kRemedyPayload[] = "knotestat/remedy";

struct Reason {
  absl::StatusCode code;
  std::string what;
  std::string remedy;
};

// The value of `field` in /proc/self/status.
std::string StatusField(std::string_view field) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field) && line.size() > field.size() &&
        line[field.size()] == ':') {
      return std::string(
          absl::StripAsciiWhitespace(line.substr(field.size() + 1)));
    }
  }
  return "";
}

bool InUserNamespace() {
  std::ifstream file("/proc/self/uid_map");
  uint64_t inside = 0, outside = 0, count = 0;
  if (!(file >> inside >> outside >> count)) return false;
  return inside != 0 || outside != 0 || count != UINT32_MAX;
}

Reason WhyDenied(const Privileges& privileges) {
  constexpr absl::StatusCode kDenied = absl::StatusCode::kPermissionDenied;
  if (!privileges.cap_bpf || !privileges.cap_perfmon) {
    return {kDenied,
            absl::StrCat("no privilege for eBPF: ",
                         privileges.cap_bpf       ? "CAP_PERFMON is"
                         : privileges.cap_perfmon ? "CAP_BPF is"
                                                  : "CAP_BPF and CAP_PERFMON "
                                                    "are",
                         " missing"),
            "run as root (sudo), or give the program the capability that USDT "
            "sites need, too: sudo setcap cap_sys_admin+ep PROGRAM"};
  }
  if (privileges.seccomp_filter) {
    return {kDenied,
            "the capabilities are there, but a seccomp filter (usually the "
            "container's) refuses bpf() or perf_event_open()",
            "run outside the container, or with a seccomp profile that allows "
            "both (docker: --security-opt seccomp=unconfined --privileged)"};
  }
  if (privileges.user_namespace) {
    return {kDenied,
            "the capabilities hold only inside a user namespace, and eBPF "
            "needs them in the initial one",
            "run as root of the machine, outside the user namespace"};
  }
  return {kDenied,
          "the kernel refuses eBPF although the capabilities are there",
          "if CAP_SYS_ADMIN is missing, which USDT sites need, run as root; "
          "else look at kernel lockdown (/sys/kernel/security/lockdown), "
          "/proc/sys/kernel/perf_event_paranoid and the kernel log"};
}

Reason Why(const Privileges& privileges, int error) {
  if (error == EPERM || error == EACCES) return WhyDenied(privileges);
  if (!privileges.btf) {
    return {absl::StatusCode::kUnimplemented,
            absl::StrCat("kernel ", privileges.kernel,
                         " has no BTF (/sys/kernel/btf/vmlinux)"),
            "run a kernel built with CONFIG_DEBUG_INFO_BTF=y, as Debian's are"};
  }
  if (error == ENOMEM || error == EMFILE || error == ENFILE) {
    return {absl::StatusCode::kResourceExhausted,
            absl::StrCat("out of resources: ", strerror(error)),
            error == ENOMEM ? "free memory, or raise `ulimit -l`"
                            : "raise `ulimit -n`"};
  }
  if (error == EINVAL || error == ENOENT || error == ESRCH ||
      error == EOPNOTSUPP || error == ENOSYS || error == E2BIG) {
    return {absl::StatusCode::kUnimplemented,
            absl::StrCat("kernel ", privileges.kernel,
                         " lacks what it needs: ", strerror(error)),
            "run Linux 5.15 or later with CONFIG_BPF_SYSCALL, "
            "CONFIG_UPROBE_EVENTS and CONFIG_PERF_EVENTS"};
  }
  return {absl::StatusCode::kInternal, strerror(error),
          "this is unexpected: please report it with the lines below"};
}

}  // namespace

Privileges ReadPrivileges() {
  uint64_t capabilities = 0;
  if (!absl::SimpleHexAtoi(StatusField("CapEff"), &capabilities)) {
    capabilities = 0;
  }
  auto has = [capabilities](int capability) {
    return (capabilities >> capability & 1) != 0;
  };
  const bool admin = has(CAP_SYS_ADMIN);
  utsname system{};
  uname(&system);
  return {.cap_bpf = admin || has(CAP_BPF),
          .cap_perfmon = admin || has(CAP_PERFMON),
          .seccomp_filter = StatusField("Seccomp") == "2",
          .user_namespace = InUserNamespace(),
          .btf = access("/sys/kernel/btf/vmlinux", R_OK) == 0,
          .kernel = system.release};
}

absl::Status Refusal(const Privileges& privileges, std::string_view probe,
                     std::string_view step, int error, std::string_view log) {
  const Reason reason = Why(privileges, error);
  // Debian's absl::string_view is not std::string_view.
  std::string said(log);
  absl::StripAsciiWhitespace(&said);
  absl::Status status(
      reason.code, absl::StrCat("probe ", std::string(probe), ": cannot ",
                                std::string(step), ": ", reason.what, "; ",
                                reason.remedy, said.empty() ? "" : "\n", said));
  status.SetPayload(kRemedyPayload, absl::Cord(reason.remedy));
  return status;
}

absl::Status Refusal(std::string_view probe, std::string_view step, int error,
                     std::string_view log) {
  return Refusal(ReadPrivileges(), probe, step, error, log);
}

std::string RemedyOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kRemedyPayload);
  return payload.has_value() ? std::string(*payload) : "";
}

}  // namespace knotestat::probes
