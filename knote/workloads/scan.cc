// scan: event loops. Each thread calls kevent() without waiting on a kqueue of
// its own, whose devices are always ready.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration scan_registration({
    .name = "scan",
    .summary = "event loops scan a kqueue that always has an event",
    .question = "what does a section cost in a kevent() call?",
    .expected =
        "Plain readers add nanoseconds to a kevent() call of many more; a "
        "lock that all share adds its cache misses from two CPUs on.",
    .mix = {1, 0, 0},
});

}  // namespace
}  // namespace knote
