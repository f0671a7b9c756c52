// busy_hold: f_event computes for a while, as drivers do that move data there;
// klist_fini() has to wait for it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration busy_hold_registration({
    .name = "busy_hold",
    .summary = "f_event computes for 5 us inside its section",
    .question = "how long does klist_fini wait behind busy readers?",
    .expected =
        "Mechanisms whose klist_fini() waits for readers wait as long as "
        "f_event computes; readers of other devices go on except under one "
        "lock that prefers writers.",
    .mix = {1, 0, 0},
    .hold_ns = 5'000,
});

}  // namespace
}  // namespace knote
