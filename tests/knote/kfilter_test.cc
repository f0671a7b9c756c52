// Filters that a module registers.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/kfilter.h"

#include <thread>

#include "tests/knote/machine.h"

namespace knote {
namespace {

// A module: its filter is active from the `data`-th look on.
struct Module {
  static inline std::atomic<bool> loaded{true};
  static inline std::atomic<int> strays{0};  // calls while it was not
  static inline int attach_error = 0;

  static int Called(int result) {
    if (!loaded.load()) ++strays;
    return result;
  }
  static int Attach(knote<HwEnv>*) { return Called(attach_error); }
  static void Detach(knote<HwEnv>*) { Called(0); }
  static int Event(knote<HwEnv>* kn, long) {
    return Called(++kn->kn_hookid >= kn->kn_sdata.load());
  }
  static int Touch(knote<HwEnv>*, kevent*, long) { return 0; }
};

constexpr filterops<HwEnv> kModuleFilter{.f_flags = FILTEROP_MPSAFE,
                                         .f_attach = Module::Attach,
                                         .f_detach = Module::Detach,
                                         .f_event = Module::Event};

class KfilterTest : public MachineTest {
 protected:
  void SetUp() override {
    MachineTest::SetUp();
    Module::attach_error = 0;
    Module::loaded = true;
    Module::strays = 0;
  }

  int Register(filterops<HwEnv> filtops = kModuleFilter,
               std::string_view name = "looks") {
    return machine->system->KfilterRegister(name, &filtops, &filter);
  }
  int Unregister(std::string_view name = "looks") {
    return machine->system->KfilterUnregister(name);
  }
  int Change(uint32_t flags, uintptr_t ident = 3) {
    return machine->Change(
        {.ident = ident, .filter = filter, .flags = flags, .data = 2});
  }

  uint32_t filter = 0;
};
INSTANTIATE_TEST_SUITE_P(Strategies, KfilterTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

TEST_P(KfilterTest, IsUsedLikeAnyOther) {
  Machine& m = *machine;
  ASSERT_EQ(Register(), 0);
  EXPECT_EQ(filter, EVFILT_SYSCOUNT);
  EXPECT_EQ(Change(EV_ADD), 0);
  EXPECT_TRUE(m.Poll().empty());  // the first look was EV_ADD's
  EXPECT_EQ(Change(EV_ADD), 0);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].filter, filter);
  EXPECT_EQ(Change(EV_DELETE), 0);
}

TEST_P(KfilterTest, CannotBeUnregisteredWhileInUse) {
  Machine& m = *machine;
  Register();
  Change(EV_ADD, 3);
  Change(EV_ADD, 4);
  EXPECT_EQ(Unregister(), EBUSY);
  Change(EV_DELETE, 3);
  EXPECT_EQ(Unregister(), EBUSY);
  m.main->Close(m.kq);
  EXPECT_EQ(Unregister(), 0);
  m.kq = m.main->Kqueue();
  EXPECT_EQ(Change(EV_ADD), -EINVAL);
}

TEST_P(KfilterTest, AFailedAttachLeavesTheCountAlone) {
  Register();
  Change(EV_ADD, 3);
  Module::attach_error = EPERM;
  EXPECT_EQ(Change(EV_ADD, 4), -EPERM);
  EXPECT_EQ(Unregister(), EBUSY);  // 3 is there
  Change(EV_DELETE, 3);
  EXPECT_EQ(Unregister(), 0);
}

TEST_P(KfilterTest, NamesAreUniqueAndNumbersAreUsedAgain) {
  EXPECT_EQ(Register(kModuleFilter, ""), EINVAL);
  EXPECT_EQ(Register(kModuleFilter, "EVFILT_VNODE"), EEXIST);
  EXPECT_EQ(Register(), 0);
  EXPECT_EQ(Register(), EEXIST);
  EXPECT_EQ(Register(kModuleFilter, "other"), 0);
  EXPECT_EQ(filter, EVFILT_SYSCOUNT + 1);
  EXPECT_EQ(Unregister("EVFILT_READ"), EINVAL);
  EXPECT_EQ(Unregister(""), EINVAL);
  EXPECT_EQ(Unregister("nonesuch"), ENOENT);
  EXPECT_EQ(Unregister(), 0);
  EXPECT_EQ(Unregister(), ENOENT);
  EXPECT_EQ(Register(kModuleFilter, "third"), 0);
  EXPECT_EQ(filter, EVFILT_SYSCOUNT);
}

TEST_P(KfilterTest, IncompleteFilteropsAreRefused) {
  EXPECT_EQ(Register({}), EINVAL);
  auto filtops = kModuleFilter;
  filtops.f_detach = nullptr;
  EXPECT_EQ(Register(filtops), EINVAL);
  EXPECT_EQ(machine->system->KfilterRegister("x", nullptr, nullptr), EINVAL);
}

TEST_P(KfilterTest, OnlyTheKernelMayTouch) {
  auto filtops = kModuleFilter;
  filtops.f_touch = Module::Touch;
  ASSERT_EQ(Register(filtops), 0);
  EXPECT_EQ(Change(EV_ADD), -ENOTSUP);
  EXPECT_EQ(Change(EV_DELETE), -ENOENT);  // nothing was made
  EXPECT_EQ(Unregister(), 0);
}

TEST_P(KfilterTest, DescriptorsCanBeWatched) {
  Machine& m = *machine;
  auto filtops = kModuleFilter;
  filtops.f_flags = FILTEROP_ISFD;  // under KERNEL_LOCK, too
  Register(filtops);
  const int fd = m.Open();
  EXPECT_EQ(Change(EV_ADD, 999), -EBADF);
  EXPECT_EQ(Change(EV_ADD, static_cast<uintptr_t>(fd)), 0);
  EXPECT_EQ(Unregister(), EBUSY);
  m.Close(fd);
  EXPECT_EQ(Unregister(), 0);
}

TEST_P(KfilterTest, TheModuleIsNotEnteredOnceItIsUnregistered) {
  Machine& m = *machine;
  std::atomic<bool> stop{false};
  std::atomic<int> added{0};
  Register();
  const uint32_t number = filter;
  std::vector<std::thread> users;
  for (uintptr_t id = 1; id <= 2; ++id) {
    users.emplace_back([&, id] {
      const auto l = m.NewThread();
      kevent change{.ident = id, .filter = number};
      while (!stop) {
        change.flags = EV_ADD | EV_ONESHOT;
        added += m.Change(*l, change) == 0;
        if (id == 1) LookForOne(*l, m.kq);
        change.flags = EV_DELETE;
        m.Change(*l, change);
      }
    });
  }
  int unloaded = 0;
  for (int turn = 0; unloaded < 50 || added < 50; ++turn) {
    if (Unregister() != 0) continue;
    Module::loaded = false;
    ++unloaded;
    std::this_thread::yield();
    Module::loaded = true;
    ASSERT_EQ(Register(), 0);
  }
  stop = true;
  for (auto& user : users) user.join();
  EXPECT_EQ(Module::strays, 0);
}

}  // namespace
}  // namespace knote
