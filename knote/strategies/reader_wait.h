// What a lock reports of a reader that had to wait.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_READER_WAIT_H_
#define KNOTESTAT_KNOTE_STRATEGIES_READER_WAIT_H_

#include "knote/locks/krwlock.h"
#include "probes/usdt/usdt.h"

namespace knote {

// For a lock's EnterReader(): it had to wait for `ns`.
inline void ReportReaderBlocked(uint64_t ns, const char* strategy) {
  if (knotestat::usdt::ReaderBlockedWatched())
    knotestat::usdt::FireReaderBlocked(ns, strategy);
}

// The same where the lock says for whom.
inline void ReportReaderBlocked(const rw_wait& wait, const char* strategy) {
  using knotestat::usdt::BlockedBy;
  if (knotestat::usdt::ReaderBlockedWatched())
    knotestat::usdt::FireReaderBlocked(wait.ns, strategy,
                                       wait.for_holding_writer
                                           ? BlockedBy::kWriter
                                           : BlockedBy::kWaitingWriter);
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_READER_WAIT_H_
