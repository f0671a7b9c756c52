// mixed: interrupts, event loops and registrations on the same devices, which
// are ready, so that submissions activate knotes.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration mixed_registration({
    .name = "mixed",
    .summary = "submissions, scans and registrations on the same devices",
    .question = "what does a section cost when all paths meet?",
    .expected =
        "What a section costs on each path differs less between mechanisms "
        "than on its own, for locks of kqueues and descriptors are in "
        "between.",
    .mix = {6, 12, 1},
});

}  // namespace
}  // namespace knote
