// Folded stacks; also what is taken of a file that nothing recognizes.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/folded.h"

#include "analysis/flame/input.h"

namespace knotestat::flame {
namespace {

const InputRegistration folded_input({
    "folded",
    "a line for each stack, as stackcollapse-*.pl and inferno print them",
    [](std::string_view) { return false; },
    [](const std::string& path) -> absl::StatusOr<Profile> {
      absl::StatusOr<StackTree> tree = ReadFolded(path);
      if (!tree.ok()) return tree.status();
      return Profile{*std::move(tree)};
    },
});

}  // namespace
}  // namespace knotestat::flame
