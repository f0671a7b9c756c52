// fd_lock_convoy: all threads scan in one process, whose descriptor table has
// one lock. kqueue_scan() holds it over f_event, as NetBSD's does, so threads
// wait for each other before they come to the strategy. Against `scan`, which
// has a process for each CPU, the difference is fd_lock's.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration fd_lock_convoy_registration({
    .name = "fd_lock_convoy",
    .summary = "kevent() scans by all threads of one process",
    .question = "does the strategy matter where fd_lock is shared?",
    .expected =
        "All strategies cost the same here, as far as the lock is the "
        "bottleneck; one that looks better than another did so by chance.",
    .mix = {1, 0, 0},
    .one_process = true,
});

}  // namespace
}  // namespace knote
