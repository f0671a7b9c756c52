// SPDX-License-Identifier: BSD-2-Clause
#include "probes/usdt/usdt.h"

#define _SDT_HAS_SEMAPHORES 1
#define STAP_SDT_ARG_CONSTRAINT nr
#include <sys/sdt.h>

// The linker keeps semaphores apart so that the kernel finds them by offset.
#define KNOTESTAT_SEMAPHORE(name) \
  volatile unsigned short name __attribute__((section(".probes"), used)) = 0

extern "C" {
KNOTESTAT_SEMAPHORE(knotestat_klist__fini_semaphore);
KNOTESTAT_SEMAPHORE(knotestat_reader__blocked_semaphore);
KNOTESTAT_SEMAPHORE(knotestat_writer__waiting_semaphore);
KNOTESTAT_SEMAPHORE(knotestat_reader__section_semaphore);
}

namespace knotestat::usdt {

[[gnu::noinline]] void FireKlistFini(uint64_t publish_ns, uint64_t wait_ns,
                                     uint64_t reclaim_ns, uint64_t knotes,
                                     const char* strategy,
                                     uint64_t since_wait_began,
                                     uint64_t since_wait_ended) {
  STAP_PROBE7(knotestat, klist__fini, publish_ns, wait_ns, reclaim_ns, knotes,
              strategy, since_wait_began, since_wait_ended);
}

[[gnu::noinline]] void FireReaderBlocked(uint64_t wait_ns, const char* strategy,
                                         BlockedBy blocked_by) {
  STAP_PROBE3(knotestat, reader__blocked, wait_ns, strategy,
              static_cast<uint64_t>(blocked_by));
}

[[gnu::noinline]] void FireWriterWaiting(uint64_t wait_ns,
                                         const char* strategy) {
  STAP_PROBE2(knotestat, writer__waiting, wait_ns, strategy);
}

[[gnu::noinline]] void FireReaderSection(uint64_t operation_ns,
                                         const char* strategy) {
  STAP_PROBE2(knotestat, reader__section, operation_ns, strategy);
}

}  // namespace knotestat::usdt
