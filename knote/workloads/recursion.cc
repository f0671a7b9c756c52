// recursion: f_event of one device submits an event to another while a writer
// waits. netmap did ("may need to wake up another netmap port (or even the same
// one)", FreeBSD review D18952) and deadlocked; the cure was to defer knote()
// to a taskqueue.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <vector>

#include "knote/truth/readers.h"
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kDepth{
    .name = "depth",
    .summary =
        "devices that one after another submit to the next, from f_event",
    .unit = "devices",
    .usual = 1,
    .least = 1,
    .most = 24};

// "B", "C", ...
std::string NameOf(int64_t device) { return {static_cast<char>('B' + device)}; }

void Recursion(Stage& stage) {
  Device& a = stage.AddDevice("A");
  std::vector<Device*> others;
  for (int64_t i = 0; i < stage.Value(kDepth); ++i)
    others.push_back(&stage.AddDevice(NameOf(i)));
  Readers readers(stage);
  a.OnEvent([&](Actor& reader, bool) {
    readers.Enter();
    reader.AwaitFini(a);
    reader.Submit(*others.front());
  });
  for (size_t i = 0; i + 1 < others.size(); ++i) {
    others[i]->OnEvent([&next = *others[i + 1]](Actor& reader, bool submitted) {
      if (submitted) reader.Submit(next);
    });
    others[i]->Arm();
  }
  readers.Start(a, [&](Actor& me) {
    for (Device* other : others) me.Watch(*other);
  });
  stage.Start("writer", [&](Actor& me) {
    readers.AwaitInside(me);
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration recursion_registration({
    .name = "recursion",
    .summary = "f_event submits to a second device while klist_fini() waits",
    .question = "may f_event call KNOTE() of another device?",
    .expected =
        "A lock that keeps new readers out while a writer waits deadlocks: "
        "the reader waits for the writer, which waits for the reader. With a "
        "lock per klist the second one is another lock, which hides it until "
        "the devices are the same. Grace periods and references let it pass.",
    .promise = &StrategyInfo::reader_may_recurse,
    .promise_text = "a reader may enter again while a writer waits",
    .sighting = &Sightings::recursed,
    .parameters = {kDepth, Readers::kReaders},
    .play = Recursion,
});

}  // namespace
}  // namespace knote::truth
