// The strategies by name, for suites on the public interface.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_NAMED_STRATEGIES_H_
#define KNOTESTAT_TESTS_KNOTE_NAMED_STRATEGIES_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "knote/netbsd/kqueue.h"
#include "knote/world.h"

namespace knote::netbsd {

// A booted system under the strategy that is the parameter.
class NamedStrategyTest : public testing::TestWithParam<StrategyEntry> {
 protected:
  void SetUp() override {
    if (const auto missing = StrategyUnavailable(GetParam().info))
      GTEST_SKIP() << *missing;
    system = Boot(StrategyTitle(GetParam().info));
    ASSERT_NE(system, nullptr);
  }

  std::unique_ptr<System> system;
};

// All but the controls that are only run when named.
inline std::vector<StrategyEntry> NamedStrategies() {
  std::vector<StrategyEntry> entries;
  for (const StrategyEntry& entry : Strategies()) {
#if defined(__SANITIZE_THREAD__)
    if (entry.info.group == Group::kPeer) continue;  // cannot be seen
#endif
    if (!entry.info.hidden) entries.push_back(entry);
  }
  return entries;
}

inline std::string NameOfNamedStrategy(
    const testing::TestParamInfo<StrategyEntry>& test) {
  return std::string(test.param.info.name) + "_" +
         std::string(test.param.info.scope);
}

}  // namespace knote::netbsd

#endif  // KNOTESTAT_TESTS_KNOTE_NAMED_STRATEGIES_H_
