// A knote is as large as NetBSD's, and larger only by what its strategy
// declares. (That kInfo declares all of it is asserted where a strategy is
// registered, world_of.h.)
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>
#include <set>
#include <vector>

#include "knote/kernel.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

// NetBSD's struct knote on LP64: five lists' and the kqueue's pointers, a
// struct kevent, kn_status and kn_sfflags, kn_sdata, kn_obj, kn_fop,
// kn_kfilter, kn_hook, kn_hookid with its padding.
constexpr size_t kNetbsdKnote = 5 * 8 + 40 + 2 * 4 + 8 + 3 * 8 + 8 + 8;

struct Nothing {};
struct Word {
  uint64_t word;
};
struct WordAndKlist : KeepsKlist {
  uint64_t word;
};
struct OnlyKlist : KeepsKlist {};

TEST(KnoteSize, IsNetbsds) {
  static_assert(kNetbsdKnote == 136);
  EXPECT_EQ(sizeof(knote<HwEnv>), kNetbsdKnote);
  EXPECT_EQ(sizeof(knote_private<HwEnv>), kNetbsdKnote);
}

TEST(KnoteSize, GrowsByWhatIsAskedFor) {
  EXPECT_EQ((kKnoteBytes<HwEnv, Nothing>), 0);
  EXPECT_EQ((kKnoteBytes<HwEnv, OnlyKlist>), 8);
  EXPECT_EQ((kKnoteBytes<HwEnv, Word>), 8);
  EXPECT_EQ((kKnoteBytes<HwEnv, WordAndKlist>), 16);
}

TEST(KnoteSize, AListIsKeptOnlyByWhoAsksForIt) {
  klist<HwEnv> list;
  knote_with<HwEnv, OnlyKlist> asks;
  knote_with<HwEnv, Word> does_not;
  does_not.ki_sync.word = 7;
  EXPECT_EQ(KlistOf<HwEnv>(asks), nullptr);
  klist_insert<HwEnv>(&list, &asks);
  klist_insert<HwEnv>(&list, &does_not);
  EXPECT_EQ(KlistOf<HwEnv>(asks), &list);
  EXPECT_EQ(does_not.ki_sync.word, 7u);  // it lies where a list would
}

template <class S>
class KnoteSizeTest : public testing::Test {};
TYPED_TEST_SUITE(KnoteSizeTest, AllStrategies, StrategyName);

TYPED_TEST(KnoteSizeTest, IsNetbsdsAndWhatIsDeclared) {
  using Impl = typename kernel<TypeParam>::knote_impl;
  EXPECT_EQ(sizeof(Impl), kNetbsdKnote + TypeParam::kInfo.bytes_per_knote);
}

// CPUs fetch lines in pairs of 128 bytes: a neighbour on the other one costs as
// much as one on the same.
TYPED_TEST(KnoteSizeTest, NeighboursShareNoPairOfLines) {
  using Impl = typename kernel<TypeParam>::knote_impl;
  constexpr uintptr_t kPair = 128;
  std::vector<std::unique_ptr<Impl>> knotes;
  std::set<uintptr_t> taken;
  for (int i = 0; i < 16; ++i) {
    knotes.push_back(std::make_unique<Impl>());
    const auto begin = reinterpret_cast<uintptr_t>(knotes.back().get());
    for (uintptr_t pair = begin / kPair;
         pair <= (begin + sizeof(Impl) - 1) / kPair; ++pair)
      EXPECT_TRUE(taken.insert(pair).second);
  }
}

}  // namespace
}  // namespace knote
