// Faults of thought rather than of order: strategies that do the right things
// at the wrong time, to the wrong thing, or not at all. Each wraps a strategy
// as it is.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_MUTANTS_WRAPPERS_H_
#define KNOTESTAT_CHECK_MUTANTS_WRAPPERS_H_

#include <new>

#include "check/registry.h"

namespace knotestat::check {

// Stores the stubs only after it has waited.
template <class S>
struct PublishesLate : S {
  using S::S;
  template <class Fini>
  void Invalidate(knote::klist<CheckEnv>& list, Fini& fini) {
    knote::klist<CheckEnv> empty;
    empty.kl_lock = list.kl_lock;
    S::Invalidate(empty, fini);
    fini.NeuterUnderObjectLock(list);
  }
};

// Walks the klist without the object lock.
template <class S>
struct WalksUnlocked : S {
  using S::S;
  template <class Fini>
  struct Unlocked {
    Fini& fini;
    void NeuterUnderObjectLock(knote::klist<CheckEnv>& list) {
      fini.NeuterAll(list);
    }
    template <class... Arguments>
    auto Published(Arguments... arguments) {
      return fini.Published(arguments...);
    }
    template <class... Arguments>
    auto Waited(Arguments... arguments) {
      return fini.Waited(arguments...);
    }
    void Reclaimed() { fini.Reclaimed(); }
  };
  template <class Fini>
  void Invalidate(knote::klist<CheckEnv>& list, Fini& fini) {
    Unlocked<Fini> unlocked{fini};
    S::Invalidate(list, unlocked);
  }
};

// Protects another knote than the one that is used.
template <class S>
struct WrongKnote : S {
  using S::S;
  ~WrongKnote() { S::Retire(other.ki_sync); }
  knote::knote_with<CheckEnv, typename S::KnoteState> other;
  struct Section : S::Section {
    Section(WrongKnote& strategy, typename S::ThreadState& thread, Knote&,
            typename S::KnoteState&)
        : S::Section(strategy, thread, strategy.other, strategy.other.ki_sync) {
    }
  };
};

// Leaves the section before the call that it is for.
template <class S>
struct LeavesEarly : S {
  using S::S;
  struct Section {
    Section(LeavesEarly& strategy, typename S::ThreadState& thread, Knote& kn,
            typename S::KnoteState& state) {
      const typename S::Section section(strategy, thread, kn, state);
    }
  };
};

// Never leaves the section.
template <class S>
struct NeverLeaves : S {
  using S::S;
  struct Section {
    Section(NeverLeaves& strategy, typename S::ThreadState& thread, Knote& kn,
            typename S::KnoteState& state) {
      new (memory) typename S::Section(strategy, thread, kn, state);
    }
    alignas(typename S::Section) char memory[sizeof(typename S::Section)];
  };
};

// Does not count those in f_detach; so NetBSD's klist_fini().
template <class S>
struct ForgetsDetach : S {
  using S::S;
  using DetachSection = typename S::Section;
};

// Notes the epoch (knote/strategies/noted_epoch.h) where it leaves an inner
// section as well: the outer one is still open.
template <class S>
struct NotesInside : S {
  using S::S;
  struct Section : S::Section {
    Section(NotesInside& mutant, typename S::ThreadState& thread, Knote& kn,
            typename S::KnoteState& state)
        : S::Section(mutant, thread, kn, state),
          notes_inside(mutant),
          notes_of(thread) {}
    ~Section() {
      auto& record = notes_of.record();
      if constexpr (requires { record.word; }) {
        record.word.store(
            notes_inside.epoch_.Current() +
                record.word.load(std::memory_order_relaxed) % S::kNextEpoch,
            std::memory_order_release);
      } else {
        notes_inside.Empty(record, 0);
      }
    }
    NotesInside& notes_inside;
    typename S::ThreadState& notes_of;
  };
};

// Waits for nobody.
template <class S>
struct NeverWaits : S {
  using S::S;
  template <class Fini>
  void Invalidate(knote::klist<CheckEnv>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
  }
};

// Frees a knote that klist_fini() still holds.
template <class S>
struct FreesEarly : S {
  using S::S;
  bool Retire(typename S::KnoteState& state) {
    S::Retire(state);
    return true;
  }
};

// Forgets to free knotes.
template <class S>
struct NeverFrees : S {
  using S::S;
  bool Retire(typename S::KnoteState&) { return false; }
};

template <class Mutant, class S>
StrategyEntry MutantOf(std::string_view name) {
  return {std::string(name), true, S::kInfo.name, ProgramsOf<Mutant>()};
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_MUTANTS_WRAPPERS_H_
