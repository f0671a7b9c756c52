// psref beyond its slots: a reader that is very deep inside is still waited
// for.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/psref/psref.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/knote/kernel_machine.h"

namespace knote {
namespace {

using Strategy = Psref<HwEnv>;

TEST(Psref, WaitsForAReaderBeyondItsSlots) {
  KernelMachine<Strategy> m;
  m.Add(m.Open());
  auto& kn = *m.softc->sc_sel.sel_klist.slh_first;
  auto& sync = kernel<Strategy>::knote_impl::Of(kn).ki_sync;
  kernel<Strategy>::knote_impl other;  // on no klist
  std::atomic<int> stage{0};
  std::thread reader([&] {
    KernelMachine<Strategy>::Lwp l(m.proc);
    std::vector<std::unique_ptr<Strategy::Section>> sections;
    for (uint32_t i = 0; i < Strategy::kSlots; ++i)
      sections.push_back(std::make_unique<Strategy::Section>(
          m.k.filterops_sync, l.l_sync, other, sync));
    // The slots are full of others: this one and the next have none.
    for (int i = 0; i < 2; ++i)
      sections.push_back(std::make_unique<Strategy::Section>(
          m.k.filterops_sync, l.l_sync, kn, sync));
    stage = 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    sections.pop_back();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_EQ(stage, 1);  // still one inside
    while (!sections.empty()) sections.pop_back();
  });
  while (stage == 0) std::this_thread::yield();
  const FiniPhases phases = m.DetachAndKeep();
  stage = 2;
  reader.join();
  EXPECT_GT(phases.wait_ns, 1'000'000u);
}

}  // namespace
}  // namespace knote
