// klist_fini() under every strategy: what it neuters, and whom it waits for.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/machine.h"

namespace knote {
namespace {

class KlistFiniTest : public MachineTest {
 protected:
  // A thread that scans once, and is inside f_event for `hold` by the time
  // this returns.
  std::thread EnterAndHold(std::chrono::milliseconds hold) {
    machine->softc->sc_hold = {
        static_cast<uint64_t>(std::chrono::nanoseconds(hold).count()), true};
    std::thread reader([this] {
      Machine& m = *machine;
      const auto l = m.NewThread();
      LookForOne(*l, m.kq);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return reader;
  }
};
INSTANTIATE_TEST_SUITE_P(Strategies, KlistFiniTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(KlistFiniTest, LeavesStubsThatDetachSafely) {
  Machine& m = *machine;
  std::vector<int> fds;
  for (int i = 0; i < 23; ++i) {
    fds.push_back(m.Open());
    m.Add(fds.back());
  }
  m.Pulse(1);
  EXPECT_EQ(m.Detach().knotes, 23u);
  EXPECT_TRUE(m.Poll(32).empty());  // the stub's f_event says "not active"
  for (int fd : fds) EXPECT_EQ(m.Close(fd), 0);
  EXPECT_EQ(m.oracle.violations(), 0u);
}

TEST_P(KlistFiniTest, RefusesNewKnotesAfterwards) {
  Machine& m = *machine;
  const int fd = m.Open();
  m.Detach();
  EXPECT_EQ(m.Add(fd), -ENXIO);
  m.Attach();
  EXPECT_EQ(m.Add(fd), 0);
}

// The seed's bug: the driver goes while a thread is inside its f_event.
TEST_P(KlistFiniTest, WaitsForAReaderThatSleepsInside) {
  Machine& m = *machine;
  m.softc->sc_pulses = 1;
  m.Add(m.Open());
  std::thread reader = EnterAndHold(std::chrono::milliseconds(120));
  const FiniPhases phases = m.DetachAndKeep();
  reader.join();
  if (GetParam().info.safe) {
    EXPECT_EQ(m.oracle.violations(), 0u);
    EXPECT_GT(phases.wait_ns, 1'000'000u);
  } else {
    EXPECT_EQ(m.oracle.inside_after_fini, 1u);  // the oracle can fail
  }
}

#if defined(__SANITIZE_ADDRESS__)
// The same with the memory really freed: AddressSanitizer must see it.
TEST_P(KlistFiniTest, FreedSoftcIsNotTouched) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Machine& m = *machine;
  const auto detach_and_free = [&] {
    m.softc->sc_pulses = 1;
    m.Add(m.Open());
    std::thread reader = EnterAndHold(std::chrono::milliseconds(120));
    m.Detach();
    reader.join();
  };
  if (GetParam().info.safe) {
    detach_and_free();
  } else {
    EXPECT_DEATH(detach_and_free(), "heap-use-after-free");
  }
}
#endif

}  // namespace
}  // namespace knote
