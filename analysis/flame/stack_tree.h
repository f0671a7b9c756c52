// Stack samples merged into one tree: the data behind every flame graph.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_STACK_TREE_H_
#define KNOTESTAT_ANALYSIS_FLAME_STACK_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace knotestat::flame {

// Copies of frame names, each kept once. Views stay valid when the arena is
// moved and until it is destroyed.
class NameArena {
 public:
  std::string_view Keep(std::string_view name);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t used_ = 0;
  size_t capacity_ = 0;
};

// A set of 32-bit ids with open addressing. The owner keeps the keys; beside an
// id stand 32 bits of its hash, so that the owner is asked about few others.
class IdTable {
 public:
  // The id for which equal(id) holds among those of `hash`, or the slot to
  // fill, which is kFree.
  template <class Equal>
  uint32_t* Find(uint64_t hash, const Equal& equal) {
    if (2 * (size_ + 1) > slots_.size()) Grow();
    const auto tag = static_cast<uint32_t>(hash >> 32);
    for (size_t i = tag & (slots_.size() - 1);;
         i = (i + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[i];
      if (slot.id == kFree) {
        slot.tag = tag;
        return &slot.id;
      }
      if (slot.tag == tag && equal(slot.id)) return &slot.id;
    }
  }
  void CountInsertion() { ++size_; }
  static constexpr uint32_t kFree = UINT32_MAX;

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t id = kFree;
  };
  void Grow();

  std::vector<Slot> slots_;
  size_t size_ = 0;
};

// A trie of frames. Node 0 is the root ("all"); a parent's id is always
// smaller than its children's. Not thread-safe.
class StackTree {
 public:
  static constexpr uint32_t kRoot = 0;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kMany = UINT32_MAX - 1;
  struct Node {
    uint32_t name = 0;    // index for Name()
    uint32_t parent = 0;  // the root is its own parent
    uint64_t self = 0;    // value of the stacks that end here
    // Most frames of a large profile have one child, which stands here; where
    // there are more, all are in a table.
    uint32_t only_child = kNone;  // or kMany
    uint32_t only_child_name = kNone;
  };

  StackTree();

  // Adds `value` to the stack `folded` (root first, frames separated by ';'),
  // below the frame `root` if that is not empty. Copies what it needs.
  // Returns false, and adds nothing, if the sum of all values would exceed
  // 64 bits.
  [[nodiscard]] bool Add(std::string_view folded, uint64_t value,
                         std::string_view root = {});

  // The child of `parent` that has this name; made if there is none. Copies
  // what it needs.
  uint32_t ChildOf(uint32_t parent, std::string_view name) {
    return Child(parent, Intern(name));
  }
  // Adds `value` to the stack that ends in `node`; the sum of all values must
  // not exceed 64 bits.
  void AddTo(uint32_t node, uint64_t value) {
    nodes_[node].self += value;
    total_ += value;
  }

  // Sum of all values.
  uint64_t total() const { return total_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  std::string_view Name(uint32_t node) const {
    return names_[nodes_[node].name];
  }
  // Every name once; Node::name is an index here.
  const std::vector<std::string_view>& names() const { return names_; }

  // Per node: its own value and all of its descendants'.
  std::vector<uint64_t> Totals() const;

 private:
  // A frame of the stack that was added last.
  struct Step {
    size_t end;  // in last_, behind the frame
    uint32_t node;
  };

  uint32_t Intern(std::string_view name);
  uint32_t Child(uint32_t parent, uint32_t name);
  uint32_t NewNode(uint32_t parent, uint32_t name);
  uint32_t* FindChild(uint32_t parent, uint32_t name);
  size_t SharedFrames(std::string_view folded) const;

  NameArena arena_;
  std::vector<std::string_view> names_;
  IdTable name_ids_;
  std::vector<Node> nodes_;
  IdTable children_;  // of those that have more than one
  uint64_t total_ = 0;

  // Stacks often come sorted: what one shares with the last is not looked up.
  std::string last_;
  uint32_t last_root_ = kRoot;
  std::vector<Step> steps_;
};

// Sum of the stacks whose innermost frame outside of the kernel has no name: it
// is "[unknown]" or "[unknown in FILE+OFFSET]". Who woke a sleeper, behind
// "--", does not matter.
uint64_t UnknownValue(const StackTree& tree);

// The children of each node, ordered by their names.
class OrderedChildren {
 public:
  // Of all nodes.
  explicit OrderedChildren(const StackTree& tree);
  // Of the nodes `ids` alone.
  OrderedChildren(const StackTree& tree, const std::vector<uint32_t>& ids);

  std::span<const uint32_t> Of(uint32_t parent) const {
    return {order_.data() + begin_[parent], order_.data() + begin_[parent + 1]};
  }

 private:
  std::vector<uint32_t> begin_;  // by parent: where its children stand
  std::vector<uint32_t> order_;
};

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_STACK_TREE_H_
