// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/qsbr/qsbr.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Qsbr = knote::Qsbr<CheckEnv>;

// Takes the start of a section for a quiescent state.
struct AnnouncesInside : Qsbr {
  using Qsbr::Qsbr;
  struct Section {
    Section(AnnouncesInside& strategy, ThreadState& thread, Knote&,
            KnoteState&) {
      strategy.Quiescent(thread);
    }
  };
};

// Sections of threads that nobody knows to be at work.
struct NeverOnline : Qsbr {
  using Qsbr::Qsbr;
  bool Online(ThreadState&) { return false; }
  void Quiescent(ThreadState&) {}
};

// Idle threads look as if they were at work.
struct NeverOffline : Qsbr {
  using Qsbr::Qsbr;
  bool Offline(ThreadState&) { return false; }
};

const StrategyRegistration qsbr_publishes_late(
    MutantOf<PublishesLate<Qsbr>, Qsbr>("qsbr-publishes-late"));
const StrategyRegistration qsbr_walks_unlocked(
    MutantOf<WalksUnlocked<Qsbr>, Qsbr>("qsbr-walks-unlocked"));
const StrategyRegistration qsbr_never_waits(
    MutantOf<NeverWaits<Qsbr>, Qsbr>("qsbr-never-waits"));
const StrategyRegistration qsbr_announces_inside(
    MutantOf<AnnouncesInside, Qsbr>("qsbr-announces-inside"));
const StrategyRegistration qsbr_never_online(
    MutantOf<NeverOnline, Qsbr>("qsbr-never-online"));
const StrategyRegistration qsbr_never_offline(
    MutantOf<NeverOffline, Qsbr>("qsbr-never-offline"));

}  // namespace
}  // namespace knotestat::check
