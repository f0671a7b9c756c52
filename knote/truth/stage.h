// Where a truth workload plays: an emulated system under one strategy, with
// devices and actors.
//
// A play that forces one interleaving of calls needs no luck: actors wait for
// each other where the script says so. One that cannot go on is not waited for:
// its actors stay where they are, and the process has to be ended.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_STAGE_H_
#define KNOTESTAT_KNOTE_TRUTH_STAGE_H_

#include <condition_variable>
#include <deque>

#include "knote/strategy.h"
#include "knote/truth/actor.h"
#include "knote/truth/parameter.h"

namespace knote::truth {

// A measured figure, in words that stand alone.
struct Figure {
  std::string text;  // "klist_fini returned after the last reader left"
  double value = 0;
  std::string unit;  // "us"
};

// Thread-safe.
class Stage {
 public:
  // `values` are those of parameters that are not as usual.
  Stage(netbsd::System& system, const StrategyInfo& info,
        ParameterValues values = {});
  ~Stage();  // only once all actors are done
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  netbsd::System& system() { return system_; }
  const StrategyInfo& info() const { return info_; }
  Sightings& sightings() { return sightings_; }

  // Of a parameter that the play declares.
  int64_t Value(const Parameter& parameter);
  // Of all parameters that were asked for.
  ParameterValues values() const;

  Device& AddDevice(std::string name);
  // Starts an actor, who is there when this returns and plays `part` once
  // Join() is called: a thread that comes may have to wait for a reader who is
  // inside. One with a `sibling` is a thread of that one's process and uses its
  // kqueue. What `part` refers to lives until Join() has returned.
  Actor& Start(std::string name, std::function<void(Actor&)> part,
               Actor* sibling = nullptr);
  // Has every actor started so far play, and waits until they are done.
  void Join();
  // Called by an actor that is there: returns when it is to play.
  void AwaitCurtain();

  // What the strategy must not do; shown and counted as broken.
  void Wrong(std::string what);
  // What is worth saying and breaks nothing.
  void Note(std::string what);
  void Measured(Figure figure);

  std::vector<std::string> wrongs() const;
  std::vector<std::string> notes() const;
  std::vector<Figure> figures() const;

  // Of all actors, in the order of their start.
  std::vector<ActorState> States() const;
  // Grows whenever an actor begins or ends something.
  uint64_t progress() const { return progress_.load(); }
  void Progress() { progress_.fetch_add(1); }
  // True if an actor is in a klist_fini().
  bool WriterWaits() const;

 private:
  netbsd::System& system_;
  const StrategyInfo& info_;
  Sightings sightings_;
  std::atomic<uint64_t> progress_{0};
  const ParameterValues set_;
  mutable std::mutex mutex_;  // guards the rest
  ParameterValues asked_;
  std::deque<Device> devices_;
  std::deque<Actor> actors_;
  std::deque<std::function<void(Actor&)>> parts_;
  size_t there_ = 0;   // actors that have come
  size_t called_ = 0;  // those of them that play, or have
  std::condition_variable curtain_;
  std::vector<std::string> wrongs_, notes_;
  std::vector<Figure> figures_;
};

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_STAGE_H_
