// Folded stacks. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/folded.h"

#include "analysis/flame/format.h"

namespace knotestat::flame {
namespace {

const FormatRegistration folded_registration({
    "folded",
    "a line for each stack, root first, for flamegraph.pl and inferno",
    [](const Graph& graph) -> absl::StatusOr<std::string> {
      return PrintFolded(graph.tree);
    },
});

}  // namespace
}  // namespace knotestat::flame
