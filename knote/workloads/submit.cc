// submit: interrupts. Each thread submits to devices of its own; the events
// stay below the low-water mark, so that nothing but the dispatch is measured.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

namespace knote {
namespace {

const WorkloadRegistration submit_registration({
    .name = "submit",
    .summary = "interrupts submit events to devices of their own",
    .question = "what does a section cost on the hottest path?",
    .expected =
        "Plain readers cost a nanosecond and grow by nothing with CPUs; locks "
        "in each knote are not taken at all on this path, and one lock for "
        "all gets slower with each CPU.",
    .mix = {0, 1, 0},
});

}  // namespace
}  // namespace knote
