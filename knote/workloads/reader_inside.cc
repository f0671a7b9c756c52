// reader_inside: a reader is in f_event when the device goes, as in every race
// that klist_fini() is for. It must not return before the reader has left.
//
// Expected: all keep it; `none` does not, which shows that a failure is seen
// (what locktorture's lock_busted is for). The busted_ strategies fail only in
// windows of some instructions, which `knotestat check` finds.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

void ReaderInside(Stage& stage) {
  Device& a = stage.AddDevice("A");
  std::atomic<bool> inside{false};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
  });
  stage.Start("reader", [&](Actor& me) { me.Read(a); });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration reader_inside_registration({
    .name = "reader_inside",
    .summary = "klist_fini() while a reader is inside f_event",
    .question = "does klist_fini() wait for a reader that is inside?",
    .play = ReaderInside,
});

}  // namespace
}  // namespace knote::truth
