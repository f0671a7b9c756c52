// klist_fini() under every strategy: what it neuters, and whom it waits for.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KlistFiniTest : public testing::Test {
 protected:
  Machine<S> machine;

  // A thread that scans once, and is inside f_event for `hold` by the time
  // this returns.
  std::thread EnterAndHold(std::chrono::milliseconds hold) {
    machine.softc->sc_hold = {
        static_cast<uint64_t>(std::chrono::nanoseconds(hold).count()), true};
    std::thread reader([this] {
      auto& m = machine;
      typename Machine<S>::Lwp l(m.process);
      kevent event;
      kevent1<S>(l, m.kq, {}, {&event, 1}, 0);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return reader;
  }
};
TYPED_TEST_SUITE(KlistFiniTest, AllStrategies, StrategyName);

TYPED_TEST(KlistFiniTest, LeavesStubsThatDetachSafely) {
  auto& m = this->machine;
  std::vector<int> fds;
  for (int i = 0; i < 23; ++i) {
    fds.push_back(m.Open());
    m.Add(fds.back());
  }
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Detach().knotes, 23u);
  EXPECT_TRUE(m.Poll(32).empty());  // the stub's f_event says "not active"
  for (int fd : fds) EXPECT_EQ(m.Close(fd), 0);
  EXPECT_EQ(m.oracle.violations(), 0u);
}

TYPED_TEST(KlistFiniTest, RefusesNewKnotesAfterwards) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Detach();
  EXPECT_EQ(m.Add(fd), -ENXIO);
  m.Attach();
  EXPECT_EQ(m.Add(fd), 0);
}

// The seed's bug: the driver goes while a thread is inside its f_event.
TYPED_TEST(KlistFiniTest, WaitsForAReaderThatSleepsInside) {
  auto& m = this->machine;
  m.softc->sc_pulses = 1;
  m.Add(m.Open());
  std::thread reader = this->EnterAndHold(std::chrono::milliseconds(120));
  FiniPhases phases;
  pulse_detach(m.k, m.unit, phases);  // the softc stays, poisoned
  reader.join();
  if (TypeParam::kInfo.safe) {
    EXPECT_EQ(m.oracle.violations(), 0u);
    EXPECT_GT(phases.wait_ns, 1'000'000u);
  } else {
    EXPECT_EQ(m.oracle.inside_after_fini, 1u);  // the oracle can fail
  }
}

#if defined(__SANITIZE_ADDRESS__)
// The same with the memory really freed: AddressSanitizer must see it.
TYPED_TEST(KlistFiniTest, FreedSoftcIsNotTouched) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto& m = this->machine;
  const auto detach_and_free = [&] {
    m.softc->sc_pulses = 1;
    m.Add(m.Open());
    std::thread reader = this->EnterAndHold(std::chrono::milliseconds(120));
    m.Detach();
    reader.join();
  };
  if (TypeParam::kInfo.safe) {
    detach_and_free();
  } else {
    EXPECT_DEATH(detach_and_free(), "heap-use-after-free");
  }
}
#endif

}  // namespace
}  // namespace knote
