// Looking at a run while it is written.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/watch.h"

#include <gmock/gmock.h>

#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

using testing::SizeIs;

using WatchTest = StoreTest;

uint64_t Sampled(const Batch& batch) {
  uint64_t sum = 0;
  for (const Bucket& bucket : batch.buckets) {
    if (bucket.histogram.starts_with("sampled.")) sum += bucket.count;
  }
  return sum;
}

TEST_F(WatchTest, SeesWhatWasStoredSince) {
  auto writer = Writer::Create(path_, SampleContext());
  ASSERT_TRUE(writer.ok()) << writer.status();
  auto glance = Watch(path_, -1);
  ASSERT_TRUE(glance.ok()) << glance.status();
  EXPECT_EQ(glance->blocks, 0);
  EXPECT_FALSE(glance->newest.has_value());
  ASSERT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
  const Batch batch = SampleBatch(1, 0);
  ASSERT_TRUE((*writer)->Commit(batch).ok());

  glance = Watch(path_, -1);
  ASSERT_TRUE(glance.ok()) << glance.status();
  EXPECT_THAT(glance->run.cells, SizeIs(1));
  EXPECT_EQ(glance->run.context.plan, SampleContext().plan);
  EXPECT_THAT(glance->run.rows.blocks, SizeIs(0));
  EXPECT_EQ(glance->blocks, batch.blocks.size());
  EXPECT_EQ(glance->newest->cell, 1);
  EXPECT_EQ(glance->newest->kind, batch.blocks.back().kind);
  EXPECT_EQ(glance->detaches, batch.detaches.size());
  EXPECT_THAT(glance->new_detach_ns, SizeIs(0)) << "none were asked for";
  uint64_t sampled = 0;
  for (const auto& [lower, count] : glance->sampled) sampled += count;
  EXPECT_EQ(sampled, Sampled(batch));

  ASSERT_TRUE((*writer)->Commit(SampleBatch(1, 1)).ok());
  glance = Watch(path_, glance->detaches);
  EXPECT_THAT(glance->new_detach_ns, SizeIs(SampleBatch(1, 1).detaches.size()));
  ASSERT_TRUE((*writer)->Finish().ok());
  writer->reset();
  glance = Watch(path_, 0);
  EXPECT_TRUE(glance->run.finished);
  EXPECT_THAT(glance->new_detach_ns, SizeIs(2 * batch.detaches.size()));
  EXPECT_GT(glance->stored_at_s, 1.7e9);
}

TEST_F(WatchTest, SaysWhatReadSaysOfOtherFiles) {
  std::ofstream(path_) << "no database, but longer than a header of one";
  for (const std::string& path : {path_, path_ + ".gone", std::string("/")}) {
    const auto glance = Watch(path, -1);
    EXPECT_EQ(glance.status(), Read(path).status()) << path;
    EXPECT_FALSE(glance.ok());
  }
}

}  // namespace
}  // namespace knotestat::record
