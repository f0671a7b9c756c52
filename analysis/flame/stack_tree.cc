// Stack samples merged into one tree. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/stack_tree.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace knotestat::flame {
namespace {

constexpr size_t kBlockBytes = size_t{1} << 16;

// Multiplication by the golden ratio spreads consecutive ids over the high
// bits, which are those that IdTable looks at.
constexpr uint64_t kGolden = 0x9e3779b97f4a7c15u;

uint64_t EdgeHash(uint32_t parent, uint32_t name) {
  uint64_t key = (uint64_t{parent} << 32) | name;
  key ^= key >> 29;
  key *= kGolden;
  return key ^ (key >> 29) * kGolden;
}

uint64_t Mixed(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Eight bytes at a time, multiplied and folded, as Wang Yi's wyhash does. Who
// chooses the names can make them collide: a profile of his is slow to draw.
uint64_t NameHash(std::string_view name) {
  uint64_t hash = kGolden ^ name.size();
  for (; name.size() > 8; name.remove_prefix(8)) {
    uint64_t part;
    std::memcpy(&part, name.data(), sizeof part);
    hash = Mixed(hash ^ part, kGolden);
  }
  uint64_t rest = 0;
  std::memcpy(&rest, name.data(), name.size());
  return Mixed(hash ^ rest, kGolden);
}

// Bytes at the begin of `a` and `b` that are equal.
size_t SharedBytes(std::string_view a, std::string_view b) {
  const size_t size = std::min(a.size(), b.size());
  size_t i = 0;
  for (uint64_t x, y; i + sizeof x <= size; i += sizeof x) {
    std::memcpy(&x, a.data() + i, sizeof x);
    std::memcpy(&y, b.data() + i, sizeof y);
    if (x != y) break;
  }
  while (i < size && a[i] == b[i]) ++i;
  return i;
}

// By index: the place that a name has among those of the nodes `ids`.
std::vector<uint32_t> RanksOf(const StackTree& tree,
                              const std::vector<uint32_t>& ids) {
  const std::vector<std::string_view>& names = tree.names();
  std::vector<uint32_t> order, ranks(names.size());
  for (const uint32_t id : ids) {
    uint32_t& seen = ranks[tree.nodes()[id].name];
    if (seen == 0) order.push_back(tree.nodes()[id].name);
    seen = 1;
  }
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return names[a] < names[b]; });
  for (uint32_t i = 0; i < order.size(); ++i) ranks[order[i]] = i;
  return ranks;
}

// `ids` by their keys, which are below `keys`; those of one key stay in their
// order and begin at begin[key]. A counting sort.
template <class Key>
std::vector<uint32_t> SortedBy(const Key& key, size_t keys,
                               const std::vector<uint32_t>& ids,
                               std::vector<uint32_t>& begin) {
  begin.assign(keys + 1, 0);
  for (const uint32_t id : ids) ++begin[key(id) + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
  std::vector<uint32_t> sorted(ids.size());
  for (const uint32_t id : ids) sorted[next[key(id)]++] = id;
  return sorted;
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

void IdTable::Grow() {
  const std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 1024 : 2 * old.size(), {});
  for (const Slot& slot : old) {
    if (slot.id == kFree) continue;
    size_t i = slot.tag & (slots_.size() - 1);
    while (slots_[i].id != kFree) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }
}

StackTree::StackTree() { NewNode(kRoot, Intern("all")); }

uint32_t StackTree::NewNode(uint32_t parent, uint32_t name) {
  nodes_.push_back({name, parent, 0});
  return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t StackTree::Intern(std::string_view name) {
  uint32_t* id = name_ids_.Find(
      NameHash(name), [&](uint32_t other) { return names_[other] == name; });
  if (*id == IdTable::kFree) {
    *id = static_cast<uint32_t>(names_.size());
    names_.push_back(arena_.Keep(name));
    name_ids_.CountInsertion();
  }
  return *id;
}

uint32_t* StackTree::FindChild(uint32_t parent, uint32_t name) {
  return children_.Find(EdgeHash(parent, name), [&](uint32_t other) {
    return nodes_[other].parent == parent && nodes_[other].name == name;
  });
}

// Which way it goes depends on the parent alone wherever that can be: a
// processor that has to wait for the parent goes on with its guess.
uint32_t StackTree::Child(uint32_t parent, uint32_t name) {
  const uint32_t only = nodes_[parent].only_child;
  if (only == kNone) {
    const uint32_t made = NewNode(parent, name);
    nodes_[parent].only_child = made;
    nodes_[parent].only_child_name = name;
    return made;
  }
  if (only != kMany) {
    if (nodes_[parent].only_child_name == name) return only;
    *FindChild(parent, nodes_[parent].only_child_name) = only;
    children_.CountInsertion();
    nodes_[parent].only_child = kMany;
  }
  uint32_t* id = FindChild(parent, name);
  if (*id == IdTable::kFree) {
    *id = NewNode(parent, name);
    children_.CountInsertion();
  }
  return *id;
}

// How many whole frames at the begin of `folded` are those of the last stack.
size_t StackTree::SharedFrames(std::string_view folded) const {
  const size_t shared = SharedBytes(folded, last_);
  // A frame is shared if it ends there in both.
  const auto ends = [&](std::string_view text, size_t at) {
    return at == text.size() || text[at] == ';';
  };
  size_t frames = 0;
  while (frames < steps_.size() && steps_[frames].end <= shared &&
         ends(folded, steps_[frames].end))
    ++frames;
  return frames;
}

bool StackTree::Add(std::string_view folded, uint64_t value,
                    std::string_view root) {
  uint64_t sum;
  if (__builtin_add_overflow(total_, value, &sum)) return false;
  total_ = sum;
  const uint32_t base = root.empty() ? kRoot : Child(kRoot, Intern(root));
  const size_t shared =
      base == last_root_ && !steps_.empty() ? SharedFrames(folded) : 0;
  steps_.resize(shared);
  uint32_t node = shared == 0 ? base : steps_.back().node;
  // Where the next frame begins, one behind the end if there is none.
  size_t begin = shared == 0 ? 0 : steps_.back().end + 1;
  while (begin <= folded.size()) {
    const size_t end = std::min(folded.find(';', begin), folded.size());
    node = Child(node, Intern(folded.substr(begin, end - begin)));
    steps_.push_back({end, node});
    begin = end + 1;
  }
  last_.assign(folded);
  last_root_ = base;
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

uint64_t UnknownValue(const StackTree& tree) {
  const auto& nodes = tree.nodes();
  std::vector<bool> unknown(nodes.size());
  std::vector<bool> is_waker(nodes.size());  // or what stands before it
  uint64_t value = 0;
  for (uint32_t i = 1; i < nodes.size(); ++i) {  // parents come first
    is_waker[i] = is_waker[nodes[i].parent] || tree.Name(i) == "--";
    unknown[i] = is_waker[i] || tree.Name(i).ends_with("_[k]")
                     ? unknown[nodes[i].parent]
                     : tree.Name(i).starts_with("[unknown");
    if (unknown[i]) value += nodes[i].self;
  }
  return value;
}

OrderedChildren::OrderedChildren(const StackTree& tree,
                                 const std::vector<uint32_t>& ids) {
  const auto& nodes = tree.nodes();
  const auto name = [&](uint32_t id) { return nodes[id].name; };
  const auto parent = [&](uint32_t id) { return nodes[id].parent; };
  const std::vector<uint32_t> ranks = RanksOf(tree, ids);
  std::vector<uint32_t> ignored;
  const std::vector<uint32_t> by_name = SortedBy(
      [&](uint32_t id) { return ranks[name(id)]; }, ranks.size(), ids, ignored);
  order_ = SortedBy(parent, nodes.size(), by_name, begin_);
}

OrderedChildren::OrderedChildren(const StackTree& tree)
    : OrderedChildren(tree, [&] {
        std::vector<uint32_t> ids(tree.nodes().size() - 1);
        std::iota(ids.begin(), ids.end(), 1);
        return ids;
      }()) {}

}  // namespace knotestat::flame
