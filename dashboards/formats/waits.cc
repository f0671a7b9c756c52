// Chains of waits. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/format.h"
#include "dashboards/wait_report.h"

namespace knotestat::dashboards {
namespace {

const FormatRegistration waits_registration({
    "waits",
    "what klist_fini() waited for, from thread to thread, the longest first",
    WaitReport,
});
const FormatRegistration waits_json_registration({
    "waits-json",
    "the same as JSON, with whole stacks",
    WaitJson,
});

}  // namespace
}  // namespace knotestat::dashboards
