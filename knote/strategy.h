// What a synchronization strategy is.
//
// A strategy is a class template over an environment (knote/env/hw_env.h) that
// keeps two promises to the dispatch:
//
//  1. A filterops function called inside a Section uses filterops, driver code
//     and driver memory that stay valid until the Section ends.
//  2. When Invalidate() returns, every knote of the list has the stub
//     filterops, and no Section that could have seen the driver's is open.
//
// It provides:
//
//   static constexpr StrategyInfo kInfo;
//   struct KnoteState;    one in every knote; may be empty, or a KeepsKlist
//                         (knote.h). kInfo.bytes_per_knote is kKnoteBytes of it
//   struct ThreadState;   one per thread: ThreadState(Strategy&), on the thread
//   class Section;        RAII: Section(Strategy&, ThreadState&, knote<Env>&,
//                         KnoteState&)
//   explicit Strategy(int cpus);
//   template <class Fini> void Invalidate(klist<Env>&, Fini&);
//   bool Retire(KnoteState&);  false: Invalidate() frees this knote instead
//   class DetachSection;  optional: the Section of f_detach, if that takes more
//   bool Online(ThreadState&);     optional, all three: the thread is at work,
//   bool Offline(ThreadState&);    or not; false: it was already. At work and
//   void Quiescent(ThreadState&);  outside of sections. See userret.h
//
// Invalidate() reports its phases and neuters through Fini (klist_fini.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGY_H_
#define KNOTESTAT_KNOTE_STRATEGY_H_

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace knote {

// Which section of a table a strategy is shown in.
enum class Group { kOwn, kPeer, kControl };

// A strategy's promises and needs, in one constant.
struct StrategyInfo {
  std::string_view name;     // "epoch"
  std::string_view scope;    // what is locked: "global", "klist", "knote"
  std::string_view summary;  // one line
  Group group = Group::kOwn;
  bool hidden = false;    // a control: only shown and run when named
  bool headline = false;  // measured when none is named
  // Promises, all about the reader.
  bool safe = true;                    // keeps promise 2 above
  bool reader_may_block = false;       // f_event may sleep in a section
  bool reader_may_recurse = false;     // while a writer waits
  bool reader_may_migrate = false;     // between CPUs in a section
  bool enter_under_spin_lock = false;  // and under an object lock
  bool covers_submit = false;          // knote() enters a section
  bool plain_reader = false;           // no atomic read-modify-write, no fence
  bool grace_period = false;  // readers go on while klist_fini() waits, once
  std::string_view writer_waits_for;
  // What it takes.
  bool needs_heavy_fence = false;
  bool needs_restart_fence = false;
  bool needs_percpu = false;
  // Bytes beyond the unsynchronized dispatch.
  int64_t bytes_per_knote = 0;
  int64_t bytes_per_klist = 0;
  int64_t bytes_per_thread = 0;
  int64_t bytes_per_cpu = 0;
  int64_t bytes_per_klist_and_cpu = 0;  // part of bytes_per_klist once
                                        // registered: the CPUs are known then
};

// What a copy of `sound` with a fault says of itself.
constexpr StrategyInfo BustedCopyOf(StrategyInfo sound, std::string_view name,
                                    std::string_view summary) {
  sound.name = name;
  sound.summary = summary;
  sound.group = Group::kControl;
  sound.hidden = true;
  sound.headline = false;
  sound.safe = false;
  return sound;
}

template <class S>
struct DetachSectionType {
  using Type = typename S::Section;
};
template <class S>
requires requires { typename S::DetachSection; }
struct DetachSectionType<S> {
  using Type = typename S::DetachSection;
};

// What f_detach runs in: S::DetachSection if there is one, else S::Section.
template <class S>
using DetachSectionOf = typename DetachSectionType<S>::Type;

// True of a strategy that wants to know where its threads are.
template <class S>
concept AnnouncesQuiescence = requires(S& strategy,
                                       typename S::ThreadState& thread) {
  { strategy.Online(thread) } -> std::same_as<bool>;
  { strategy.Offline(thread) } -> std::same_as<bool>;
  strategy.Quiescent(thread);
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGY_H_
