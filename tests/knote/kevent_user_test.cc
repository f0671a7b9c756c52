// The rules of EVFILT_USER.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KeventUserTest : public testing::Test {
 protected:
  Machine<S> machine;
};
TYPED_TEST_SUITE(KeventUserTest, ConformanceStrategies, StrategyName);

TYPED_TEST(KeventUserTest, TriggerActivatesAndSetsFlagsAndData) {
  auto& m = this->machine;
  m.User(EV_ADD);
  EXPECT_TRUE(m.Poll().empty());
  m.User(0, NOTE_TRIGGER | NOTE_FFCOPY | 0x5, 42);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  // NOTE_FFLAGSMASK does not cover NOTE_TRIGGER's bit.
  EXPECT_EQ(events[0].fflags, 0x5u);
  EXPECT_EQ(events[0].data, 42);
  EXPECT_EQ(m.Poll().size(), 1u);  // level-triggered
}

TYPED_TEST(KeventUserTest, ClearUntriggersAndKeepsFlagsAndData) {
  auto& m = this->machine;
  m.User(EV_ADD | EV_CLEAR);
  m.User(0, NOTE_TRIGGER | NOTE_FFOR | 0x5, 42);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_TRUE(m.Poll().empty());
  m.User(0, NOTE_TRIGGER | NOTE_FFOR | 0x2, 43);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].fflags, 0x7u);
  EXPECT_EQ(events[0].data, 43);
}

TYPED_TEST(KeventUserTest, AClearInTheChangeUndoesItsTrigger) {
  auto& m = this->machine;
  m.User(EV_ADD);
  m.User(EV_CLEAR, NOTE_TRIGGER);
  EXPECT_TRUE(m.Poll().empty());
}

TYPED_TEST(KeventUserTest, AddingDoesNotTrigger) {
  auto& m = this->machine;
  m.User(EV_ADD, NOTE_TRIGGER);
  EXPECT_TRUE(m.Poll().empty());
  m.User(EV_ADD, NOTE_TRIGGER);  // a change by now
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventUserTest, AddingTakesAllFlagsAsTheyAre) {
  auto& m = this->machine;
  m.User(EV_ADD, NOTE_FFOR | 0x8);
  m.User(0, NOTE_TRIGGER);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].fflags, NOTE_FFOR | 0x8);
}

TYPED_TEST(KeventUserTest, FlagsAreCombinedAsAsked) {
  auto& m = this->machine;
  const auto flags_after = [&](uint32_t fflags) {
    m.User(0, NOTE_TRIGGER | fflags);
    const auto events = m.Poll();
    return events.size() == 1 ? events[0].fflags : ~0u;
  };
  m.User(EV_ADD, 0x0f);
  EXPECT_EQ(flags_after(NOTE_FFAND | 0x3c), 0x0cu);
  EXPECT_EQ(flags_after(NOTE_FFOR | 0x100), 0x10cu);
  EXPECT_EQ(flags_after(NOTE_FFNOP | 0xff), 0x10cu);
  EXPECT_EQ(flags_after(NOTE_FFCOPY | 0x7), 0x7u);
  EXPECT_EQ(flags_after(NOTE_FFCOPY | 0xffffff), NOTE_FFLAGSMASK);
}

TYPED_TEST(KeventUserTest, DisableDrainsAndEnableDelivers) {
  auto& m = this->machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  m.User(EV_DISABLE);
  EXPECT_TRUE(m.Poll().empty());
  m.User(EV_ENABLE);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventUserTest, DispatchDisablesUntilEnabled) {
  auto& m = this->machine;
  m.User(EV_ADD | EV_DISPATCH);
  m.User(0, NOTE_TRIGGER);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.User(0, NOTE_TRIGGER);
  EXPECT_TRUE(m.Poll().empty());
  m.User(EV_ENABLE);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TYPED_TEST(KeventUserTest, OneshotDeletes) {
  auto& m = this->machine;
  m.User(EV_ADD | EV_ONESHOT);
  m.User(0, NOTE_TRIGGER);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.User(0, NOTE_TRIGGER), -ENOENT);
}

TYPED_TEST(KeventUserTest, UdataIsKeptAndReplacedByAChange) {
  auto& m = this->machine;
  int first = 0, second = 0;
  kevent change = m.UserEvent(EV_ADD);
  change.udata = &first;
  m.Change(m.main, change);
  change.flags = 0;
  change.fflags = NOTE_TRIGGER;
  m.Change(m.main, change);
  ASSERT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll()[0].udata, &first);
  change.udata = &second;
  m.Change(m.main, change);
  ASSERT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll()[0].udata, &second);
}

TYPED_TEST(KeventUserTest, ReceiptStaysInTheFlags) {
  auto& m = this->machine;
  m.User(EV_ADD | EV_RECEIPT);
  m.User(0, NOTE_TRIGGER);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].flags, EV_ADD | EV_RECEIPT);
}

}  // namespace
}  // namespace knote
