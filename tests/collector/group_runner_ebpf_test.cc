// A group with eBPF: certificate pairs, and what the kernel counted.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <map>

#include "probes/refusal.h"
#include "tests/collector/measured_group.h"

namespace knotestat::collector {
namespace {

using record::BlockKind;
using testing::IsEmpty;
using testing::Not;

class EbpfGroupRunner : public testing::Test {
 protected:
  void SetUp() override {
    const probes::Privileges privileges = probes::ReadPrivileges();
    if (!privileges.cap_bpf || !privileges.cap_perfmon || !privileges.btf)
      GTEST_SKIP() << "needs CAP_BPF, CAP_PERFMON and BTF";
  }
};

TEST_F(EbpfGroupRunner, EveryBareBlockHasItsProbedOne) {
  const Measured measured = MeasureGroup(TinyPlan({"none", "epoch"}), true);
  ASSERT_TRUE(measured.status.ok()) << measured.status;
  for (int cell : {5, 6}) {
    const auto bare = RoundsOf(measured.run, cell, BlockKind::kBare, "mix");
    EXPECT_THAT(bare, Not(IsEmpty()));
    EXPECT_EQ(RoundsOf(measured.run, cell, BlockKind::kProbed, "mix"), bare);
    EXPECT_EQ(CountersOf(measured.run, cell).at("events_lost"), 0);
  }
}

TEST_F(EbpfGroupRunner, ProbesAreAttachedOneByOneToo) {
  // Two alternations of the only launch, or one each of several.
  std::map<std::string, std::multiset<int>> rounds;
  const Measured alone = MeasureGroup(TinyPlan({"none"}), true);
  ASSERT_TRUE(alone.status.ok()) << alone.status;
  for (const record::Block& block : alone.run.rows.blocks) {
    if (block.probe.empty()) continue;
    EXPECT_EQ(block.kind, BlockKind::kProbed);
    rounds[block.probe].insert(block.round);
  }
  EXPECT_EQ(rounds.size(), 2u);
  const auto bare = RoundsOf(alone.run, 5, BlockKind::kBare, "mix");
  std::multiset<int> all;
  for (const auto& [probe, of_probe] : rounds) {
    EXPECT_FALSE(of_probe.empty()) << probe;
    all.insert(of_probe.begin(), of_probe.end());
  }
  // Each pairs with a block without probes.
  EXPECT_EQ(all, bare);
}

TEST_F(EbpfGroupRunner, TheKernelCountsWhatTheProcessDid) {
  GroupPlan plan = TinyPlan({"none", "epoch", "rwlock"});
  plan.detach_hz = 1000;
  plan.detaches = 23;
  const Measured measured = MeasureGroup(plan, true);
  ASSERT_TRUE(measured.status.ok()) << measured.status;
  for (int cell : {5, 6, 7}) {
    const auto counters = CountersOf(measured.run, cell);
    EXPECT_EQ(DetachesOf(measured.run, cell), 23u);
    EXPECT_EQ(counters.at("bpf.klist_fini.count"), 23);
    uint64_t in_buckets = 0;
    for (const record::Bucket& bucket : measured.run.rows.buckets) {
      if (bucket.cell == cell && bucket.histogram == "bpf.klist_fini.total")
        in_buckets += bucket.count;
    }
    EXPECT_EQ(in_buckets, 23u);
  }
}

}  // namespace
}  // namespace knotestat::collector
