// A library's read-copy update in the strategy slot.
//
// Its grace period waits for all readers of the process.
//
// `Library` has kName, kSummary, kBytesPerThread and the static functions
// Register(), Unregister(), ReadLock(), ReadUnlock() and Synchronize(); or, in
// place of the two of the reader, an object ReadSection. Readers may nest. A
// library whose threads have to announce quiescent states also has Online()
// (true if the thread is), GoOnline(), GoOffline() and QuiescentState(), and
// Register() leaves the thread offline.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_RCU_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_RCU_H_

#include "knote/knote.h"
#include "knote/strategy.h"

namespace knote {

template <class Library>
concept AnnouncingLibrary = requires {
  Library::QuiescentState();
};

template <class Library>
struct ReadSectionOf {
  ReadSectionOf() { Library::ReadLock(); }
  ~ReadSectionOf() { Library::ReadUnlock(); }
  ReadSectionOf(const ReadSectionOf&) = delete;
  ReadSectionOf& operator=(const ReadSectionOf&) = delete;
};
template <class Library>
requires requires { typename Library::ReadSection; }
struct ReadSectionOf<Library> {
  typename Library::ReadSection section;
};

template <class E, class Library>
class PeerRcu {
 public:
  using Env = E;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(PeerRcu&) {
      if (registrations_++ == 0) Library::Register();
    }
    ~ThreadState() {
      if (--registrations_ == 0) Library::Unregister();
    }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
  };

  static constexpr StrategyInfo kInfo{
      .name = Library::kName,
      .scope = "global",
      .summary = Library::kSummary,
      .group = Group::kPeer,
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .grace_period = true,
      .writer_waits_for = AnnouncingLibrary<Library>
                              ? "the operation in progress of each thread"
                              : "sections open at that moment",
      .bytes_per_thread = Library::kBytesPerThread};

  class Section {
   public:
    Section(PeerRcu&, ThreadState&, knote<Env>&, KnoteState&) {}
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    [[no_unique_address]] ReadSectionOf<Library> section_;
  };

  explicit PeerRcu(int /*cpus*/) {}

  // See userret.h. A thread is one to the library, however many worlds it works
  // in, and works in one at a time.
  bool Online(ThreadState&) requires AnnouncingLibrary<Library> {
    if (Library::Online()) return false;
    Library::GoOnline();
    return true;
  }
  bool Offline(ThreadState&) requires AnnouncingLibrary<Library> {
    if (!Library::Online()) return false;
    Library::GoOffline();
    return true;
  }
  void Quiescent(ThreadState&) requires AnnouncingLibrary<Library> {
    Library::QuiescentState();
  }

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    Library::Synchronize();
    fini.Waited();
  }

 private:
  // A thread is registered once, however many worlds it works in.
  static inline thread_local int registrations_ = 0;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_RCU_H_
