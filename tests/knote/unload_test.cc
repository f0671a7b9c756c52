// A driver in a shared object that is really unloaded while a thread is inside
// its f_event: the worst form of the seed's bug, and its cure.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <dlfcn.h>

#include <thread>

#include "tests/knote/machine.h"

namespace knote {
namespace {

constexpr char kModule[] = KNOTESTAT_BINARY_DIR "/drivers/pulse_module.so";

class UnloadTest : public netbsd::NamedStrategyTest {
 protected:
  void SetUp() override {
    NamedStrategyTest::SetUp();
    testing::FLAGS_gtest_death_test_style = "threadsafe";
  }
};
INSTANTIATE_TEST_SUITE_P(Strategies, UnloadTest,
                         testing::ValuesIn(netbsd::NamedStrategies()),
                         netbsd::NameOfNamedStrategy);

// Exits with 0 if all went well, with 2 if the module could not be loaded or
// unloaded; a reader that returns into unmapped code kills the process.
[[noreturn]] void UnloadUnderAReader(const StrategyEntry& strategy) {
  void* module = dlopen(kModule, RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) std::_Exit(2);
  const auto entry =
      reinterpret_cast<DriverEntryPoint>(dlsym(module, kDriverEntryPoint));
  auto& m = *new Machine(strategy.boot());
  m.unit.filtops = static_cast<const filterops<HwEnv>*>(entry());
  m.softc->sc_pulses = 1;
  m.softc->sc_hold = {150'000'000, true};
  m.Add(m.Open());
  std::thread reader([&m] {
    const auto l = m.NewThread();
    LookForOne(*l, m.kq);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  m.DetachAndKeep();
  dlclose(module);
  if (dlopen(kModule, RTLD_NOW | RTLD_NOLOAD) != nullptr) std::_Exit(2);
  reader.join();
  m.Close(m.opened[0]);  // its f_detach must not be the module's any more
  std::_Exit(0);
}

TEST_P(UnloadTest, NoThreadIsInsideWhenTheModuleGoes) {
  if (GetParam().info.safe) {
    EXPECT_EXIT(UnloadUnderAReader(GetParam()), testing::ExitedWithCode(0), "");
  } else {
    EXPECT_EXIT(
        UnloadUnderAReader(GetParam()),
        [](int status) {
          return !WIFEXITED(status) ||
                 (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 2);
        },
        "");
  }
}

}  // namespace
}  // namespace knote
