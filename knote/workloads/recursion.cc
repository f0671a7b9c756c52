// recursion: f_event of one device submits an event to another while a writer
// waits. netmap did ("may need to wake up another netmap port (or even the same
// one)", FreeBSD review D18952) and deadlocked; the cure was to defer knote()
// to a taskqueue.
//
// Expected: a lock that keeps new readers out while a writer waits deadlocks:
// the reader waits for the writer, which waits for the reader. With a lock per
// klist the second one is another lock, which hides it until the devices are
// the same. Grace periods and references let it pass.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

void Recursion(Stage& stage) {
  Device& a = stage.AddDevice("A");
  Device& b = stage.AddDevice("B");
  std::atomic<bool> inside{false};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    reader.Submit(b);
  });
  stage.Start("reader", [&](Actor& me) {
    me.Watch(b);
    me.Read(a);
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration recursion_registration({
    .name = "recursion",
    .summary = "f_event submits to a second device while klist_fini() waits",
    .question = "may f_event call KNOTE() of another device?",
    .promise = &StrategyInfo::reader_may_recurse,
    .promise_text = "a reader may enter again while a writer waits",
    .sighting = &Sightings::recursed,
    .play = Recursion,
});

}  // namespace
}  // namespace knote::truth
