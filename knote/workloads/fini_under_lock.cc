// fini_under_lock: klist_fini() is called with the object lock held, which its
// contract forbids: a reader inside f_event that wants the lock waits for the
// writer, which waits for the reader. srcu.h of Linux warns of the same.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/readers.h"
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

void FiniUnderLock(Stage& stage) {
  Device& a = stage.AddDevice("A");
  Readers readers(stage);
  a.OnEvent([&](Actor& reader, bool) {
    readers.Enter();
    reader.AwaitFini(a);
    reader.TouchLock(a);
  });
  readers.Start(a);
  stage.Start("writer", [&](Actor& me) {
    readers.AwaitInside(me);
    me.FiniUnderLock(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration fini_under_lock_registration({
    .name = "fini_under_lock",
    .summary = "control: klist_fini() with the object lock held",
    .question = "is a writer that holds what its readers want caught?",
    .expected =
        "A deadlock under every strategy that waits for its readers, and a "
        "call after klist_fini() under `none`; else waits are not followed.",
    .promise_text = "none: the caller breaks the contract",
    .sighting = &Sightings::waited_locked,
    .control = true,
    .parameters = {Readers::kReaders},
    .play = FiniUnderLock,
});

}  // namespace
}  // namespace knote::truth
