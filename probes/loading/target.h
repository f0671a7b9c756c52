// Telling a BPF program of kns_target.bpf.h which process it watches.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOADING_TARGET_H_
#define KNOTESTAT_PROBES_LOADING_TARGET_H_

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "probes/probe.h"

namespace knotestat::probes {

// Sets the constants of `probe`; between open and load. The status says which
// file of /proc is missing.
template <class Rodata>
absl::Status NameTarget(std::string_view probe, const Target& target,
                        Rodata& rodata) {
  struct stat pid_namespace {};
  if (stat("/proc/self/ns/pid", &pid_namespace) != 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("probe ", std::string(probe),
                            ": cannot read /proc/self/ns/pid; mount /proc "
                            "(mount -t proc proc /proc)"));
  }
  rodata.pid_namespace_device = pid_namespace.st_dev;
  rodata.pid_namespace_inode = pid_namespace.st_ino;
  rodata.target_process = static_cast<uint32_t>(target.pid);
  return absl::OkStatus();
}

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_LOADING_TARGET_H_
