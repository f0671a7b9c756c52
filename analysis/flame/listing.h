// A tree in an order that depends on its stacks alone, for formats that number
// their frames.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_LISTING_H_
#define KNOTESTAT_ANALYSIS_FLAME_LISTING_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/flame/stack_tree.h"

namespace knotestat::flame {

// The frames of a tree without its root: parents before children, siblings by
// name. Views refer to the tree.
struct Listing {
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Frame {
    uint32_t parent = kNone;  // index in `frames`
    uint32_t name = 0;        // index in `names`
    uint32_t depth = 0;       // 0: right above the tree's root
    uint64_t self = 0;
  };

  explicit Listing(const StackTree& tree);

  // The names of a frame and its ancestors, as indexes in `names`.
  std::vector<uint32_t> RootFirst(uint32_t frame) const;
  std::vector<uint32_t> LeafFirst(uint32_t frame) const;

  std::vector<Frame> frames;
  std::vector<std::string_view> names;  // each once, in order of appearance
};

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_LISTING_H_
