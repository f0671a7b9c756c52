// detach_storm: a device goes that a thousand knotes watch, as a network
// interface or a terminal multiplexer's pipe can have.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration detach_storm_registration({
    .name = "detach_storm",
    .summary = "1,000 knotes on each klist, watched from every thread",
    .question = "what does klist_fini cost with very many knotes?",
    .expected =
        "In knote_mutex and rwlock:knote a thousand locks, one knote after "
        "the other; rwlock and percpu_rwlock keep every reader out for the "
        "whole walk; grace-period schemes walk without waiting and then wait "
        "once.",
    .mix = {0, 1, 0},
    .devices_per_thread = 1,
    .knotes_per_device = 1000,
    .detach_hz = 50,
});

}  // namespace
}  // namespace knote
