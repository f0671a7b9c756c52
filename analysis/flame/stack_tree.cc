// Stack samples merged into one tree. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/stack_tree.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

namespace knotestat::flame {
namespace {

constexpr size_t kBlockBytes = size_t{1} << 16;

// Multiplication by the golden ratio spreads consecutive ids over the high
// bits, which are those that IdTable looks at.
uint64_t EdgeHash(uint32_t parent, uint32_t name) {
  uint64_t key = (uint64_t{parent} << 32) | name;
  key ^= key >> 29;
  key *= 0x9e3779b97f4a7c15u;
  return key ^ (key >> 32);
}

}  // namespace

std::string_view NameArena::Keep(std::string_view name) {
  if (name.empty()) return {};
  if (used_ + name.size() > capacity_) {
    capacity_ = std::max(kBlockBytes, name.size());
    blocks_.push_back(std::make_unique<char[]>(capacity_));
    used_ = 0;
  }
  char* copy = blocks_.back().get() + used_;
  std::memcpy(copy, name.data(), name.size());
  used_ += name.size();
  return {copy, name.size()};
}

StackTree::StackTree() { nodes_.push_back({Intern("all"), kRoot, 0}); }

uint32_t StackTree::Intern(std::string_view name) {
  const uint64_t hash = std::hash<std::string_view>{}(name);
  uint32_t* slot = name_ids_.Find(
      hash,
      [&](uint32_t id) {
        return names_[id].hash == hash && names_[id].text == name;
      },
      [&](uint32_t id) { return names_[id].hash; });
  if (*slot == IdTable::kFree) {
    *slot = static_cast<uint32_t>(names_.size());
    names_.push_back({arena_.Keep(name), hash});
    name_ids_.CountInsertion();
  }
  return *slot;
}

uint32_t StackTree::Child(uint32_t parent, uint32_t name) {
  uint32_t* slot = node_ids_.Find(
      EdgeHash(parent, name),
      [&](uint32_t id) {
        return nodes_[id].parent == parent && nodes_[id].name == name;
      },
      [&](uint32_t id) {
        return EdgeHash(nodes_[id].parent, nodes_[id].name);
      });
  if (*slot == IdTable::kFree) {
    *slot = static_cast<uint32_t>(nodes_.size());
    nodes_.push_back({name, parent, 0});
    node_ids_.CountInsertion();
  }
  return *slot;
}

bool StackTree::Add(std::string_view folded, uint64_t value,
                    std::string_view root) {
  uint64_t sum;
  if (__builtin_add_overflow(total_, value, &sum)) return false;
  total_ = sum;
  uint32_t node = kRoot;
  if (!root.empty()) node = Child(node, Intern(root));
  while (true) {
    const size_t end = folded.find(';');
    node = Child(node, Intern(folded.substr(0, end)));
    if (end == std::string_view::npos) break;
    folded.remove_prefix(end + 1);
  }
  nodes_[node].self += value;
  return true;
}

std::vector<uint64_t> StackTree::Totals() const {
  std::vector<uint64_t> totals(nodes_.size());
  for (size_t i = nodes_.size(); i-- > 0;) {
    totals[i] += nodes_[i].self;
    if (i != kRoot) totals[nodes_[i].parent] += totals[i];
  }
  return totals;
}

OrderedChildren::OrderedChildren(const StackTree& tree,
                                 std::vector<uint32_t> ids)
    : tree_(&tree), order_(std::move(ids)) {
  std::sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) {
    const auto& nodes = tree.nodes();
    if (nodes[a].parent != nodes[b].parent) {
      return nodes[a].parent < nodes[b].parent;
    }
    return tree.Name(a) < tree.Name(b);
  });
}

OrderedChildren::OrderedChildren(const StackTree& tree)
    : OrderedChildren(tree, [&] {
        std::vector<uint32_t> ids(tree.nodes().size() - 1);
        std::iota(ids.begin(), ids.end(), 1);
        return ids;
      }()) {}

std::span<const uint32_t> OrderedChildren::Of(uint32_t parent) const {
  const auto& nodes = tree_->nodes();
  const auto first = std::partition_point(
      order_.begin(), order_.end(),
      [&](uint32_t id) { return nodes[id].parent < parent; });
  const auto last = std::partition_point(first, order_.end(), [&](uint32_t id) {
    return nodes[id].parent == parent;
  });
  return {first, last};
}

}  // namespace knotestat::flame
