// The rules of EVFILT_USER.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/knote/machine.h"

namespace knote {
namespace {

class KeventUserTest : public MachineTest {
 protected:
};
INSTANTIATE_TEST_SUITE_P(Strategies, KeventUserTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(KeventUserTest, TriggerActivatesAndSetsFlagsAndData) {
  Machine& m = *machine;
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

TEST_P(KeventUserTest, ClearUntriggersAndKeepsFlagsAndData) {
  Machine& m = *machine;
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

TEST_P(KeventUserTest, AClearInTheChangeUndoesItsTrigger) {
  Machine& m = *machine;
  m.User(EV_ADD);
  m.User(EV_CLEAR, NOTE_TRIGGER);
  EXPECT_TRUE(m.Poll().empty());
}

TEST_P(KeventUserTest, AddingDoesNotTrigger) {
  Machine& m = *machine;
  m.User(EV_ADD, NOTE_TRIGGER);
  EXPECT_TRUE(m.Poll().empty());
  m.User(EV_ADD, NOTE_TRIGGER);  // a change by now
  EXPECT_EQ(m.Poll().size(), 1u);
}

TEST_P(KeventUserTest, AddingTakesAllFlagsAsTheyAre) {
  Machine& m = *machine;
  m.User(EV_ADD, NOTE_FFOR | 0x8);
  m.User(0, NOTE_TRIGGER);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].fflags, NOTE_FFOR | 0x8);
}

TEST_P(KeventUserTest, FlagsAreCombinedAsAsked) {
  Machine& m = *machine;
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

TEST_P(KeventUserTest, DisableDrainsAndEnableDelivers) {
  Machine& m = *machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  m.User(EV_DISABLE);
  EXPECT_TRUE(m.Poll().empty());
  m.User(EV_ENABLE);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TEST_P(KeventUserTest, DispatchDisablesUntilEnabled) {
  Machine& m = *machine;
  m.User(EV_ADD | EV_DISPATCH);
  m.User(0, NOTE_TRIGGER);
  EXPECT_EQ(m.Poll().size(), 1u);
  m.User(0, NOTE_TRIGGER);
  EXPECT_TRUE(m.Poll().empty());
  m.User(EV_ENABLE);
  EXPECT_EQ(m.Poll().size(), 1u);
}

TEST_P(KeventUserTest, OneshotDeletes) {
  Machine& m = *machine;
  m.User(EV_ADD | EV_ONESHOT);
  m.User(0, NOTE_TRIGGER);
  EXPECT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.User(0, NOTE_TRIGGER), -ENOENT);
}

TEST_P(KeventUserTest, UdataIsKeptAndReplacedByAChange) {
  Machine& m = *machine;
  int first = 0, second = 0;
  kevent change = m.UserEvent(EV_ADD);
  change.udata = &first;
  m.Change(change);
  change.flags = 0;
  change.fflags = NOTE_TRIGGER;
  m.Change(change);
  ASSERT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll()[0].udata, &first);
  change.udata = &second;
  m.Change(change);
  ASSERT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll()[0].udata, &second);
}

TEST_P(KeventUserTest, ReceiptStaysInTheFlags) {
  Machine& m = *machine;
  m.User(EV_ADD | EV_RECEIPT);
  m.User(0, NOTE_TRIGGER);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].flags, EV_ADD | EV_RECEIPT);
}

}  // namespace
}  // namespace knote
