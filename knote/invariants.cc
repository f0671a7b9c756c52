// SPDX-License-Identifier: BSD-2-Clause
#include "knote/invariants.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace knote {
namespace {

constexpr size_t kRanks = static_cast<size_t>(LockRank::kQueue) + 1;
constexpr std::array<const char*, kRanks> kRankNames = {
    "none", "kqueue_filter_lock", "fd_lock", "an object lock", "kq_lock"};

thread_local std::array<unsigned, kRanks> held_of_rank = {};

}  // namespace

void panic(const char* what, const char* file, int line) {
  std::fprintf(stderr, "panic: %s (%s:%d)\n", what, file, line);
  std::abort();
}

void LockOrder::Enter(LockRank rank) {
  const auto entered = static_cast<size_t>(rank);
  for (size_t later = entered + 1; later < kRanks; ++later) {
    if (rank == LockRank::kNone || held_of_rank[later] == 0) continue;
    std::fprintf(stderr, "panic: lock order: %s entered while holding %s\n",
                 kRankNames[entered], kRankNames[later]);
    std::abort();
  }
  ++held_of_rank[entered];
}

void LockOrder::Tried(LockRank rank) {
  ++held_of_rank[static_cast<size_t>(rank)];
}

void LockOrder::Exit(LockRank rank) {
  --held_of_rank[static_cast<size_t>(rank)];
}

}  // namespace knote
