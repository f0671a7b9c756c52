// shared_klist: one device whose knotes belong to many kqueues, as a listening
// socket or a pipe that many processes watch: klist_fini() neuters them all.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration shared_klist_registration({
    .name = "shared_klist",
    .summary = "64 knotes on each klist, watched from every thread",
    .question = "what does klist_fini cost per knote?",
    .expected =
        "A lock in each knote is taken 64 times; one wait serves all knotes "
        "elsewhere.",
    .mix = {0, 1, 0},
    .devices_per_thread = 1,
    .knotes_per_device = 64,
    .detach_hz = 200,
});

}  // namespace
}  // namespace knote
