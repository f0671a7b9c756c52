// Filters that a module registers.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/kfilter.h"

#include <thread>

#include "tests/knote/machine.h"
#include "tests/knote/strategies.h"

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

template <class S>
class KfilterTest : public testing::Test {
 protected:
  void SetUp() override {
    Module::attach_error = 0;
    Module::loaded = true;
    Module::strays = 0;
  }

  int Register(filterops<HwEnv> filtops = kModuleFilter,
               std::string_view name = "looks") {
    return kfilter_register(machine.k, name, &filtops, &filter);
  }
  int Unregister(std::string_view name = "looks") {
    return kfilter_unregister(machine.k, name);
  }
  int Change(uint32_t flags, uintptr_t ident = 3) {
    return machine.Change(
        machine.main,
        {.ident = ident, .filter = filter, .flags = flags, .data = 2});
  }

  Machine<S> machine;
  uint32_t filter = 0;
};
TYPED_TEST_SUITE(KfilterTest, ConformanceStrategies, StrategyName);

TYPED_TEST(KfilterTest, IsUsedLikeAnyOther) {
  auto& m = this->machine;
  ASSERT_EQ(this->Register(), 0);
  EXPECT_EQ(this->filter, EVFILT_SYSCOUNT);
  EXPECT_EQ(this->Change(EV_ADD), 0);
  EXPECT_TRUE(m.Poll().empty());  // the first look was EV_ADD's
  EXPECT_EQ(this->Change(EV_ADD), 0);
  const auto events = m.Poll();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].filter, this->filter);
  EXPECT_EQ(this->Change(EV_DELETE), 0);
}

TYPED_TEST(KfilterTest, CannotBeUnregisteredWhileInUse) {
  auto& m = this->machine;
  this->Register();
  this->Change(EV_ADD, 3);
  this->Change(EV_ADD, 4);
  EXPECT_EQ(this->Unregister(), EBUSY);
  this->Change(EV_DELETE, 3);
  EXPECT_EQ(this->Unregister(), EBUSY);
  close<TypeParam>(m.main, m.kq);
  EXPECT_EQ(this->Unregister(), 0);
  m.kq = kqueue1<TypeParam>(m.main);
  EXPECT_EQ(this->Change(EV_ADD), -EINVAL);
}

TYPED_TEST(KfilterTest, AFailedAttachLeavesTheCountAlone) {
  this->Register();
  this->Change(EV_ADD, 3);
  Module::attach_error = EPERM;
  EXPECT_EQ(this->Change(EV_ADD, 4), -EPERM);
  EXPECT_EQ(this->Unregister(), EBUSY);  // 3 is there
  this->Change(EV_DELETE, 3);
  EXPECT_EQ(this->Unregister(), 0);
}

TYPED_TEST(KfilterTest, NamesAreUniqueAndNumbersAreUsedAgain) {
  EXPECT_EQ(this->Register(kModuleFilter, ""), EINVAL);
  EXPECT_EQ(this->Register(kModuleFilter, "EVFILT_VNODE"), EEXIST);
  EXPECT_EQ(this->Register(), 0);
  EXPECT_EQ(this->Register(), EEXIST);
  EXPECT_EQ(this->Register(kModuleFilter, "other"), 0);
  EXPECT_EQ(this->filter, EVFILT_SYSCOUNT + 1);
  EXPECT_EQ(this->Unregister("EVFILT_READ"), EINVAL);
  EXPECT_EQ(this->Unregister(""), EINVAL);
  EXPECT_EQ(this->Unregister("nonesuch"), ENOENT);
  EXPECT_EQ(this->Unregister(), 0);
  EXPECT_EQ(this->Unregister(), ENOENT);
  EXPECT_EQ(this->Register(kModuleFilter, "third"), 0);
  EXPECT_EQ(this->filter, EVFILT_SYSCOUNT);
}

TYPED_TEST(KfilterTest, IncompleteFilteropsAreRefused) {
  EXPECT_EQ(this->Register({}), EINVAL);
  auto filtops = kModuleFilter;
  filtops.f_detach = nullptr;
  EXPECT_EQ(this->Register(filtops), EINVAL);
  EXPECT_EQ(kfilter_register(this->machine.k, "x",
                             static_cast<filterops<HwEnv>*>(nullptr), nullptr),
            EINVAL);
}

TYPED_TEST(KfilterTest, OnlyTheKernelMayTouch) {
  auto filtops = kModuleFilter;
  filtops.f_touch = Module::Touch;
  ASSERT_EQ(this->Register(filtops), 0);
  EXPECT_EQ(this->Change(EV_ADD), -ENOTSUP);
  EXPECT_EQ(this->Change(EV_DELETE), -ENOENT);  // nothing was made
  EXPECT_EQ(this->Unregister(), 0);
}

TYPED_TEST(KfilterTest, DescriptorsCanBeWatched) {
  auto& m = this->machine;
  auto filtops = kModuleFilter;
  filtops.f_flags = FILTEROP_ISFD;  // under KERNEL_LOCK, too
  this->Register(filtops);
  const int fd = m.Open();
  EXPECT_EQ(this->Change(EV_ADD, 999), -EBADF);
  EXPECT_EQ(this->Change(EV_ADD, static_cast<uintptr_t>(fd)), 0);
  EXPECT_EQ(this->Unregister(), EBUSY);
  m.Close(fd);
  EXPECT_EQ(this->Unregister(), 0);
}

TYPED_TEST(KfilterTest, TheModuleIsNotEnteredOnceItIsUnregistered) {
  auto& m = this->machine;
  std::atomic<bool> stop{false};
  std::atomic<int> added{0};
  this->Register();
  const uint32_t number = this->filter;
  std::vector<std::thread> users;
  for (uintptr_t id = 1; id <= 2; ++id) {
    users.emplace_back([&, id] {
      typename Machine<TypeParam>::Lwp l(m.process);
      kevent change{.ident = id, .filter = number};
      while (!stop) {
        change.flags = EV_ADD | EV_ONESHOT;
        added += m.Change(l, change) == 0;
        kevent event;
        if (id == 1) kevent1<TypeParam>(l, m.kq, {}, {&event, 1}, 0);
        change.flags = EV_DELETE;
        m.Change(l, change);
      }
    });
  }
  int unloaded = 0;
  for (int turn = 0; unloaded < 50 || added < 50; ++turn) {
    if (this->Unregister() != 0) continue;
    Module::loaded = false;
    ++unloaded;
    std::this_thread::yield();
    Module::loaded = true;
    ASSERT_EQ(this->Register(), 0);
  }
  stop = true;
  for (auto& user : users) user.join();
  EXPECT_EQ(Module::strays, 0);
}

}  // namespace
}  // namespace knote
