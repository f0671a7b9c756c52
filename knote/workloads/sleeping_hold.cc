// sleeping_hold: f_event sleeps, which filterops may: the reason why spinning
// readers and pinned CPUs are out of the question.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration sleeping_hold_registration({
    .name = "sleeping_hold",
    .summary = "f_event sleeps for 200 us inside its section",
    .question = "how long does klist_fini wait behind sleeping readers?",
    .expected =
        "Refused where a reader may not sleep; elsewhere klist_fini() takes "
        "as long as the sleeps before it.",
    .mix = {1, 0, 0},
    .hold_ns = 200'000,
    .hold_sleeps = true,
    .detach_hz = 200,
});

}  // namespace
}  // namespace knote
