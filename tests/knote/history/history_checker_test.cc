// The checker against histories with one fault each, and their sound twins.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/knote/history/checker.h"
#include "tests/knote/history/plan.h"

namespace knote::history {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr Key kLevel{.filter = EVFILT_USER, .ident = 0},
    kClear{.filter = EVFILT_USER, .ident = 1},
    kOneshot{.filter = EVFILT_USER, .ident = 2},
    kDispatch{.filter = EVFILT_USER, .ident = 3},
    kPipe{.filter = EVFILT_READ, .ident = 4},
    kTimer{.filter = EVFILT_TIMER, .ident = 100};

// A history of one thread, written call by call; each takes 10 and begins 10
// after the one before.
class Script {
 public:
  Script() { history_.threads.resize(2); }

  // Returns the udata of the change.
  void* Do(Kind kind, const Key& key, int64_t result = 0) {
    now_ += 20;
    return At(kind, key, now_, now_ + 10, result);
  }
  // A call of another thread, at the same time as whatever is there then.
  void* At(Kind kind, const Key& key, uint64_t begin, uint64_t end,
           int64_t result = 0) {
    auto& operations = history_.threads[0].operations;
    operations.push_back({.kind = kind,
                          .key = key,
                          .mode = ModeOf(key),
                          .result = result,
                          .begin = begin,
                          .end = end});
    return TokenOf(0, operations.size() - 1);
  }
  // A scan that gives one event for each udata.
  void Scan(const std::vector<void*>& tokens, bool settled = false,
            int64_t data = 0) {
    now_ += 20;
    ScanAt(now_, now_ + 10, tokens, settled, data);
  }
  void ScanAt(uint64_t begin, uint64_t end, const std::vector<void*>& tokens,
              bool settled = false, int64_t data = 0) {
    ThreadHistory& thread = history_.threads[1];
    thread.operations.push_back({.kind = Kind::kScan,
                                 .key = {},
                                 .begin = begin,
                                 .end = end,
                                 .settled = settled});
    for (void* token : tokens) {
      const Operation* change = ChangeOf(history_, token);
      kevent event{.data = data, .udata = token};
      if (change != nullptr) {
        event.ident = change->key.ident;
        event.filter = change->key.filter;
      }
      thread.deliveries.push_back({thread.operations.size() - 1, event});
    }
  }
  void Settled(const std::vector<void*>& tokens = {}) { Scan(tokens, true); }

  History& history() { return history_; }
  std::vector<std::string> Faults() const { return FaultsOf(history_); }

 private:
  History history_;
  uint64_t now_ = 1000;
};

TEST(HistoryChecker, ALevelTriggeredEventIsThereUntilTheEnd) {
  Script sound, lost;
  for (Script* script : {&sound, &lost}) {
    script->Do(Kind::kAdd, kLevel);
    void* trigger = script->Do(Kind::kTrigger, kLevel);
    script->Scan({trigger});
    script->Settled(script == &sound ? std::vector{trigger}
                                     : std::vector<void*>{});
  }
  EXPECT_THAT(sound.Faults(), IsEmpty());
  EXPECT_THAT(lost.Faults(), ElementsAre(StartsWith("lost: EVFILT_USER 0")));
}

TEST(HistoryChecker, ATriggerAfterTheLastDeliveryIsDelivered) {
  Script lost;
  lost.Do(Kind::kAdd, kClear);
  lost.Scan({lost.Do(Kind::kTrigger, kClear)});
  lost.Do(Kind::kTrigger, kClear);
  lost.Settled();
  EXPECT_THAT(lost.Faults(), ElementsAre(StartsWith("lost: ")));
  // One that overlaps the delivery may have been that delivery's.
  Script sound;
  sound.At(Kind::kAdd, kClear, 10, 20);
  sound.ScanAt(50, 90, {sound.At(Kind::kTrigger, kClear, 60, 70)});
  sound.Settled();
  EXPECT_THAT(sound.Faults(), IsEmpty());
}

TEST(HistoryChecker, WhatIsDisabledOrGoneNeedNotBeDelivered) {
  for (const Kind last : {Kind::kDisable, Kind::kDelete}) {
    Script script;
    script.Do(Kind::kAdd, kLevel);
    script.Do(Kind::kTrigger, kLevel);
    script.Do(last, kLevel);
    script.Settled();
    EXPECT_THAT(script.Faults(), IsEmpty());
    script.Do(last == Kind::kDisable ? Kind::kEnable : Kind::kAdd, kLevel);
    script.Do(Kind::kTrigger, kLevel);
    script.Settled();
    EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("lost: ")));
  }
}

TEST(HistoryChecker, ADescriptorIsDeliveredWhileItIsReady) {
  Script script;
  script.Do(Kind::kAdd, kPipe);
  script.Settled();
  EXPECT_THAT(script.Faults(), IsEmpty());
  script.history().ready = {{kPipe}};
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("lost: EVFILT_READ 4")));
}

TEST(HistoryChecker, TimersExpireAndNotTooOften) {
  Script script;
  void* add = script.Do(Kind::kAdd, kTimer);
  script.Settled();
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("lost: EVFILT_TIMER")));
  Script often;
  add = often.Do(Kind::kAdd, kTimer);
  often.ScanAt(2 * kPeriodNs, 3 * kPeriodNs, {add}, false, 2);
  EXPECT_THAT(often.Faults(), IsEmpty());
  often.ScanAt(3 * kPeriodNs, 3 * kPeriodNs + 9, {add}, false, 1);
  EXPECT_THAT(often.Faults(), ElementsAre(StartsWith("twice: EVFILT_TIMER")));
}

TEST(HistoryChecker, OneReasonIsForOneDelivery) {
  for (const Key& key : {kClear, kOneshot, kDispatch}) {
    Script script;
    void* token = script.Do(Kind::kAdd, key);
    if (key == kClear) token = script.Do(Kind::kTrigger, key);
    script.Scan({token});
    EXPECT_THAT(script.Faults(), IsEmpty());
    script.Scan({token});
    EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("twice: ")));
  }
}

TEST(HistoryChecker, AReasonBeforeADeliveryIsUsedUpByIt) {
  Script script;
  script.Do(Kind::kAdd, kClear);
  script.Do(Kind::kTrigger, kClear);
  void* second = script.Do(Kind::kTrigger, kClear);
  script.Scan({second});
  EXPECT_THAT(script.Faults(), IsEmpty());
  script.Scan({second});
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("twice: ")));
}

TEST(HistoryChecker, NoKnoteIsTwiceInOneCall) {
  Script script;
  void* add = script.Do(Kind::kAdd, kLevel);
  script.Scan({add, add});
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("twice: ")));
}

TEST(HistoryChecker, NothingComesAfterDeleteOrClose) {
  for (const bool closes : {false, true}) {
    Script script;
    void* add = script.Do(Kind::kAdd, kPipe);
    script.Do(closes ? Kind::kClose : Kind::kDelete, kPipe);
    script.Scan({add});
    EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("gone: ")));
  }
  Script sound;  // the removal and the scan overlap
  void* add = sound.At(Kind::kAdd, kPipe, 10, 20);
  sound.At(Kind::kDelete, kPipe, 30, 50);
  sound.ScanAt(40, 60, {add});
  EXPECT_THAT(sound.Faults(), IsEmpty());
}

TEST(HistoryChecker, NothingComesFromAKqueueThatIsClosed) {
  Key key = kLevel;
  key.kqueue = kShortLived;
  Script script;
  void* add = script.Do(Kind::kAdd, key);
  script.Scan({add});
  EXPECT_THAT(script.Faults(), IsEmpty());
  script.Do(Kind::kCloseKqueue, key);
  script.Scan({add});
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("gone: ")));
}

TEST(HistoryChecker, EventsShowTheLastChange) {
  Script script;
  void* add = script.Do(Kind::kAdd, kLevel);
  void* trigger = script.Do(Kind::kTrigger, kLevel);
  script.Scan({trigger});
  EXPECT_THAT(script.Faults(), IsEmpty());
  script.Scan({add});
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("stale: ")));
}

TEST(HistoryChecker, NothingIsDeliveredWhileDisabled) {
  Script script;
  script.Do(Kind::kAdd, kLevel);
  void* disable = script.Do(Kind::kDisable, kLevel);
  script.Scan({disable});
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("disabled: ")));
}

TEST(HistoryChecker, EventsComeFromChangesThatWereMade) {
  Script script;
  void* failed = script.Do(Kind::kTrigger, kLevel, -2);
  script.Scan({failed});
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("nowhere: ")));
  Script wild;  // such as the mark that a detach leaves in udata
  wild.Scan({reinterpret_cast<void*>(uintptr_t{0x7f0012345670})});
  EXPECT_THAT(wild.Faults(), ElementsAre(StartsWith("nowhere: ")));
}

TEST(HistoryChecker, EachKnoteIsDetachedOnce) {
  Script script;
  History& history = script.history();
  history.instances = {{kPipe, 1, 0}, {kPipe, 0, 0}};
  history.neutered = 1;
  EXPECT_THAT(script.Faults(), IsEmpty());
  history.neutered = 0;  // and no f_detach
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("detach: ")));
  history.instances = {{kPipe, 2, 0}};
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("detach: ")));
  history.instances = {{kPipe, 1, 1}};  // f_event after f_detach
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("detach: ")));
  history.instances = {{kPipe, 1, 0}};  // neutered while it was in f_detach
  history.neutered = history.neutered_in_detach = 1;
  EXPECT_THAT(script.Faults(), IsEmpty());
}

TEST(HistoryChecker, NothingIsLeftAndNothingIsCalledAfterFini) {
  Script script;
  script.history().calls_after_fini = 1;
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("after fini: ")));
  script.history().calls_after_fini = 0;
  script.history().leaks = {"a descriptor"};
  EXPECT_THAT(script.Faults(), ElementsAre(StartsWith("leak: ")));
}

}  // namespace
}  // namespace knote::history
