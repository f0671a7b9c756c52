// kernel_lock_convoy: the driver's filterops are not MPSAFE, so the dispatch
// takes KERNEL_LOCK around f_event, inside the section, as NetBSD does for
// drivers that nobody has converted. Against `scan`, the difference is the big
// lock's; the writer waits for readers that wait for it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration kernel_lock_convoy_registration({
    .name = "kernel_lock_convoy",
    .summary = "kevent() scans of a driver that runs under KERNEL_LOCK",
    .question = "does the strategy matter where f_event is not MPSAFE?",
    .expected =
        "All strategies cost the same, as far as KERNEL_LOCK is the "
        "bottleneck, and klist_fini takes as long as the convoy before it.",
    .mix = {1, 0, 0},
    .mpsafe = false,
});

}  // namespace
}  // namespace knote
