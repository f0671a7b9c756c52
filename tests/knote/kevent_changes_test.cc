// The rules of kevent() itself: changes, receipts, errors, room for events.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "tests/knote/machine.h"

namespace knote {
namespace {

class KeventChangesTest : public MachineTest {
 protected:
  int Call(std::span<const kevent> changes, std::span<kevent> events) {
    return machine->main->Kevent(machine->kq, changes.data(), changes.size(),
                                 events.data(), events.size(), &kNow);
  }

  // EV_ADD of EVFILT_USER `id`.
  static kevent Add(uintptr_t id, uint32_t flags = 0) {
    return {.ident = id, .filter = EVFILT_USER, .flags = EV_ADD | flags};
  }
  static kevent Missing(uintptr_t id) {
    return {.ident = id, .filter = EVFILT_USER, .flags = EV_ENABLE};
  }
  bool Exists(uintptr_t id) { return machine->Change(Missing(id)) == 0; }
};
INSTANTIATE_TEST_SUITE_P(Strategies, KeventChangesTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(KeventChangesTest, ErrorsAndReceiptsComeBackAsEvents) {
  kevent events[4];
  kevent with_receipt = Add(1, EV_RECEIPT);
  with_receipt.fflags = 0x5;
  with_receipt.data = 7;
  const kevent changes[] = {with_receipt, Missing(2), Add(3)};
  ASSERT_EQ(Call(changes, events), 2);
  EXPECT_EQ(events[0].ident, 1u);
  EXPECT_EQ(events[0].flags, EV_ERROR);
  EXPECT_EQ(events[0].data, 0);
  EXPECT_EQ(events[0].fflags, 0u);  // a new knote has taken them
  EXPECT_EQ(events[1].ident, 2u);
  EXPECT_EQ(events[1].data, ENOENT);
  EXPECT_TRUE(Exists(3));
}

TEST_P(KeventChangesTest, NothingIsScannedAfterAnError) {
  Machine& m = *machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  kevent events[4];
  const kevent change = Missing(9);
  ASSERT_EQ(Call({&change, 1}, events), 1);
  EXPECT_EQ(events[0].flags, EV_ERROR);
}

TEST_P(KeventChangesTest, WithoutRoomTheFirstErrorEndsTheCall) {
  const kevent changes[] = {Add(1), Missing(2), Add(3)};
  EXPECT_EQ(Call(changes, {}), -ENOENT);
  EXPECT_TRUE(Exists(1));
  EXPECT_FALSE(Exists(3));
}

TEST_P(KeventChangesTest, WithoutRoomAReceiptEndsTheCall) {
  const kevent changes[] = {Add(1, EV_RECEIPT), Add(2)};
  EXPECT_EQ(Call(changes, {}), 0);
  EXPECT_TRUE(Exists(1));
  EXPECT_FALSE(Exists(2));
}

TEST_P(KeventChangesTest, AnErrorThatFindsNoRoomIsReturned) {
  kevent event;
  const kevent changes[] = {Missing(1), Missing(2), Add(3)};
  EXPECT_EQ(Call(changes, {&event, 1}), -ENOENT);
  EXPECT_EQ(event.ident, 1u);
  EXPECT_FALSE(Exists(3));
}

TEST_P(KeventChangesTest, ChangesAreFetchedInChunks) {
  // Receipts go where the next changes come from; but these were fetched.
  std::vector<kevent> list;
  for (uintptr_t id = 0; id <= KQ_NEVENTS; ++id)
    list.push_back(Add(id, EV_RECEIPT));
  const std::span changes(list);
  EXPECT_EQ(Call(changes.first(KQ_NEVENTS), changes.subspan(1)),
            static_cast<int>(KQ_NEVENTS));
  for (uintptr_t id = 0; id < KQ_NEVENTS; ++id) EXPECT_TRUE(Exists(id));
}

TEST_P(KeventChangesTest, UsersCannotSetSystemFlags) {
  Machine& m = *machine;
  m.User(EV_ADD | EV_EOF | EV_ERROR);
  m.User(0, NOTE_TRIGGER);
  ASSERT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll()[0].flags, EV_ADD);
}

TEST_P(KeventChangesTest, EachMisuseHasItsErrno) {
  Machine& m = *machine;
  const auto read = [&](uintptr_t ident, uint32_t flags = EV_ADD) {
    return m.Change({.ident = ident, .filter = EVFILT_READ, .flags = flags});
  };
  EXPECT_EQ(m.Change({.ident = 1, .filter = 77, .flags = EV_ADD}), -EINVAL);
  EXPECT_EQ(m.Change({.ident = 1, .filter = UINT32_MAX, .flags = EV_ADD}),
            -EINVAL);
  for (const uintptr_t ident :
       {uintptr_t{99}, uintptr_t{1} << 30, uintptr_t{INT_MAX} + 1, UINTPTR_MAX})
    EXPECT_EQ(read(ident), -EBADF) << ident;
  EXPECT_EQ(read(static_cast<uintptr_t>(m.Open()), EV_DELETE), -ENOENT);
  EXPECT_EQ(m.User(EV_ENABLE), -ENOENT);
  EXPECT_EQ(m.main->Kevent(-1, nullptr, 0, nullptr, 0, &kNow), -EBADF);
  EXPECT_EQ(m.main->Kevent(INT_MAX, nullptr, 0, nullptr, 0, &kNow), -EBADF);
  EXPECT_EQ(m.main->Kevent(m.Open(), nullptr, 0, nullptr, 0, &kNow), -EBADF);
  EXPECT_EQ(m.main->Close(12345), -EBADF);
  EXPECT_EQ(m.main->Close(-1), -EBADF);
}

TEST_P(KeventChangesTest, WithoutRoomNothingIsWaitedFor) {
  Machine& m = *machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  EXPECT_EQ(m.main->Kevent(m.kq, nullptr, 0, nullptr, 0, nullptr), 0);
}

TEST_P(KeventChangesTest, RoomForMinusOneIsRefusedAndForIntMaxIsNot) {
  Machine& m = *machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  kevent event;
  EXPECT_EQ(Call({}, {&event, SIZE_MAX / sizeof(kevent)}), -EINVAL);
  EXPECT_EQ(Call({}, {&event, size_t{INT_MAX} + 1}), -EINVAL);
  EXPECT_EQ(Call({}, {&event, INT_MAX}), 1);
}

TEST_P(KeventChangesTest, ManyEventsComeInOneCallEachOnce) {
  Machine& m = *machine;
  constexpr uintptr_t kMany = 5 * KQ_NEVENTS + 3;
  for (uintptr_t id = 0; id < kMany; ++id) {
    m.Change(Add(id));
    m.Change({.ident = id, .filter = EVFILT_USER, .fflags = NOTE_TRIGGER});
  }
  std::vector<uintptr_t> seen;
  for (const kevent& event : m.Poll(2 * kMany)) seen.push_back(event.ident);
  std::vector<uintptr_t> all(kMany);
  for (uintptr_t id = 0; id < kMany; ++id) all[id] = id;
  EXPECT_THAT(seen, testing::ElementsAreArray(all));
  EXPECT_EQ(m.Poll(kMany).size(), kMany);
}

}  // namespace
}  // namespace knote
