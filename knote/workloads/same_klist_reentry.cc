// same_klist_reentry: f_event submits an event to its own device, with no
// writer about: luigirizzo/netmap #318, a panic for a mutex that its owner
// took again (netmap_knrw, netmap_poll, netmap_notify, knote).
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kKnotes{.name = "knotes",
                            .summary = "knotes on the device",
                            .unit = "knotes",
                            .usual = 1,
                            .least = 1,
                            .most = 1'000};

void SameKlistReentry(Stage& stage) {
  Device& a = stage.AddDevice("A");
  // Once: an f_event that activates its own knote each time keeps kevent() busy
  // for ever, here as in NetBSD.
  std::atomic<bool> again{false};
  a.OnEvent([&](Actor& reader, bool submitted) {
    if (!submitted && !again.exchange(true)) reader.Submit(a);
  });
  const int64_t knotes = stage.Value(kKnotes);
  stage.Start("reader", [&](Actor& me) {
    for (int64_t i = 1; i < knotes; ++i) me.Watch(a);
    me.Read(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration same_klist_reentry_registration({
    .name = "same_klist_reentry",
    .summary = "f_event submits to its own device, no writer about",
    .question = "may f_event call KNOTE() of its own device?",
    .expected =
        "A mutex per CPU or knote waits for itself; a lock that readers share "
        "lets it pass as long as no writer waits.",
    .promise = &StrategyInfo::reader_may_recurse,
    .promise_text = "a reader may enter again",
    .sighting = &Sightings::recursed,
    .parameters = {kKnotes},
    .play = SameKlistReentry,
});

}  // namespace
}  // namespace knote::truth
