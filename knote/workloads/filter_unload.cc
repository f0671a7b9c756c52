// filter_unload: a module unregisters its filter while knotes come and go. The
// count that refuses it is what NetBSD's kfilter_unregister() has; rms(9) is
// for "guard against unloading a kernel module".
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kRounds{
    .name = "rounds",
    .summary = "knotes of the filter, one after the other",
    .unit = "rounds",
    .usual = 300,
    .least = 1,
    .most = 20'000};

std::atomic<bool> loaded{false};
std::atomic<uint64_t> strayed{0};

void Called() {
  if (!loaded.load()) strayed.fetch_add(1);
}
int AttachNothing(knote<HwEnv>*) {
  Called();
  return 0;
}
void DetachNothing(knote<HwEnv>*) { Called(); }
int NothingHappened(knote<HwEnv>*, long) {
  Called();
  return 0;
}
constexpr filterops<HwEnv> kNothing{.f_flags = FILTEROP_MPSAFE,
                                    .f_attach = AttachNothing,
                                    .f_detach = DetachNothing,
                                    .f_event = NothingHappened};

void FilterUnload(Stage& stage) {
  const auto rounds = static_cast<uintptr_t>(stage.Value(kRounds));
  std::atomic<uint32_t> filter{0};
  std::atomic<bool> over{false};
  std::atomic<int> refused{0};
  std::atomic<uint64_t> uses{0};  // begun and ended: odd while a knote is there
  std::atomic<uint64_t> tries{0};  // to unload
  std::atomic<bool> unloaded_in_use{false};
  const auto load = [&] {
    uint32_t number = 0;
    loaded.store(true);
    if (stage.system().KfilterRegister("nothing", &kNothing, &number) != 0)
      stage.Wrong("a filter was not registered");
    filter.store(number);
  };
  strayed.store(0);  // of a play before this one
  load();
  stage.Start("user", [&](Actor& me) {
    for (uintptr_t round = 0; round < rounds; ++round) {
      kevent change{.ident = round, .flags = EV_ADD};
      me.Await("the filter", [&] {
        change.filter = filter.load();
        return me.Change(change) == 0;
      });
      uses.fetch_add(1);
      // The second one from here on begins while the knote is there.
      const uint64_t enough = tries.load() + (round % 2 == 0 ? 2 : 0);
      me.Await("the module", [&] { return tries.load() >= enough; });
      HwEnv::Yield();
      uses.fetch_add(1);
      change.flags = EV_DELETE;
      me.Change(change);
      stage.Progress();
    }
    over.store(true);
  });
  stage.Start("module", [&](Actor&) {
    while (!over.load()) {
      const uint64_t before = uses.load();
      const int error = stage.system().KfilterUnregister("nothing");
      if (error == EBUSY) refused.fetch_add(1);
      if (error == 0) {
        loaded.store(false);
        if (before % 2 == 1 && uses.load() == before)
          unloaded_in_use.store(true);
        HwEnv::Sleep(20'000);
        load();
      }
      tries.fetch_add(1);
      HwEnv::Yield();
    }
    if (stage.system().KfilterUnregister("nothing") != 0)
      stage.Wrong("an unused filter could not be unregistered");
  });
  stage.Join();
  if (unloaded_in_use.load())
    stage.Wrong("a filter was unregistered while a knote used it");
  if (strayed.load() != 0)
    stage.Wrong("a filter was called that was not registered");
  stage.Measured({"unregistering was refused as busy",
                  static_cast<double>(refused.load()), "times"});
}

const TruthWorkloadRegistration filter_unload_registration({
    .name = "filter_unload",
    .summary = "kfilter_unregister() while knotes of the filter come and go",
    .question = "can a module's filter be unloaded under its knotes?",
    .expected =
        "EBUSY while a knote uses the filter; no call of its functions while "
        "it is not registered. In every other round the knote stays until the "
        "module has tried, so that both meet even where they share a CPU.",
    .parameters = {kRounds},
    .play = FilterUnload,
});

}  // namespace
}  // namespace knote::truth
