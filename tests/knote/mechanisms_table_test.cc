// The table in docs/explanation/mechanisms.md says what the registry says.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "knote/env/hw_env.h"
#include "knote/invariants.h"
#include "knote/world.h"

namespace knote {
namespace {

std::string RowOf(const StrategyInfo& info) {
  const auto yes_no = [](bool value) { return value ? "yes" : "no"; };
  const int64_t klist_fixed =
      info.bytes_per_klist - info.bytes_per_klist_and_cpu * HwEnv::CpuLimit();
  std::string row = "| `" + StrategyTitle(info) + "` | ";
  row += std::string(info.scope) + " | ";
  row += std::string(info.writer_waits_for) + " | ";
  for (bool promise : {info.reader_may_block, info.reader_may_recurse,
                       info.reader_may_migrate, info.enter_under_spin_lock})
    row += std::string(yes_no(promise)) + " | ";
  for (int64_t bytes : {info.bytes_per_knote, klist_fixed,
                        info.bytes_per_klist_and_cpu, info.bytes_per_thread})
    row += std::to_string(bytes) + " | ";
  return row + std::to_string(info.bytes_per_cpu) + " |";
}

// Rows of the page's table of our own, without its head.
std::vector<std::string> DocumentedRows() {
  std::ifstream page(KNOTESTAT_SOURCE_DIR "/docs/explanation/mechanisms.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| `", 0) == 0 && line.rfind("| `peer_", 0) != 0)
      rows.push_back(line);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(MechanismsPage, HasARowForEveryOwnStrategy) {
  if (kInvariants) GTEST_SKIP() << "checked locks are larger";
  std::vector<std::string> expected;
  for (const StrategyEntry& entry : Strategies()) {
    if (entry.info.group != Group::kPeer && !entry.info.hidden)
      expected.push_back(RowOf(entry.info));
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(DocumentedRows(), expected);
}

}  // namespace
}  // namespace knote
