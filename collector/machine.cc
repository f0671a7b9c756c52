// SPDX-License-Identifier: BSD-2-Clause
#include "collector/machine.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace knotestat::collector {
namespace {

std::string CpuModel() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const size_t colon = line.find(": ");
    return colon == std::string::npos ? "" : line.substr(colon + 2);
  }
  return "";
}

std::string Build() {
#if defined(__SANITIZE_THREAD__)
  constexpr char kKind[] = "tsan";
#elif defined(__SANITIZE_ADDRESS__)
  constexpr char kKind[] = "asan-ubsan";
#elif defined(NDEBUG)
  constexpr char kKind[] = "release";
#else
  constexpr char kKind[] = "debug";
#endif
#if defined(__clang__)
  return absl::StrCat(kKind, " clang ", __clang_version__);
#else
  return absl::StrCat(kKind, " g++ ", __VERSION__);
#endif
}

}  // namespace

std::optional<double> StealNs(const std::vector<int>& cpus) {
  std::ifstream stat("/proc/stat");
  const double tick_ns = 1e9 / static_cast<double>(sysconf(_SC_CLK_TCK));
  std::optional<double> total;
  for (std::string line; std::getline(stat, line);) {
    std::istringstream fields(line);
    std::string name;
    fields >> name;
    if (name.rfind("cpu", 0) != 0 || name == "cpu") continue;
    if (std::find(cpus.begin(), cpus.end(), std::atoi(name.c_str() + 3)) ==
        cpus.end())
      continue;
    // user nice system idle iowait irq softirq steal
    double value = 0;
    for (int i = 0; i < 8 && fields >> value; ++i) {
    }
    if (fields) total = total.value_or(0) + value * tick_ns;
  }
  return total;
}

uint64_t InvoluntarySwitches() {
  rusage usage;
  if (getrusage(RUSAGE_THREAD, &usage) != 0) return 0;
  return static_cast<uint64_t>(usage.ru_nivcsw);
}

std::string TimeNow() {
  return absl::FormatTime(absl::RFC3339_sec, absl::Now(), absl::UTCTimeZone());
}

record::Context DescribeMachine() {
  record::Context context;
  utsname names;
  if (uname(&names) == 0) {
    context.host = names.nodename;
    context.kernel = names.release;
  }
  context.cpu_model = CpuModel();
  context.cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  context.started_at = TimeNow();
  context.build = Build();
  return context;
}

}  // namespace knotestat::collector
