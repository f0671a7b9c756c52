// Stack samples merged into one tree: the data behind every flame graph.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_STACK_TREE_H_
#define KNOTESTAT_ANALYSIS_FLAME_STACK_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
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

// A set of 32-bit ids with open addressing. The owner keeps the keys; the
// table keeps ids alone, because the tree of a large profile is mostly table.
class IdTable {
 public:
  // The id for which equal(id) holds among those of `hash`, or the slot to
  // fill. rehash(id) is the hash of an id that is already in.
  template <class Equal, class Rehash>
  uint32_t* Find(uint64_t hash, const Equal& equal, const Rehash& rehash) {
    if (2 * (size_ + 1) > slots_.size()) Grow(rehash);
    for (size_t i = Slot(hash);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i] == kFree || equal(slots_[i])) return &slots_[i];
    }
  }
  void CountInsertion() { ++size_; }
  static constexpr uint32_t kFree = UINT32_MAX;

 private:
  size_t Slot(uint64_t hash) const {
    return static_cast<size_t>(hash >> 20) & (slots_.size() - 1);
  }
  template <class Rehash>
  void Grow(const Rehash& rehash) {
    std::vector<uint32_t> old = std::move(slots_);
    slots_.assign(old.empty() ? 1024 : 2 * old.size(), kFree);
    for (uint32_t id : old) {
      if (id == kFree) continue;
      size_t i = Slot(rehash(id));
      while (slots_[i] != kFree) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = id;
    }
  }

  std::vector<uint32_t> slots_;
  size_t size_ = 0;
};

// A trie of frames. Node 0 is the root ("all"); a parent's id is always
// smaller than its children's. Not thread-safe.
class StackTree {
 public:
  static constexpr uint32_t kRoot = 0;
  struct Node {
    uint32_t name = 0;    // index for Name()
    uint32_t parent = 0;  // the root is its own parent
    uint64_t self = 0;    // value of the stacks that end here
  };

  StackTree();

  // Adds `value` to the stack `folded` (root first, frames separated by ';'),
  // below the frame `root` if that is not empty. Copies what it needs.
  // Returns false, and adds nothing, if the sum of all values would exceed
  // 64 bits.
  [[nodiscard]] bool Add(std::string_view folded, uint64_t value,
                         std::string_view root = {});

  // Sum of all values.
  uint64_t total() const { return total_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  std::string_view Name(uint32_t node) const {
    return names_[nodes_[node].name].text;
  }

  // Per node: its own value and all of its descendants'.
  std::vector<uint64_t> Totals() const;

 private:
  struct Entry {
    std::string_view text;
    uint64_t hash;
  };

  uint32_t Intern(std::string_view name);
  uint32_t Child(uint32_t parent, uint32_t name);

  NameArena arena_;
  std::vector<Entry> names_;
  IdTable name_ids_;
  std::vector<Node> nodes_;
  IdTable node_ids_;
  uint64_t total_ = 0;
};

// The children of each node, ordered by their names. Refers to the tree.
class OrderedChildren {
 public:
  // Of all nodes.
  explicit OrderedChildren(const StackTree& tree);
  // Of the nodes `ids` alone.
  OrderedChildren(const StackTree& tree, std::vector<uint32_t> ids);

  std::span<const uint32_t> Of(uint32_t parent) const;

 private:
  const StackTree* tree_;
  std::vector<uint32_t> order_;
};

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_STACK_TREE_H_
