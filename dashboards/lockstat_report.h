// A run in the columns of lockstat, by who was blocked by whom.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_LOCKSTAT_REPORT_H_
#define KNOTESTAT_DASHBOARDS_LOCKSTAT_REPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::dashboards {

enum class LockstatColumns {
  kNetbsd,   // lockstat(8): Total% Count Time/ms Lock Caller
  kSolaris,  // lockstat(1M): Count indv cuml rcnt nsec Lock Caller
};

// One table for each of lockstat(1M)'s classes: writer blocked by writer,
// writer blocked by readers, reader blocked by writer, reader blocked by
// waiting writer. Readers whose lock does not tell the last two apart have a
// table of their own that says so, if there are any. Lock is strategy and
// scope, Caller the function and the load. kFailedPrecondition without eBPF,
// which alone sees who waits.
absl::StatusOr<std::string> LockstatReport(const record::Run& run,
                                           const record::Figures& figures,
                                           LockstatColumns columns);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_LOCKSTAT_REPORT_H_
