// Rows survive the way from one process to another.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/row_stream.h"

#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

TEST(RowStream, EveryFieldArrives) {
  const Batch sent = SampleBatch(3, 7);
  const auto arrived = DecodeBatch(EncodeBatch(sent));
  ASSERT_TRUE(arrived.ok()) << arrived.status();
  // The same bytes again: nothing was left out on either way.
  EXPECT_EQ(EncodeBatch(*arrived), EncodeBatch(sent));
  ASSERT_EQ(arrived->blocks.size(), 4u);
  EXPECT_EQ(arrived->blocks[2].kind, BlockKind::kProbed);
  EXPECT_EQ(arrived->blocks[2].probe, "on_cpu");
  EXPECT_EQ(arrived->blocks[2].launch, 1);
  EXPECT_EQ(arrived->blocks[2].elapsed_ns, 1234.5);
  EXPECT_EQ(arrived->blocks[0].cycle_ns, 0.27);
  EXPECT_EQ(arrived->blocks[2].cycle_ns, std::nullopt);
  EXPECT_EQ(arrived->detaches.at(0).reclaim_ns, 98.5);
  EXPECT_EQ(arrived->buckets.at(1).upper_ns, UINT64_MAX);
  EXPECT_EQ(arrived->stacks.at(1).folded, "main;\xff\xfe");
  EXPECT_EQ(arrived->stacks.at(0).waker, "main;wake");
  EXPECT_EQ(arrived->stacks.at(0).thread, "thread 0");
  EXPECT_EQ(arrived->stacks.at(0).cpu, 1);
  EXPECT_EQ(arrived->stacks.at(0).part, 2);
  EXPECT_EQ(arrived->stacks.at(0).events, 5u);
  EXPECT_EQ(arrived->counters.at(1).value, 107.0);
  EXPECT_EQ(arrived->wait_links.at(1).max_ns, 107u);
}

TEST(RowStream, AnyPrefixIsRefused) {
  const std::string bytes = EncodeBatch(SampleBatch(3, 7));
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_TRUE(absl::IsDataLoss(DecodeBatch(bytes.substr(0, size)).status()))
        << size;
  EXPECT_TRUE(absl::IsDataLoss(DecodeBatch("\x83\x01\x02\x03").status()));
}

}  // namespace
}  // namespace knotestat::record
