// The USDT sites of the subject: provider "knotestat", seen by eBPF and by any
// other tool (bpftrace -l 'usdt:./knotestat:*').
//
// Each site is a one-byte nop in a function of its own, so that there is
// exactly one to attach to however often the templates of knote/ are
// instantiated, behind a semaphore, so that nobody pays for it while nobody
// listens. Each fires *after* the interval that it reports. Arguments are
// forced into registers: libbpf 1.1 cannot read SIB memory operands.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_USDT_USDT_H_
#define KNOTESTAT_PROBES_USDT_USDT_H_

#include <cstdint>

// Kernel-maintained listener counts, one per site.
extern "C" {
extern volatile unsigned short knotestat_klist__fini_semaphore;
extern volatile unsigned short knotestat_reader__blocked_semaphore;
extern volatile unsigned short knotestat_writer__waiting_semaphore;
extern volatile unsigned short knotestat_reader__section_semaphore;
}

namespace knotestat::usdt {

// A klist_fini() returned: its phases in ns, the knotes that were on the list,
// the name of the strategy (a C string), and how many ns ago its first wait
// began and its last one ended.
void FireKlistFini(uint64_t publish_ns, uint64_t wait_ns, uint64_t reclaim_ns,
                   uint64_t knotes, const char* strategy,
                   uint64_t since_wait_began, uint64_t since_wait_ended);
// One whose only wait came right before the reclaim phase.
inline void FireKlistFini(uint64_t publish_ns, uint64_t wait_ns,
                          uint64_t reclaim_ns, uint64_t knotes,
                          const char* strategy) {
  FireKlistFini(publish_ns, wait_ns, reclaim_ns, knotes, strategy,
                wait_ns + reclaim_ns, reclaim_ns);
}
// Who was in a reader's way when its wait began, after lockstat(1M): a writer
// inside, or one that itself waited for readers. Not every lock can tell.
enum class BlockedBy : uint64_t { kUnknown, kWriter, kWaitingWriter };
// A reader entered its section after waiting for `wait_ns`.
void FireReaderBlocked(uint64_t wait_ns, const char* strategy,
                       BlockedBy blocked_by = BlockedBy::kUnknown);
// A writer stopped waiting for readers (or writers) after `wait_ns`.
void FireWriterWaiting(uint64_t wait_ns, const char* strategy);
// A sampled dispatch operation took `operation_ns`, reader section included.
void FireReaderSection(uint64_t operation_ns, const char* strategy);

inline bool KlistFiniWatched() { return knotestat_klist__fini_semaphore != 0; }
inline bool ReaderBlockedWatched() {
  return knotestat_reader__blocked_semaphore != 0;
}
inline bool WriterWaitingWatched() {
  return knotestat_writer__waiting_semaphore != 0;
}
inline bool ReaderSectionWatched() {
  return knotestat_reader__section_semaphore != 0;
}

}  // namespace knotestat::usdt

#endif  // KNOTESTAT_PROBES_USDT_USDT_H_
