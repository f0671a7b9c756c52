// One picture. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/svg.h"

#include "analysis/flame/format.h"

namespace knotestat::flame {
namespace {

const FormatRegistration svg_registration({
    "svg",
    "one self-contained picture to zoom and search",
    [](const Graph& graph) -> absl::StatusOr<std::string> {
      return FlameSvg(graph.tree, {.title = graph.title,
                                   .unit = graph.unit,
                                   .why_empty = graph.why_empty});
    },
});

}  // namespace
}  // namespace knotestat::flame
