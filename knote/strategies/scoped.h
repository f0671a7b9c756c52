// Scope: how many states a mechanism has, and which one protects a knote.
//
// kGlobal: one for the whole kernel. kKlist: one for each list that knotes are
// on. (kKnote: one in every knote; see knote_lock.h.)
//
// Where a klist's state lives. A reader knows its klist by address alone, and
// that memory is the driver's: it goes when klist_fini() returns, while knotes
// that were on the list stay. So the state is the strategy's, found by address
// in a table the first time that a section of a knote is entered, and kept by
// a reference of each knote that found it. klist_fini() takes it out of the
// table: what the driver puts at that address later gets a state of its own,
// and the last knote of the old one frees it. Cost: two pointers in each knote,
// one load in each section; table and mutex are met once in a knote's life.
//
// Ordering
//  C1  KnoteState::target is stored with release once the state is built, and
//      loaded with acquire by whoever enters a section.
//  C2  klist_fini() stores the stubs before it takes the state out of the
//      table, under the mutex under which a reader looks it up: a reader that
//      does not find the old state sees the stubs.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_SCOPED_H_
#define KNOTESTAT_KNOTE_STRATEGIES_SCOPED_H_

#include "knote/strategies/klist_table.h"
#include "knote/strategy.h"

namespace knote {

enum class Scope { kGlobal, kKlist };

// The states of one strategy. `State` is constructed from the CPU limit.
template <class State, Scope kScope>
class Scoped;

template <class State>
class Scoped<State, Scope::kGlobal> {
 public:
  using Env = typename State::Env;
  struct KnoteState {};

  explicit Scoped(int cpus) : state_(cpus) {}

  // The state that protects `kn`; valid while its section is open.
  [[gnu::always_inline]] State& Of(knote<Env>&, KnoteState&) { return state_; }

  State& single() { return state_; }

  // Calls use(State&) for klist_fini() of `list`.
  template <class Use>
  void Finish(klist<Env>&, Use&& use) {
    use(state_);
  }

  // The knote is about to be freed.
  void Retire(KnoteState&) {}

  // What the mechanism's own constant says of one state, as it is.
  static constexpr StrategyInfo InfoOf(StrategyInfo info) { return info; }

 private:
  State state_;
};

template <class State>
class Scoped<State, Scope::kKlist> {
 public:
  using Env = typename State::Env;

  struct Target : Env::Object {
    Target(int cpus, const klist<Env>* list) : state(cpus), key(list) {}
    State state;
    const klist<Env>* const key;
    Target* next_in_table = nullptr;  // under mutex_
    uint64_t references = 0;          // under mutex_
    bool listed = true;               // under mutex_
  };
  struct KnoteState : KeepsKlist {
    typename Env::template Atomic<Target*> target{nullptr};
  };

  explicit Scoped(int cpus) : cpus_(cpus) {}
  Scoped(const Scoped&) = delete;
  Scoped& operator=(const Scoped&) = delete;

  [[gnu::always_inline]] State& Of(knote<Env>& kn, KnoteState& knote_state) {
    Target* target = knote_state.target.load(std::memory_order_acquire);  // C1
    if (target == nullptr) [[unlikely]]
      target = Resolve(kn, knote_state);
    return target->state;
  }

  // `use` stores the stubs, and waits as its mechanism does.
  template <class Use>
  void Finish(klist<Env>& list, Use&& use) {
    mutex_.mutex_enter();
    Target* target = FindOrAdd(&list);
    ++target->references;
    mutex_.mutex_exit();
    use(target->state);
    mutex_.mutex_enter();
    targets_.Remove(*target);  // C2
    target->listed = false;
    Drop(target);
    mutex_.mutex_exit();
  }

  void Retire(KnoteState& knote_state) {
    Target* target = knote_state.target.load(std::memory_order_relaxed);
    if (target == nullptr) return;
    kmutex_guard guard(mutex_);
    Drop(target);
  }

  static constexpr StrategyInfo InfoOf(StrategyInfo info) {
    info.scope = "klist";
    info.headline = false;
    info.writer_waits_for = "readers of the klist";
    info.bytes_per_knote = kKnoteBytes<Env, KnoteState>;
    info.bytes_per_klist = sizeof(Target);
    info.bytes_per_klist_and_cpu = info.bytes_per_cpu;
    info.bytes_per_cpu = 0;
    return info;
  }

 private:
  [[gnu::noinline]] Target* Resolve(knote<Env>& kn, KnoteState& knote_state) {
    kmutex_guard guard(mutex_);
    Target* target = knote_state.target.load(std::memory_order_relaxed);
    if (target != nullptr) return target;  // another thread was first
    target = FindOrAdd(KlistOf(kn));       // C2
    ++target->references;
    knote_state.target.store(target, std::memory_order_release);  // C1
    return target;
  }

  // Under mutex_. Knotes that are on no list share the state of address 0.
  Target* FindOrAdd(const klist<Env>* list) {
    Target* target = targets_.Find(list);
    if (target == nullptr) {
      target = new Target(cpus_, list);
      targets_.Add(*target);
    }
    return target;
  }

  // Under mutex_.
  void Drop(Target* target) {
    if (--target->references != 0) return;
    if (target->listed) targets_.Remove(*target);
    delete target;
  }

  const int cpus_;
  kmutex<Env> mutex_;
  KlistTable<Env, Target> targets_;  // under mutex_
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_SCOPED_H_
