// EVFILT_READ on a driver, and the flags of kevent() that every filter has:
// under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <thread>

#include "tests/knote/machine.h"

namespace knote {
namespace {

class KeventReadTest : public MachineTest {
 protected:
};
INSTANTIATE_TEST_SUITE_P(Strategies, KeventReadTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(KeventReadTest, ReadIsActiveFromTheLowWaterMarkOn) {
  Machine& m = *machine;
  const int fd = m.Open();
  EXPECT_EQ(m.Add(fd, 0, 3), 0);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(2);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(1);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].ident, static_cast<uintptr_t>(fd));
  EXPECT_EQ(events[0].data, 3);
}

TEST_P(KeventReadTest, LevelTriggeredEventsComeAgain) {
  Machine& m = *machine;
  m.Add(m.Open());
  m.Pulse(1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TEST_P(KeventReadTest, ClearWaitsForTheNextSubmission) {
  Machine& m = *machine;
  m.Add(m.Open(), EV_CLEAR);
  m.Pulse(1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(1);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TEST_P(KeventReadTest, OneshotDeletesTheKnote) {
  Machine& m = *machine;
  const int fd = m.Open();
  m.Add(fd, EV_ONESHOT);
  m.Pulse(1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.Change({.ident = static_cast<uintptr_t>(fd),
                      .filter = EVFILT_READ,
                      .flags = EV_DELETE}),
            -ENOENT);
}

TEST_P(KeventReadTest, DispatchDisablesUntilEnabled) {
  Machine& m = *machine;
  const int fd = m.Open();
  m.Add(fd, EV_DISPATCH);
  m.Pulse(1);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.Pulse(1);
  EXPECT_TRUE(m.Poll().empty());
  m.Change({.ident = static_cast<uintptr_t>(fd),
            .filter = EVFILT_READ,
            .flags = EV_ENABLE,
            .data = 1});
  EXPECT_EQ(m.Poll().size(), 1u);
}

TEST_P(KeventReadTest, ClearMasksDispatch) {
  Machine& m = *machine;
  m.Add(m.Open(), EV_CLEAR | EV_DISPATCH);
  m.Pulse(1);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.Pulse(1);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TEST_P(KeventReadTest, DisableKeepsEventsBack) {
  Machine& m = *machine;
  m.Add(m.Open(), EV_DISABLE);
  m.Pulse(1);
  EXPECT_TRUE(m.Poll().empty());
}

TEST_P(KeventReadTest, DeleteDrainsAndIsNotRepeatable) {
  Machine& m = *machine;
  const int fd = m.Open();
  m.Add(fd);
  m.Pulse(1);
  const kevent gone{.ident = static_cast<uintptr_t>(fd),
                    .filter = EVFILT_READ,
                    .flags = EV_DELETE};
  EXPECT_EQ(m.Change(gone), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.Change(gone), -ENOENT);
}

TEST_P(KeventReadTest, TheScanStopsAtItsMarker) {
  Machine& m = *machine;
  for (int i = 0; i < 3; ++i) m.Add(m.Open());
  m.Pulse(1);
  EXPECT_EQ(m.Poll(2).size(), 2u);
  EXPECT_EQ(m.Poll(8).size(), 3u);  // requeued ones are not returned twice
}

TEST_P(KeventReadTest, ClosingTheDescriptorDropsItsKnotes) {
  Machine& m = *machine;
  const int fd = m.Open();
  m.Add(fd);
  m.Pulse(1);
  EXPECT_EQ(m.Close(fd), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.softc->sc_sel.sel_klist.slh_first, nullptr);
  EXPECT_EQ(m.main->Close(fd), -EBADF);
}

TEST_P(KeventReadTest, ClosingTheKqueueSendsSleepersAway) {
  Machine& m = *machine;
  m.Add(m.Open());
  int result = 0;
  std::thread sleeper([&] {
    const auto l = m.NewThread();
    result = WaitForOne(*l, m.kq);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(m.main->Close(m.kq), 0);
  sleeper.join();
  m.kq = -1;
  EXPECT_EQ(result, -EBADF);
  EXPECT_EQ(m.softc->sc_sel.sel_klist.slh_first, nullptr);
}

}  // namespace
}  // namespace knote
