// The memory models against the published outcomes.
//
// x86-TSO: Sewell et al., CACM 2010, and Intel's and AMD's manuals.
// Release/acquire: RC11, Lahav et al., PLDI 2017. Load buffering is allowed
// there for relaxed accesses only without the po|rf axiom; RC11 has it, so it
// is forbidden in both.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "tests/check/litmus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace knotestat::check {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class LitmusTest : public testing::TestWithParam<Model> {
 protected:
  // Also with and without partial-order reduction: the outcomes are the same.
  std::set<std::string> Of(const std::vector<Litmus::Thread>& threads,
                           int registers, bool finals = false) {
    const Outcomes plain =
        OutcomesOf(GetParam(), threads, registers, finals, false);
    const Outcomes reduced = OutcomesOf(GetParam(), threads, registers, finals);
    EXPECT_TRUE(plain.exploration.complete);
    EXPECT_TRUE(reduced.exploration.complete);
    EXPECT_LE(reduced.exploration.schedules, plain.exploration.schedules);
    EXPECT_EQ(plain.all, reduced.all);
    return reduced.all;
  }
  bool tso() const { return GetParam() == Model::kTso; }
};

std::vector<Litmus::Thread> StoreBuffering(
    std::memory_order store, std::memory_order load,
    std::function<void()> left = [] {}, std::function<void()> right = [] {}) {
  return {[=](Litmus& l) {
            l.x.store(1, store);
            left();
            l.r[0] = l.y.load(load);
          },
          [=](Litmus& l) {
            l.y.store(1, store);
            right();
            l.r[1] = l.x.load(load);
          }};
}

TEST_P(LitmusTest, StoreBuffering) {
  EXPECT_THAT(Of(StoreBuffering(kRelaxed, kRelaxed), 2),
              ElementsAre("0 0", "0 1", "1 0", "1 1"));
  EXPECT_THAT(Of(StoreBuffering(kRelease, kAcquire), 2),
              ElementsAre("0 0", "0 1", "1 0", "1 1"));
  EXPECT_THAT(Of(StoreBuffering(kSeqCst, kSeqCst), 2),
              ElementsAre("0 1", "1 0", "1 1"));
}

void Fence() { Engine::current()->ThreadFence(kSeqCst, {}); }
void Light() { CheckEnv::LightFence(); }
void Heavy() { CheckEnv::HeavyFence(); }

TEST_P(LitmusTest, StoreBufferingWithFences) {
  const auto with = [&](auto left, auto right) {
    return Of(StoreBuffering(kRelaxed, kRelaxed, left, right), 2);
  };
  EXPECT_THAT(with(Fence, Fence), Not(Contains("0 0")));
  EXPECT_THAT(with(Fence, [] {}), Contains("0 0"));
  EXPECT_THAT(with(Light, Light), Contains("0 0"));
  EXPECT_THAT(with(Fence, Light), Contains("0 0"));
}

// The asymmetric pair: what the light side does not pay for, the heavy side
// does; neither alone is enough.
TEST_P(LitmusTest, StoreBufferingWithAsymmetricFences) {
  const auto with = [&](auto left, auto right) {
    return Of(StoreBuffering(kRelaxed, kRelaxed, left, right), 2);
  };
  EXPECT_THAT(with(Light, Heavy), ElementsAre("0 1", "1 0", "1 1"));
  EXPECT_THAT(with(Heavy, Heavy), Not(Contains("0 0")));
  EXPECT_THAT(with(Heavy, [] {}), Contains("0 0"));  // the compiler may move it
  EXPECT_THAT(with(Heavy, Fence), Not(Contains("0 0")));
}

std::vector<Litmus::Thread> MessagePassing(
    std::memory_order store, std::memory_order load,
    std::function<void()> left = [] {}, std::function<void()> right = [] {}) {
  return {[=](Litmus& l) {
            l.x.store(1, kRelaxed);
            left();
            l.y.store(1, store);
          },
          [=](Litmus& l) {
            l.r[0] = l.y.load(load);
            right();
            l.r[1] = l.x.load(kRelaxed);
          }};
}

TEST_P(LitmusTest, MessagePassing) {
  EXPECT_THAT(Of(MessagePassing(kRelease, kAcquire), 2),
              ElementsAre("0 0", "0 1", "1 1"));
  const auto stale = [&](const std::set<std::string>& outcomes) {
    return outcomes.count("1 0") == 1;
  };
  // TSO keeps the order of stores and of loads; RA only where it is asked to.
  EXPECT_EQ(stale(Of(MessagePassing(kRelaxed, kRelaxed), 2)), !tso());
  EXPECT_EQ(stale(Of(MessagePassing(kRelease, kRelaxed), 2)), !tso());
  EXPECT_EQ(stale(Of(MessagePassing(kRelaxed, kAcquire), 2)), !tso());
  const auto release = [] { Engine::current()->ThreadFence(kRelease, {}); };
  const auto acquire = [] { Engine::current()->ThreadFence(kAcquire, {}); };
  EXPECT_FALSE(
      stale(Of(MessagePassing(kRelaxed, kRelaxed, release, acquire), 2)));
  EXPECT_EQ(stale(Of(MessagePassing(kRelaxed, kRelaxed, release), 2)), !tso());
  EXPECT_FALSE(stale(Of(MessagePassing(kRelaxed, kAcquire, release), 2)));
}

// A release sequence goes on through read-modify-writes of others.
TEST_P(LitmusTest, ReleaseSequence) {
  const auto of = [&](std::memory_order order) {
    return Of({[](Litmus& l) {
                 l.x.store(1, kRelaxed);
                 l.y.store(1, kRelease);
               },
               [=](Litmus& l) { l.y.fetch_add(1, order); },
               [](Litmus& l) {
                 l.r[0] = l.y.load(kAcquire);
                 l.r[1] = l.x.load(kRelaxed);
               }},
              2);
  };
  EXPECT_THAT(of(kRelaxed), Not(Contains("2 0")));
  EXPECT_THAT(of(kRelaxed), Contains("1 0"));  // the add alone came first
}

TEST_P(LitmusTest, LoadBufferingIsNotModelled) {
  const auto of = [&](std::memory_order load, std::memory_order store) {
    return Of({[=](Litmus& l) {
                 l.r[0] = l.x.load(load);
                 l.y.store(1, store);
               },
               [=](Litmus& l) {
                 l.r[1] = l.y.load(load);
                 l.x.store(1, store);
               }},
              2);
  };
  EXPECT_THAT(of(kRelaxed, kRelaxed), ElementsAre("0 0", "0 1", "1 0"));
  EXPECT_THAT(of(kAcquire, kRelease), ElementsAre("0 0", "0 1", "1 0"));
}

std::vector<Litmus::Thread> Iriw(
    std::memory_order store, std::memory_order load,
    std::function<void()> between = [] {}) {
  return {[=](Litmus& l) { l.x.store(1, store); },
          [=](Litmus& l) { l.y.store(1, store); },
          [=](Litmus& l) {
            l.r[0] = l.x.load(load);
            between();
            l.r[1] = l.y.load(load);
          },
          [=](Litmus& l) {
            l.r[2] = l.y.load(load);
            between();
            l.r[3] = l.x.load(load);
          }};
}

TEST_P(LitmusTest, IndependentReadsOfIndependentWrites) {
  const std::string split = "1 0 1 0";
  // All others are allowed everywhere.
  EXPECT_EQ(Of(Iriw(kRelaxed, kRelaxed), 4).size(), tso() ? 15u : 16u);
  EXPECT_EQ(Of(Iriw(kSeqCst, kSeqCst), 4).size(), 15u);
  EXPECT_EQ(Of(Iriw(kRelaxed, kRelaxed), 4).count(split), tso() ? 0u : 1u);
  EXPECT_EQ(Of(Iriw(kRelease, kAcquire), 4).count(split), tso() ? 0u : 1u);
  EXPECT_EQ(Of(Iriw(kSeqCst, kSeqCst), 4).count(split), 0u);
  EXPECT_EQ(Of(Iriw(kRelaxed, kRelaxed, Fence), 4).count(split), 0u);
  EXPECT_EQ(Of(Iriw(kRelaxed, kRelaxed, Light), 4).count(split),
            tso() ? 0u : 1u);
}

// WRC: what one has read from another and passes on.
TEST_P(LitmusTest, WriteToReadCausality) {
  const auto of = [&](std::memory_order store, std::memory_order load) {
    return Of({[=](Litmus& l) { l.x.store(1, store); },
               [=](Litmus& l) {
                 l.r[0] = l.x.load(load);
                 l.y.store(1, store);
               },
               [=](Litmus& l) {
                 l.r[1] = l.y.load(load);
                 l.r[2] = l.x.load(load);
               }},
              3)
        .count("1 1 0");
  };
  EXPECT_EQ(of(kRelaxed, kRelaxed), tso() ? 0u : 1u);
  EXPECT_EQ(of(kRelease, kAcquire), 0u);
}

// S: a store that follows a read of what came after another one.
TEST_P(LitmusTest, StoreAfterRead) {
  const auto of = [&](std::memory_order store, std::memory_order load) {
    return Of({[=](Litmus& l) {
                 l.x.store(2, kRelaxed);
                 l.y.store(1, store);
               },
               [=](Litmus& l) {
                 l.r[0] = l.y.load(load);
                 l.x.store(1, kRelaxed);
               }},
              1, true)
        .count("1 x=2 y=1");
  };
  EXPECT_EQ(of(kRelease, kAcquire), 0u);
  // RC11 allows it for relaxed accesses; here a store is the newest of its
  // location when it is made.
  EXPECT_EQ(of(kRelaxed, kRelaxed), 0u);
}

// R: who was later to store has not seen the other's first store, unless fences
// keep that.
TEST_P(LitmusTest, StoreThenRead) {
  const auto of = [&](std::function<void()> between) {
    return Of({[=](Litmus& l) {
                 l.x.store(1, kRelaxed);
                 between();
                 l.y.store(1, kRelaxed);
               },
               [=](Litmus& l) {
                 l.y.store(2, kRelaxed);
                 between();
                 l.r[0] = l.x.load(kRelaxed);
               }},
              1, true)
        .count("0 x=1 y=2");
  };
  EXPECT_EQ(of([] {}), 1u);
  EXPECT_EQ(of(Fence), 0u);
  EXPECT_EQ(of(Light), 1u);
}

TEST_P(LitmusTest, Coherence) {
  EXPECT_THAT(Of({[](Litmus& l) {
                    l.x.store(1, kRelaxed);
                    l.x.store(2, kRelaxed);
                  },
                  [](Litmus& l) {
                    l.r[0] = l.x.load(kRelaxed);
                    l.r[1] = l.x.load(kRelaxed);
                  }},
                 2),
              ElementsAre("0 0", "0 1", "0 2", "1 1", "1 2", "2 2"));
}

// n6 of the x86-TSO paper: a thread sees its own store early.
TEST_P(LitmusTest, StoreForwarding) {
  EXPECT_THAT(Of({[](Litmus& l) {
                    l.x.store(1, kRelaxed);
                    l.r[0] = l.x.load(kRelaxed);
                    l.r[1] = l.y.load(kRelaxed);
                  },
                  [](Litmus& l) {
                    l.y.store(2, kRelaxed);
                    l.x.store(2, kRelaxed);
                  }},
                 2, true),
              Contains("1 0 x=1 y=2"));
}

TEST_P(LitmusTest, UpdatesAreAtomic) {
  const Litmus::Thread add = [](Litmus& l) { l.x.fetch_add(1, kRelaxed); };
  EXPECT_THAT(Of({add, add, add}, 0, true), ElementsAre("x=3 y=0"));
}

// Two writers of two locations. RC11 also allows x=1 y=1 for relaxed stores:
// here a store is always the newest of its location.
TEST_P(LitmusTest, TwoPlusTwoWrites) {
  const auto outcomes = Of({[](Litmus& l) {
                              l.x.store(1, kRelaxed);
                              l.y.store(2, kRelaxed);
                            },
                            [](Litmus& l) {
                              l.y.store(1, kRelaxed);
                              l.x.store(2, kRelaxed);
                            }},
                           0, true);
  EXPECT_THAT(outcomes, ElementsAre("x=1 y=2", "x=2 y=1", "x=2 y=2"));
}

INSTANTIATE_TEST_SUITE_P(Models, LitmusTest,
                         testing::Values(Model::kTso, Model::kReleaseAcquire),
                         [](const auto& test) {
                           return test.param == Model::kTso ? "Tso"
                                                            : "ReleaseAcquire";
                         });

}  // namespace
}  // namespace knotestat::check
