// SPDX-License-Identifier: BSD-2-Clause
#include "knote/env/cpu_limit.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cstdint>

#include "knote/env/system_call.h"

namespace knote {

int CpuLimitOf(std::string_view list) {
  int limit = 0;
  const char* at = list.data();
  const char* const end = at + list.size();
  while (at != end && *at != '\n') {
    int cpu = -1;
    const auto [after, error] = std::from_chars(at, end, cpu);
    if (error != std::errc() || cpu < 0 || cpu == INT_MAX) return 0;
    limit = std::max(limit, cpu + 1);
    at = after;
    if (at == end || *at == '\n') break;
    if (*at != '-' && *at != ',') return 0;
    ++at;
  }
  return limit;
}

int BitsOfCpuMask() {
  uint64_t mask[1024];  // more than any kernel's
  const long bytes = SystemCall(SYS_sched_getaffinity, 0, sizeof mask,
                                reinterpret_cast<long>(mask), nullptr);
  return bytes > 0 ? static_cast<int>(bytes) * CHAR_BIT : CHAR_BIT * 1024;
}

}  // namespace knote
