// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/listing.h"

#include <algorithm>

namespace knotestat::flame {

Listing::Listing(const StackTree& tree) {
  struct Visit {
    uint32_t node;
    uint32_t parent;
    uint32_t depth;
  };
  const OrderedChildren children(tree);
  std::vector<uint32_t> name_of(tree.nodes().size(), kNone);
  // An explicit stack: a profile can be deeper than a thread's stack.
  std::vector<Visit> todo;
  const auto push_children = [&](uint32_t node, uint32_t parent,
                                 uint32_t depth) {
    const auto range = children.Of(node);
    for (auto it = range.rbegin(); it != range.rend(); ++it)
      todo.push_back({*it, parent, depth});
  };
  push_children(StackTree::kRoot, kNone, 0);
  frames.reserve(tree.nodes().size());
  while (!todo.empty()) {
    const Visit visit = todo.back();
    todo.pop_back();
    const StackTree::Node& node = tree.nodes()[visit.node];
    uint32_t& name = name_of[node.name];
    if (name == kNone) {
      name = static_cast<uint32_t>(names.size());
      names.push_back(tree.Name(visit.node));
    }
    push_children(visit.node, static_cast<uint32_t>(frames.size()),
                  visit.depth + 1);
    frames.push_back({visit.parent, name, visit.depth, node.self});
  }
}

std::vector<uint32_t> Listing::LeafFirst(uint32_t frame) const {
  std::vector<uint32_t> path;
  for (uint32_t at = frame; at != kNone; at = frames[at].parent)
    path.push_back(frames[at].name);
  return path;
}

std::vector<uint32_t> Listing::RootFirst(uint32_t frame) const {
  std::vector<uint32_t> path = LeafFirst(frame);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace knotestat::flame
