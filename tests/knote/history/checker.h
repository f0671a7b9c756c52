// Judges a history: what kqueue promises, whatever the interleaving was.
//
//  lost        an active, enabled knote is missing where nobody else scans
//  twice       more deliveries than there were reasons for
//  gone        delivered by a call that began after the knote had gone
//  stale       delivered with the udata of a change that was replaced
//  disabled    delivered while disabled
//  nowhere     an event that no change asked for
//  detach      f_detach not exactly once per knote, neutered ones apart
//  after fini  a driver's function was called after klist_fini()
//  leak        something was left at the end
//
// Sound: calls that overlap may have had any order, and only what holds in
// all of them is demanded. SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_CHECKER_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_CHECKER_H_

#include <algorithm>
#include <map>
#include <set>

#include "tests/knote/history/history.h"

namespace knote::history {

struct Interval {
  uint64_t begin = 0, end = 0;
};

// All that happened to the knotes of one name.
struct KeyHistory {
  Mode mode = Mode::kLevel;
  std::vector<Interval> adds, enables, disables, triggers, removes, deliveries;
  std::vector<Interval> changes;  // that succeeded, EV_DELETE apart
  int64_t expirations = 0;        // of a timer
};

inline bool IsDescriptorFilter(uint32_t filter) {
  return filter == EVFILT_READ || filter == EVFILT_WRITE;
}

inline std::string NameOf(const Key& key) {
  const char* filter = key.filter == EVFILT_READ    ? "EVFILT_READ"
                       : key.filter == EVFILT_WRITE ? "EVFILT_WRITE"
                       : key.filter == EVFILT_TIMER ? "EVFILT_TIMER"
                       : key.filter == EVFILT_USER  ? "EVFILT_USER"
                                                    : "the module's filter";
  return std::string(filter) + " " + std::to_string(key.ident) + " on kqueue " +
         std::to_string(key.kqueue) + " of process " +
         std::to_string(key.process);
}

class Checker {
 public:
  explicit Checker(const History& history) : history_(history) { Collect(); }

  // Sentences, each beginning with the name of a rule; empty if all is well.
  std::vector<std::string> Faults() {
    for (const auto& thread : history_.threads) JudgeDeliveries(thread);
    for (const auto& [key, knote] : keys_) JudgeCounts(key, knote);
    JudgeLost();
    JudgeInstances();
    for (const std::string& leak : history_.leaks) Report("leak", leak);
    return faults_;
  }

 private:
  using Intervals = std::vector<Interval>;

  static Interval At(const Operation& op) { return {op.begin, op.end}; }
  static bool Before(const Interval& a, const Interval& b) {
    return a.end < b.begin;
  }
  static bool AllBefore(const Intervals& all, const Interval& that) {
    return std::all_of(all.begin(), all.end(),
                       [&](const Interval& one) { return Before(one, that); });
  }
  // One of `all` surely lies between `a` and `b`.
  static bool Between(const Interval& a, const Intervals& all,
                      const Interval& b) {
    return std::any_of(all.begin(), all.end(), [&](const Interval& one) {
      return Before(a, one) && Before(one, b);
    });
  }
  // One of `all` may lie between the points of time in `a` and in `b`.
  static bool PerhapsBetween(const Interval& a, const Intervals& all,
                             const Interval& b) {
    return std::any_of(all.begin(), all.end(), [&](const Interval& one) {
      return one.end > a.begin && one.begin < b.end;
    });
  }

  void Report(const std::string& rule, const std::string& what) {
    if (reported_[rule]++ < 5) faults_.push_back(rule + ": " + what);
  }

  void Collect() {
    for (const auto& thread : history_.threads) {
      for (const Operation& op : thread.operations) {
        if (op.kind <= Kind::kTrigger && op.result == 0) CollectChange(op);
        if (op.kind == Kind::kClose && op.result == 0)
          closes_[{op.key.process, op.key.ident}].push_back(At(op));
        if (op.kind == Kind::kCloseKqueue && op.result == 0)
          kqueue_closes_[{op.key.process, op.key.kqueue}] = At(op);
      }
    }
    for (auto& [key, knote] : keys_) {
      if (!IsDescriptorFilter(key.filter)) continue;
      const auto& closes = closes_[{key.process, key.ident}];
      knote.removes.insert(knote.removes.end(), closes.begin(), closes.end());
    }
    for (const auto& thread : history_.threads) {
      for (const Delivery& delivery : thread.deliveries) {
        const Operation* change = ChangeOf(history_, delivery.event.udata);
        if (change == nullptr) continue;
        KeyHistory& knote = keys_[change->key];
        knote.deliveries.push_back(At(thread.operations[delivery.scan]));
        knote.expirations += delivery.event.data;
      }
    }
  }

  void CollectChange(const Operation& op) {
    KeyHistory& knote = keys_[op.key];
    knote.mode = op.mode;
    const Interval at = At(op);
    if (op.kind == Kind::kDelete) {
      knote.removes.push_back(at);
      return;
    }
    knote.changes.push_back(at);
    if (op.kind == Kind::kAdd) knote.adds.push_back(at);
    if (op.kind == Kind::kEnable) knote.enables.push_back(at);
    if (op.kind == Kind::kDisable) knote.disables.push_back(at);
    if (op.kind == Kind::kTrigger) knote.triggers.push_back(at);
  }

  void JudgeDeliveries(const ThreadHistory& thread) {
    std::set<std::pair<size_t, Key>> seen;
    for (const Delivery& delivery : thread.deliveries) {
      const Operation& scan = thread.operations[delivery.scan];
      const Operation* change = ChangeOf(history_, delivery.event.udata);
      if (change == nullptr || change->result != 0 ||
          change->key.process != scan.key.process ||
          change->key.filter != delivery.event.filter ||
          change->key.ident != delivery.event.ident ||
          change->begin >= scan.end) {
        Report("nowhere",
               "an event of filter " + std::to_string(delivery.event.filter) +
                   " and ident " + std::to_string(delivery.event.ident) +
                   " fits no change");
        continue;
      }
      if (change->key.kqueue < kShortLived) {
        if (!seen.insert({delivery.scan, change->key}).second)
          Report("twice", NameOf(change->key) + " in one call");
        JudgeDelivery(*change, At(scan));
      } else {
        JudgeShortLived(*change, At(scan));
      }
    }
  }

  void JudgeDelivery(const Operation& change, const Interval& scan) {
    const KeyHistory& knote = keys_[change.key];
    if (Between(At(change), knote.removes, scan))
      Report("gone", NameOf(change.key) + " after it was removed");
    if (Between(At(change), knote.changes, scan))
      Report("stale", NameOf(change.key) +
                          " with the udata of a change that "
                          "was replaced");
    for (const Interval& disable : knote.disables) {
      if (Before(disable, scan) &&
          !PerhapsBetween(disable, knote.enables, scan) &&
          !PerhapsBetween(disable, knote.removes, scan) &&
          knote.mode != Mode::kOneshot)
        Report("disabled", NameOf(change.key));
    }
  }

  // Its descriptor's number may have named another kqueue by the time of the
  // change, unless that was over before the close.
  void JudgeShortLived(const Operation& change, const Interval& scan) {
    const auto close =
        kqueue_closes_.find({change.key.process, change.key.kqueue});
    if (close != kqueue_closes_.end() && Before(At(change), close->second) &&
        Before(close->second, scan))
      Report("gone", NameOf(change.key) + " after its kqueue was closed");
  }

  void JudgeCounts(const Key& key, const KeyHistory& knote) {
    if (key.kqueue >= kShortLived) return;
    Intervals reasons;
    if (knote.mode == Mode::kPeriodic) {
      JudgeExpirations(key, knote);
      return;
    }
    if (knote.mode == Mode::kOneshot) {
      reasons = knote.adds;
    } else if (knote.mode == Mode::kDispatch) {
      reasons = knote.adds;
      reasons.insert(reasons.end(), knote.enables.begin(), knote.enables.end());
    } else if (knote.mode == Mode::kClear && key.filter == EVFILT_USER) {
      reasons = knote.triggers;
    } else {
      return;
    }
    if (!EachHasItsReason(knote.deliveries, reasons))
      Report("twice", NameOf(key) + ": " +
                          std::to_string(knote.deliveries.size()) +
                          " deliveries for " + std::to_string(reasons.size()) +
                          " reasons, or two after one");
  }

  // A callout comes late, never early.
  void JudgeExpirations(const Key& key, const KeyHistory& knote) {
    if (knote.deliveries.empty()) return;
    uint64_t first = UINT64_MAX, last = 0;
    for (const Interval& add : knote.adds) first = std::min(first, add.begin);
    for (const Interval& at : knote.deliveries) last = std::max(last, at.end);
    if (static_cast<uint64_t>(knote.expirations) * kPeriodNs > last - first)
      Report("twice", NameOf(key) + ": " + std::to_string(knote.expirations) +
                          " expirations in " + std::to_string(last - first) +
                          " ns");
  }

  // A delivery uses up all reasons before it and needs a new one: one that may
  // lie after the last delivery that surely came before, and that no other
  // delivery has. Taking the one that ends first is best, as later deliveries
  // can use whatever is left.
  static bool EachHasItsReason(Intervals deliveries, Intervals reasons) {
    const auto by_end = [](const Interval& a, const Interval& b) {
      return a.end < b.end;
    };
    std::sort(deliveries.begin(), deliveries.end(), by_end);
    std::sort(
        reasons.begin(), reasons.end(),
        [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
    std::multiset<uint64_t> open;  // ends of reasons that have begun
    size_t next = 0;
    for (size_t i = 0; i < deliveries.size(); ++i) {
      while (next < reasons.size() && reasons[next].begin < deliveries[i].end)
        open.insert(reasons[next++].end);
      uint64_t previous = 0;  // when that call began
      for (size_t j = 0; j < i && deliveries[j].end <= deliveries[i].begin; ++j)
        previous = std::max(previous, deliveries[j].begin);
      const auto reason = open.upper_bound(previous);
      if (reason == open.end()) return false;
      open.erase(reason);
    }
    return true;
  }

  void JudgeLost() {
    for (const auto& thread : history_.threads) {
      size_t round = 0;
      int last_kqueue = -1, last_process = -1;
      for (size_t i = 0; i < thread.operations.size(); ++i) {
        const Operation& scan = thread.operations[i];
        if (scan.kind != Kind::kScan || !scan.settled) continue;
        if (std::pair(scan.key.process, scan.key.kqueue) <=
            std::pair(last_process, last_kqueue))
          ++round;
        last_process = scan.key.process;
        last_kqueue = scan.key.kqueue;
        JudgeSettled(thread, i, round);
      }
    }
  }

  void JudgeSettled(const ThreadHistory& thread, size_t index, size_t round) {
    const Operation& scan = thread.operations[index];
    std::set<Key> delivered;
    for (const Delivery& delivery : thread.deliveries) {
      const Operation* change = ChangeOf(history_, delivery.event.udata);
      if (change == nullptr || delivery.scan < index) continue;
      const size_t later = delivery.scan - index;
      if (later == 0 ||
          (later <= kFollowUps && change->mode == Mode::kPeriodic))
        delivered.insert(change->key);
    }
    std::set<Key> ready;
    if (round < history_.ready.size())
      ready.insert(history_.ready[round].begin(), history_.ready[round].end());
    for (const auto& [key, knote] : keys_) {
      if (key.process != scan.key.process || key.kqueue != scan.key.kqueue ||
          delivered.contains(key))
        continue;
      if (IsDescriptorFilter(key.filter) && !ready.contains(key)) continue;
      if (MustBeDelivered(key, UpTo(knote, scan.begin)))
        Report("lost",
               NameOf(key) + " in the scan of round " + std::to_string(round));
    }
  }

  // What began before `when`.
  static KeyHistory UpTo(KeyHistory knote, uint64_t when) {
    for (Intervals* all :
         {&knote.adds, &knote.enables, &knote.disables, &knote.triggers,
          &knote.removes, &knote.deliveries, &knote.changes})
      std::erase_if(*all,
                    [&](const Interval& one) { return one.begin >= when; });
    return knote;
  }

  // True if the knote surely is there, enabled, and activated since.
  static bool MustBeDelivered(const Key& key, KeyHistory knote) {
    if (knote.mode == Mode::kOneshot)
      knote.removes.insert(knote.removes.end(), knote.deliveries.begin(),
                           knote.deliveries.end());
    if (knote.mode == Mode::kDispatch)
      knote.disables.insert(knote.disables.end(), knote.deliveries.begin(),
                            knote.deliveries.end());
    // EV_ADD with EV_CLEAR takes a trigger back.
    if (knote.mode == Mode::kClear && key.filter == EVFILT_USER)
      knote.deliveries.insert(knote.deliveries.end(), knote.adds.begin(),
                              knote.adds.end());
    const Intervals& activations = key.filter == EVFILT_USER    ? knote.triggers
                                   : key.filter == EVFILT_TIMER ? knote.adds
                                                                : knote.changes;
    const bool activated = std::any_of(
        activations.begin(), activations.end(), [&](const Interval& one) {
          return AllBefore(knote.removes, one) &&
                 (knote.mode != Mode::kClear ||
                  AllBefore(knote.deliveries, one));
        });
    return activated && SurelyEnabled(knote);
  }

  static bool SurelyEnabled(const KeyHistory& knote) {
    const auto after = [](const Interval& disable, const Intervals& all) {
      return std::any_of(all.begin(), all.end(), [&](const Interval& one) {
        return Before(disable, one);
      });
    };
    return std::all_of(knote.disables.begin(), knote.disables.end(),
                       [&](const Interval& disable) {
                         return after(disable, knote.enables) ||
                                after(disable, knote.removes);
                       });
  }

  void JudgeInstances() {
    uint64_t left = 0;
    for (const Instance& instance : history_.instances) {
      if (instance.detaches == 0) ++left;
      if (instance.detaches > 1)
        Report("detach", NameOf(instance.key) + " had " +
                             std::to_string(instance.detaches));
      if (instance.calls_after_gone != 0)
        Report("detach", NameOf(instance.key) + " was called afterwards");
    }
    if (left + history_.neutered_in_detach != history_.neutered)
      Report("detach", std::to_string(left) + " knotes had none, " +
                           std::to_string(history_.neutered_in_detach) +
                           " one that was late, and " +
                           std::to_string(history_.neutered) +
                           " were neutered");
    if (history_.calls_after_fini != 0)
      Report("after fini", std::to_string(history_.calls_after_fini) +
                               " calls of a driver's functions");
  }

  const History& history_;
  std::map<Key, KeyHistory> keys_;
  std::map<std::pair<int, uintptr_t>, Intervals> closes_;  // by descriptor
  std::map<std::pair<int, int>, Interval> kqueue_closes_;
  std::map<std::string, int> reported_;  // by rule
  std::vector<std::string> faults_;
};

inline std::vector<std::string> FaultsOf(const History& history) {
  return Checker(history).Faults();
}

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_CHECKER_H_
