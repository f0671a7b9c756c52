// The rules of kevent() itself: changes, receipts, errors, room for events.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

namespace knote {
namespace {

template <class S>
class KeventChangesTest : public testing::Test {
 protected:
  int Call(std::span<const kevent> changes, std::span<kevent> events) {
    return kevent1<S>(machine.main, machine.kq, changes, events, 0);
  }

  // EV_ADD of EVFILT_USER `id`.
  static kevent Add(uintptr_t id, uint32_t flags = 0) {
    return {.ident = id, .filter = EVFILT_USER, .flags = EV_ADD | flags};
  }
  static kevent Missing(uintptr_t id) {
    return {.ident = id, .filter = EVFILT_USER, .flags = EV_ENABLE};
  }
  bool Exists(uintptr_t id) {
    return machine.Change(machine.main, Missing(id)) == 0;
  }

  Machine<S> machine;
};
TYPED_TEST_SUITE(KeventChangesTest, ConformanceStrategies, StrategyName);

TYPED_TEST(KeventChangesTest, ErrorsAndReceiptsComeBackAsEvents) {
  kevent events[4];
  kevent with_receipt = this->Add(1, EV_RECEIPT);
  with_receipt.fflags = 0x5;
  with_receipt.data = 7;
  const kevent changes[] = {with_receipt, this->Missing(2), this->Add(3)};
  ASSERT_EQ(this->Call(changes, events), 2);
  EXPECT_EQ(events[0].ident, 1u);
  EXPECT_EQ(events[0].flags, EV_ERROR);
  EXPECT_EQ(events[0].data, 0);
  EXPECT_EQ(events[0].fflags, 0u);  // a new knote has taken them
  EXPECT_EQ(events[1].ident, 2u);
  EXPECT_EQ(events[1].data, ENOENT);
  EXPECT_TRUE(this->Exists(3));
}

TYPED_TEST(KeventChangesTest, NothingIsScannedAfterAnError) {
  auto& m = this->machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  kevent events[4];
  const kevent change = this->Missing(9);
  ASSERT_EQ(this->Call({&change, 1}, events), 1);
  EXPECT_EQ(events[0].flags, EV_ERROR);
}

TYPED_TEST(KeventChangesTest, WithoutRoomTheFirstErrorEndsTheCall) {
  const kevent changes[] = {this->Add(1), this->Missing(2), this->Add(3)};
  EXPECT_EQ(this->Call(changes, {}), -ENOENT);
  EXPECT_TRUE(this->Exists(1));
  EXPECT_FALSE(this->Exists(3));
}

TYPED_TEST(KeventChangesTest, WithoutRoomAReceiptEndsTheCall) {
  const kevent changes[] = {this->Add(1, EV_RECEIPT), this->Add(2)};
  EXPECT_EQ(this->Call(changes, {}), 0);
  EXPECT_TRUE(this->Exists(1));
  EXPECT_FALSE(this->Exists(2));
}

TYPED_TEST(KeventChangesTest, AnErrorThatFindsNoRoomIsReturned) {
  kevent event;
  const kevent changes[] = {this->Missing(1), this->Missing(2), this->Add(3)};
  EXPECT_EQ(this->Call(changes, {&event, 1}), -ENOENT);
  EXPECT_EQ(event.ident, 1u);
  EXPECT_FALSE(this->Exists(3));
}

TYPED_TEST(KeventChangesTest, ChangesAreFetchedInChunks) {
  // Receipts go where the next changes come from; but these were fetched.
  std::vector<kevent> list;
  for (uintptr_t id = 0; id <= KQ_NEVENTS; ++id)
    list.push_back(this->Add(id, EV_RECEIPT));
  const std::span changes(list);
  EXPECT_EQ(this->Call(changes.first(KQ_NEVENTS), changes.subspan(1)),
            static_cast<int>(KQ_NEVENTS));
  for (uintptr_t id = 0; id < KQ_NEVENTS; ++id) EXPECT_TRUE(this->Exists(id));
}

TYPED_TEST(KeventChangesTest, UsersCannotSetSystemFlags) {
  auto& m = this->machine;
  m.User(EV_ADD | EV_EOF | EV_ERROR);
  m.User(0, NOTE_TRIGGER);
  ASSERT_EQ(m.Poll().size(), 1u);
  EXPECT_EQ(m.Poll()[0].flags, EV_ADD);
}

TYPED_TEST(KeventChangesTest, EachMisuseHasItsErrno) {
  auto& m = this->machine;
  const auto read = [&](uintptr_t ident, uint32_t flags = EV_ADD) {
    return m.Change(m.main,
                    {.ident = ident, .filter = EVFILT_READ, .flags = flags});
  };
  EXPECT_EQ(m.Change(m.main, {.ident = 1, .filter = 77, .flags = EV_ADD}),
            -EINVAL);
  EXPECT_EQ(
      m.Change(m.main, {.ident = 1, .filter = UINT32_MAX, .flags = EV_ADD}),
      -EINVAL);
  for (const uintptr_t ident :
       {uintptr_t{99}, uintptr_t{1} << 30, uintptr_t{INT_MAX} + 1, UINTPTR_MAX})
    EXPECT_EQ(read(ident), -EBADF) << ident;
  EXPECT_EQ(read(static_cast<uintptr_t>(m.Open()), EV_DELETE), -ENOENT);
  EXPECT_EQ(m.User(EV_ENABLE), -ENOENT);
  EXPECT_EQ(kevent1<TypeParam>(m.main, -1, {}, {}, 0), -EBADF);
  EXPECT_EQ(kevent1<TypeParam>(m.main, INT_MAX, {}, {}, 0), -EBADF);
  EXPECT_EQ(kevent1<TypeParam>(m.main, m.Open(), {}, {}, 0), -EBADF);
  EXPECT_EQ(close<TypeParam>(m.main, 12345), -EBADF);
  EXPECT_EQ(close<TypeParam>(m.main, -1), -EBADF);
}

TYPED_TEST(KeventChangesTest, WithoutRoomNothingIsWaitedFor) {
  auto& m = this->machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  EXPECT_EQ(kevent1<TypeParam>(m.main, m.kq, {}, {}), 0);  // no deadline
}

TYPED_TEST(KeventChangesTest, RoomForMinusOneIsRefusedAndForIntMaxIsNot) {
  auto& m = this->machine;
  m.User(EV_ADD);
  m.User(0, NOTE_TRIGGER);
  kevent event;
  EXPECT_EQ(this->Call({}, {&event, SIZE_MAX / sizeof(kevent)}), -EINVAL);
  EXPECT_EQ(this->Call({}, {&event, size_t{INT_MAX} + 1}), -EINVAL);
  EXPECT_EQ(this->Call({}, {&event, INT_MAX}), 1);
}

TYPED_TEST(KeventChangesTest, ManyEventsComeInOneCallEachOnce) {
  auto& m = this->machine;
  constexpr uintptr_t kMany = 5 * KQ_NEVENTS + 3;
  for (uintptr_t id = 0; id < kMany; ++id) {
    m.Change(m.main, this->Add(id));
    m.Change(m.main,
             {.ident = id, .filter = EVFILT_USER, .fflags = NOTE_TRIGGER});
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
