// oversubscribed: four threads on each CPU, so that readers are preempted
// inside their sections and move between CPUs with them.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration oversubscribed_registration({
    .name = "oversubscribed",
    .summary = "scans that compute for 5 us, by four threads on each CPU",
    .question = "what does a preempted reader do to klist_fini?",
    .expected =
        "A writer that waits for readers waits until each of them has been on "
        "a CPU again: klist_fini's tail is a scheduler's quantum times the "
        "queue. Locks whose waiters spin burn the quantum of the one that "
        "they wait for.",
    .mix = {1, 0, 0},
    .threads_per_cpu = 4,
    .hold_ns = 5'000,
    .detach_hz = 100,
});

}  // namespace
}  // namespace knote
