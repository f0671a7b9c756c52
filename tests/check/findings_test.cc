// Each kind of finding, by a fault planted for it; the same program without the
// fault is clean.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "check/check_env.h"
#include "check/explore.h"
#include "check/programs/programs.h"
#include "check/shrink.h"
#include "knote/strategies/rwlock/rwlock.h"

namespace knotestat::check {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

constexpr auto kRelaxed = std::memory_order_relaxed,
               kAcquire = std::memory_order_acquire,
               kRelease = std::memory_order_release;

// What `program` comes to in all schedules, or in many by chance; shrunk and
// told.
Finding FindingOf(Model model, const Engine::Program& program,
                  Search search = Search::kDepthFirst) {
  Engine engine;
  Settings settings;
  settings.model = model;
  Plan plan;
  plan.search = search;
  plan.schedules = 10'000;
  plan.seconds = 60;
  const Exploration result = Explore(engine, program, settings, plan);
  if (!result.finding) {
    EXPECT_EQ(result.complete, search == Search::kDepthFirst);
    return {};
  }
  return Shrink(engine, program, settings, result.finding.kind, result.choices)
      .finding;
}

// `Program` has a fault that it leaves out with `kFault` false. More arguments
// go to FindingOf().
#define EXPECT_FINDING(Program, model, expected_kind, expected_text, ...)    \
  {                                                                          \
    const Finding with = FindingOf(model, Program<true>, ##__VA_ARGS__);     \
    EXPECT_EQ(with.kind, FindingKind::expected_kind) << with.text;           \
    EXPECT_THAT(with.text, expected_text);                                   \
    const Finding without = FindingOf(model, Program<false>, ##__VA_ARGS__); \
    EXPECT_FALSE(without) << without.text;                                   \
  }

template <class Left, class Right>
void Run(Engine& engine, Left left, Right right) {
  engine.Spawn("left", left);
  engine.Spawn("right", right);
  engine.Run();
}

// One thread waits until another lets it pass.
struct Gate {
  CheckEnv::Atomic<uint32_t> open{0};
  void Open() {
    open.store(1, kRelease);
    CheckEnv::FutexWake(open, 1);
  }
  void Pass() {
    while (open.load(kAcquire) == 0) CheckEnv::FutexWait(open, 0);
  }
};

struct Box : CheckEnv::Object {
  CheckEnv::Atomic<int> value{0};
  Box* next = nullptr;
};

template <bool kFault>
void FreesTooEarly(Engine& engine) {
  auto* box = new Box;
  engine.Name(box, sizeof(Box), "box");
  Gate gate;
  Run(
      engine,
      [&] {
        box->value.load(kRelaxed);
        gate.Open();
      },
      [&] {
        if (!kFault) gate.Pass();
        delete box;
      });
}

TEST(Findings, UseAfterFree) {
  EXPECT_FINDING(
      FreesTooEarly, Model::kTso, kUseAfterFree,
      AllOf(HasSubstr("left uses box"), HasSubstr("which right has freed")));
}

// The store was made in time, but is still in its buffer. That it was is told
// by plain data, of which the reduction knows nothing.
template <bool kFault>
void FreesUnderABufferedStore(Engine& engine) {
  auto* box = new Box;
  bool stored = false;
  Run(
      engine,
      [&] {
        box->value.store(1, kRelaxed);
        if (!kFault) CheckEnv::FullFence();
        stored = true;
      },
      [&] {
        CheckEnv::FullFence();  // a step
        if (stored) delete box;
      });
}

TEST(Findings, UseAfterFreeByABufferedStore) {
  EXPECT_FINDING(FreesUnderABufferedStore, Model::kTso, kUseAfterFree,
                 HasSubstr("a store of left reaches"), Search::kRandom);
}

template <bool kFault>
void FreesUnordered(Engine& engine) {
  auto* box = new Box;
  CheckEnv::Atomic<int> done{0};
  Run(
      engine,
      [&] {
        box->value.load(kRelaxed);
        done.store(1, kFault ? kRelaxed : kRelease);
      },
      [&] {
        if (done.load(kAcquire) == 1) delete box;
      });
}

TEST(Findings, UnorderedFree) {
  EXPECT_FINDING(FreesUnordered, Model::kReleaseAcquire, kUnorderedFree,
                 HasSubstr("nothing orders left's last access before that"));
}

// A thread keeps a pointer to the driver over klist_fini().
template <bool kFault>
void CallsADriverThatIsGone(Engine& engine) {
  Unit unit;
  AttachDevice(unit);
  Softc* softc = unit.softc;
  Gate before, after;
  Run(
      engine,
      [&] {
        if (kFault) after.Pass();
        { const DriverCall call(*softc, "f_event"); }
        before.Open();
      },
      [&] {
        if (!kFault) before.Pass();
        delete softc;
        after.Open();
      });
}

TEST(Findings, DriverGone) {
  EXPECT_FINDING(CallsADriverThatIsGone, Model::kTso, kDriverGone,
                 "f_event is called by left though klist_fini() has returned");
}

template <bool kFault>
void DetachesTwice(Engine& engine) {
  Machine<knote::Rwlock<CheckEnv>> machine(engine);
  Knote& kn = machine.OpenAndWatch(machine.first, "knote");
  const auto detach = [&] {
    if (kFault) kDriverFilterops.f_detach(&kn);
  };
  Run(engine, detach, detach);
}

TEST(Findings, DoubleDetach) {
  EXPECT_FINDING(DetachesTwice, Model::kTso, kDoubleDetach,
                 HasSubstr("for a knote that is detached already"));
}

template <bool kFault>
void FreesTwice(Engine& engine) {
  auto* box = new Box;
  Run(
      engine, [&] { delete box; },
      [&] {
        if (kFault) delete box;
      });
}

TEST(Findings, DoubleFree) {
  EXPECT_FINDING(FreesTwice, Model::kTso, kDoubleFree,
                 HasSubstr("has freed already"));
}

template <bool kFault>
void Forgets(Engine&) {
  auto* box = new Box;
  if (!kFault) delete box;
}
template <bool kFault>
void ForgetsABox(Engine& engine) {
  programs::WithoutLeaks<Forgets<kFault>>(engine);
}

TEST(Findings, Leak) {
  EXPECT_FINDING(ForgetsABox, Model::kTso, kLeak, HasSubstr("never freed"));
}

template <bool kFault>
void LocksCrosswise(Engine& engine) {
  knote::kmutex<CheckEnv> a, b;
  engine.Name(&a, sizeof(a), "lock a");
  engine.Name(&b, sizeof(b), "lock b");
  const auto lock = [](auto& first, auto& second) {
    const knote::kmutex_guard outer(first);
    const knote::kmutex_guard inner(second);
  };
  Run(
      engine, [&] { lock(a, b); }, [&] { kFault ? lock(b, a) : lock(a, b); });
}

// The chain: who sleeps on what, and who has it.
TEST(Findings, DeadlockWithItsWaitChain) {
  for (const Model model : {Model::kTso, Model::kReleaseAcquire}) {
    EXPECT_FINDING(
        LocksCrosswise, model, kDeadlock,
        AllOf(ContainsRegex("left sleeps on lock b .* last changed "
                            "by right at #[0-9]+, which sleeps, too"),
              ContainsRegex("right sleeps on lock a .* last changed "
                            "by left at #[0-9]+, which sleeps, too")));
  }
}

template <bool kFault>
void ForgetsToWake(Engine& engine) {
  Gate gate;
  engine.Name(&gate, sizeof(gate), "gate");
  Run(
      engine, [&] { gate.Pass(); },
      [&] {
        if (kFault) {
          gate.open.store(1, kRelease);
        } else {
          gate.Open();
        }
      });
}

TEST(Findings, LostWakeup) {
  EXPECT_FINDING(ForgetsToWake, Model::kTso, kLostWakeup,
                 AllOf(HasSubstr("left sleeps on gate"),
                       HasSubstr("while it is 0; it is 1 by now"),
                       HasSubstr("right at #")));
}

template <bool kFault>
void WaitsForNobody(Engine& engine) {
  CheckEnv::Atomic<int> flag{0};
  Run(
      engine,
      [&] {
        while (flag.load(kAcquire) == 0) CheckEnv::Yield();
      },
      [&] {
        if (!kFault) flag.store(1, kRelease);
      });
}

TEST(Findings, UnboundedWait) {
  EXPECT_FINDING(WaitsForNobody, Model::kTso, kUnboundedWait,
                 AllOf(HasSubstr("every thread got its turns"),
                       HasSubstr("left is at findings_test.cc")));
}

// What the threads leave behind makes tear-down wait.
template <bool kFault>
void LeavesALockBehind(Engine& engine) {
  CheckEnv::Atomic<int> held{0};
  Run(
      engine, [&] { held.store(1); },
      [&] {
        if (!kFault) CheckEnv::FullFence();
      });
  if (!kFault) held.store(0);
  while (held.load() != 0) CheckEnv::Yield();
}

TEST(Findings, UnboundedWaitInTearDown) {
  EXPECT_FINDING(LeavesALockBehind, Model::kTso, kUnboundedWait,
                 HasSubstr("tear-down, which runs alone, spins"));
}

template <bool kFault>
void WritesUnordered(Engine& engine) {
  Plain<int> data;
  knote::kmutex<CheckEnv> lock;
  const auto write = [&] {
    if (!kFault) lock.mutex_enter();
    data.Write(1);
    if (!kFault) lock.mutex_exit();
  };
  Run(engine, write, write);
}

TEST(Findings, DataRace) {
  EXPECT_FINDING(WritesUnordered, Model::kReleaseAcquire, kDataRace,
                 HasSubstr("nothing orders that and"));
}

template <bool kFault>
void PublishesRelaxed(Engine& engine) {
  CheckEnv::Atomic<Box*> shared{nullptr};
  Run(
      engine, [&] { shared.store(new Box, kFault ? kRelaxed : kRelease); },
      [&] {
        Box* box = shared.load(kAcquire);
        if (box != nullptr) box->value.load(kRelaxed);
      });
}

TEST(Findings, UseBeforePublication) {
  EXPECT_FINDING(PublishesRelaxed, Model::kReleaseAcquire, kUnpublished,
                 HasSubstr("nothing makes what left put there visible"));
}

template <bool kFault>
void FailsAnAssertion(Engine& engine) {
  CheckEnv::Atomic<int> count{0};
  Run(
      engine,
      [&] {
        const int before = count.fetch_add(1);
        if (kFault && before != 0) std::abort();
      },
      [&] { count.fetch_add(1); });
}

TEST(Findings, BrokenInvariant) {
  EXPECT_FINDING(FailsAnAssertion, Model::kTso, kBrokenInvariant,
                 "left fails an assertion");
}

// Plain data is not watched, but what was freed points nowhere.
template <bool kFault>
void FollowsAFreedPointer(Engine& engine) {
  auto* box = new Box;
  box->next = new Box;
  Gate gate;
  Run(
      engine,
      [&] {
        if (kFault) gate.Pass();
        box->next->next = nullptr;
      },
      [&] {
        delete box;
        gate.Open();
      });
}

TEST(Findings, WildPointer) {
  EXPECT_FINDING(FollowsAFreedPointer, Model::kTso, kCrash,
                 HasSubstr("left gets to follow a wild pointer"));
}

}  // namespace
}  // namespace knotestat::check
