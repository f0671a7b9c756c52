// register: each thread modifies its knotes again and again. Every such call
// takes kqueue_filter_lock as a reader: the floor does not scale either.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration register_registration({
    .name = "register",
    .summary = "kevent() changes of existing knotes",
    .question = "does the section matter next to the locks of registration?",
    .expected =
        "Most of the cost is that of kqueue_filter_lock and fd_lock, under "
        "every strategy.",
    .mix = {0, 0, 1},
});

}  // namespace
}  // namespace knote
