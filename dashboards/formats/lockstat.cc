// lockstat's two layouts. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/format.h"
#include "dashboards/lockstat_report.h"

namespace knotestat::dashboards {
namespace {

const FormatRegistration lockstat_registration({
    "lockstat",
    "who waited for whom, in the columns of NetBSD's lockstat(8)",
    [](const FormatInput& input) {
      return LockstatReport(input.run, input.figures, LockstatColumns::kNetbsd);
    },
});
const FormatRegistration lockstat_solaris_registration({
    "lockstat-solaris",
    "the same in the columns of Solaris' lockstat(1M)",
    [](const FormatInput& input) {
      return LockstatReport(input.run, input.figures,
                            LockstatColumns::kSolaris);
    },
});

}  // namespace
}  // namespace knotestat::dashboards
