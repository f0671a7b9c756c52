// EVFILT_READ on a driver, and the flags of kevent() that every filter has:
// under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KeventReadTest : public testing::Test {
 protected:
  Machine<S> machine;
};
TYPED_TEST_SUITE(KeventReadTest, ConformanceStrategies, StrategyName);

TYPED_TEST(KeventReadTest, ReadIsActiveFromTheLowWaterMarkOn) {
  auto& m = this->machine;
  const int fd = m.Open();
  EXPECT_EQ(m.Add(fd, 0, 3), 0);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(m.main, 2);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(m.main, 1);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].ident, static_cast<uintptr_t>(fd));
  EXPECT_EQ(events[0].data, 3);
}

TYPED_TEST(KeventReadTest, LevelTriggeredEventsComeAgain) {
  auto& m = this->machine;
  m.Add(m.Open());
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventReadTest, ClearWaitsForTheNextSubmission) {
  auto& m = this->machine;
  m.Add(m.Open(), EV_CLEAR);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_TRUE(m.Poll().empty());
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventReadTest, OneshotDeletesTheKnote) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd, EV_ONESHOT);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.Change(m.main, {.ident = static_cast<uintptr_t>(fd),
                              .filter = EVFILT_READ,
                              .flags = EV_DELETE}),
            -ENOENT);
}

TYPED_TEST(KeventReadTest, DispatchDisablesUntilEnabled) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd, EV_DISPATCH);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.Pulse(m.main, 1);
  EXPECT_TRUE(m.Poll().empty());
  m.Change(m.main, {.ident = static_cast<uintptr_t>(fd),
                    .filter = EVFILT_READ,
                    .flags = EV_ENABLE,
                    .data = 1});
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventReadTest, ClearMasksDispatch) {
  auto& m = this->machine;
  m.Add(m.Open(), EV_CLEAR | EV_DISPATCH);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventReadTest, DisableKeepsEventsBack) {
  auto& m = this->machine;
  m.Add(m.Open(), EV_DISABLE);
  m.Pulse(m.main, 1);
  EXPECT_TRUE(m.Poll().empty());
}

TYPED_TEST(KeventReadTest, DeleteDrainsAndIsNotRepeatable) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd);
  m.Pulse(m.main, 1);
  const kevent gone{.ident = static_cast<uintptr_t>(fd),
                    .filter = EVFILT_READ,
                    .flags = EV_DELETE};
  EXPECT_EQ(m.Change(m.main, gone), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.Change(m.main, gone), -ENOENT);
}

TYPED_TEST(KeventReadTest, TheScanStopsAtItsMarker) {
  auto& m = this->machine;
  for (int i = 0; i < 3; ++i) m.Add(m.Open());
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Poll(2).size(), 2u);
  EXPECT_EQ(m.Poll(8).size(), 3u);  // requeued ones are not returned twice
}

TYPED_TEST(KeventReadTest, ClosingTheDescriptorDropsItsKnotes) {
  auto& m = this->machine;
  const int fd = m.Open();
  m.Add(fd);
  m.Pulse(m.main, 1);
  EXPECT_EQ(m.Close(fd), 0);
  EXPECT_TRUE(m.Poll().empty());
  EXPECT_EQ(m.softc->sc_sel.sel_klist.slh_first, nullptr);
  EXPECT_EQ(close<TypeParam>(m.main, fd), -EBADF);
}

}  // namespace
}  // namespace knote
