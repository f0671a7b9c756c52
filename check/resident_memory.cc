// SPDX-License-Identifier: BSD-2-Clause
#include "check/resident_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace knotestat::check {

size_t ResidentMemory() {
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[128] = {};
  const ssize_t length = read(file, text, sizeof(text) - 1);
  close(file);
  size_t resident = 0;  // the second number, in pages
  if (length <= 0 || std::sscanf(text, "%*u %zu", &resident) != 1) return 0;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace knotestat::check
