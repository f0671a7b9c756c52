// A flame graph as one self-contained SVG file.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_SVG_H_
#define KNOTESTAT_ANALYSIS_FLAME_SVG_H_

#include <cstdint>
#include <functional>
#include <string>

#include "analysis/flame/stack_tree.h"

namespace knotestat::flame {

struct SvgOptions {
  std::string title = "Flame graph";
  std::string unit = "samples";  // of the values: "samples" or "ns"
  std::string why_empty = {};    // a sentence for a tree without samples
  int width = 1200;              // px, at least 300
  // In place of the total below the title, if not empty.
  std::string summary = {};
  // What is said of a node behind its name, in place of its value, without
  // brackets; and its fill, "#rrggbb", in place of FrameColor().
  std::function<std::string(uint32_t node)> detail = nullptr;
  std::function<std::string(uint32_t node)> color = nullptr;
};

// Draws `tree`: the root at the bottom, a frame's width its share, siblings by
// name. Frames narrower than 0.1 px are left out, and counted below the
// picture; the share of functions without a name stands above it.
// In a browser: click or Enter zooms, Escape resets, arrow keys walk,
// "/" searches (a regular expression; the share of what matches is shown).
// Equal trees and options give identical bytes. Names stay text whatever they
// contain. Thread-safe.
std::string FlameSvg(const StackTree& tree, const SvgOptions& options);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_SVG_H_
