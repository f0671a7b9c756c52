// SPDX-License-Identifier: BSD-2-Clause
#include "collector/heap_shift.h"

#include <gtest/gtest.h>

#include <thread>

namespace knotestat::collector {
namespace {

// Where in its page a thread's next data lie.
uintptr_t PlaceAfter(uint64_t lines) {
  uintptr_t place = 0;
  std::thread([&] {
    const HeapShift shift(lines);
    const auto data = std::make_unique<char[]>(2000);
    place = reinterpret_cast<uintptr_t>(data.get()) % 4096;
  }).join();
  return place;
}

TEST(HeapShift, MovesWhatFollowsByLines) {
  const uintptr_t unmoved = PlaceAfter(0);
  EXPECT_EQ(PlaceAfter(0), unmoved);
  for (const uint64_t lines : {1u, 5u, 63u})
    EXPECT_EQ((PlaceAfter(lines) - unmoved) % 4096, 64 * lines) << lines;
  EXPECT_EQ(PlaceAfter(64), unmoved);
}

}  // namespace
}  // namespace knotestat::collector
