// SPDX-License-Identifier: BSD-2-Clause
#include "probes/loading/libbpf_log.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>

namespace knotestat::probes {
namespace {

// libbpf calls back on the thread that called it.
thread_local LibbpfLog* current = nullptr;

[[gnu::format(printf, 2, 0)]] int Keep(libbpf_print_level level,
                                       const char* format, va_list arguments) {
  if (current == nullptr || level != LIBBPF_WARN) return 0;
  char line[1024];
  int length = vsnprintf(line, sizeof(line), format, arguments);
  current->Append(line);
  return length;
}

}  // namespace

LibbpfLog::LibbpfLog() : outer_(current) {
  static const libbpf_print_fn_t once = libbpf_set_print(Keep);
  static_cast<void>(once);
  current = this;
}

LibbpfLog::~LibbpfLog() { current = outer_; }

}  // namespace knotestat::probes
