// reader_inside: a reader is in f_event when the device goes, as in every race
// that klist_fini() is for. It must not return before the reader has left.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/readers.h"
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kHold{
    .name = "hold_us",
    .summary = "time that a reader computes once klist_fini() waits",
    .unit = "us",
    .usual = 0,
    .least = 0,
    .most = 500'000};

void ReaderInside(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const auto hold_ns = static_cast<uint64_t>(stage.Value(kHold)) * 1'000;
  Readers readers(stage);
  a.OnEvent([&](Actor& reader, bool) {
    readers.Enter();
    reader.AwaitFini(a);
    for (const uint64_t end = HwEnv::Now() + hold_ns; HwEnv::Now() < end;)
      HwEnv::Pause();
  });
  readers.Start(a);
  stage.Start("writer", [&](Actor& me) {
    readers.AwaitInside(me);
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration reader_inside_registration({
    .name = "reader_inside",
    .summary = "klist_fini() while a reader is inside f_event",
    .question = "does klist_fini() wait for a reader that is inside?",
    .expected =
        "All keep it; `none` does not, which shows that a failure is seen "
        "(what locktorture's lock_busted is for). The busted_ strategies fail "
        "only in windows of some instructions, which `knotestat check` finds.",
    .parameters = {kHold, Readers::kReaders},
    .play = ReaderInside,
});

}  // namespace
}  // namespace knote::truth
