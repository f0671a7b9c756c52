// A world: one emulated machine under one strategy and one load, behind an
// interface that does not know which.
//
// Calls cost a virtual call for a whole block, never for an operation: the
// loops are templates over the strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_WORLD_H_
#define KNOTESTAT_KNOTE_WORLD_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knote/klist_fini.h"
#include "knote/netbsd/system.h"
#include "knote/strategy.h"

namespace knote {

// The dispatch paths that a load can take.
enum class Path { kScan, kSubmit, kRegister };
inline constexpr int kPaths = 3;
inline constexpr std::array<std::string_view, kPaths> kPathNames = {
    "scan", "submit", "register"};

// How often each path is taken, relative to the others. Indexed by Path.
using Mix = std::array<int, kPaths>;

// A load. Defaults are the smallest one that makes sense.
struct Load {
  int processes = 1;
  int threads = 1;  // per process
  int devices = 1;  // in all; thread t drives those with d % T == t
  int knotes_per_device = 1;
  uint64_t hold_ns = 0;      // inside f_event
  bool hold_sleeps = false;  // else it computes
  bool mpsafe = true;        // else f_event runs under KERNEL_LOCK
  Mix mix = {0, 1, 0};
  bool submit_by_contract = false;  // KNOTE() outside of sections
  bool free_softcs = false;  // really free; else poison and reuse much later
  uint64_t seed = 1;

  int total_threads() const { return processes * threads; }
};

// Timed operations of one thread. Not thread-safe, and on lines of its own: a
// neighbour's samples cost up to a quarter of an operation.
struct alignas(128) Samples {
  double ns_per_tick = 1;
  std::array<std::vector<uint32_t>, kPaths> ticks;  // indexed by Path
  uint64_t next_report = 0;  // timestamp before which no reader__section fires
};

class World {
 public:
  virtual ~World() = default;

  // Each load thread (0 .. total_threads - 1) and the one writer thread
  // (total_threads) enters once before its first block and leaves after its
  // last.
  virtual void EnterThread(int thread) = 0;
  virtual void LeaveThread(int thread) = 0;

  // Runs `operations` of one path.
  virtual void Run(int thread, Path path, uint64_t operations) = 0;

  // Runs at least `operations` of the mix, in whole strides, and returns how
  // many. Every `stride`-th is timed into `samples`, and now and then reported
  // as reader__section while someone listens.
  virtual uint64_t Sample(int thread, uint64_t operations, int stride,
                          Samples& samples) = 0;

  // Writer thread: detaches device `d`, then attaches it afresh; the threads
  // that watch it open it again at their next chunk or block.
  virtual FiniPhases Detach(int device) = 0;

  // Runs of driver code or uses of driver memory after klist_fini().
  virtual uint64_t OracleViolations() const = 0;
};

// A strategy, as found by name.
struct StrategyEntry {
  StrategyInfo info;
  std::unique_ptr<World> (*make)(const Load& load);
  std::unique_ptr<netbsd::System> (*boot)() = nullptr;
};

// Strategies register themselves: `const StrategyRegistration r(...)`.
class StrategyRegistration {
 public:
  explicit StrategyRegistration(const StrategyEntry& entry);
};

// All strategies: controls, then own, then peers, each by name; one with
// several scopes by the widest first, which is its default.
const std::vector<StrategyEntry>& Strategies();

// Finds "NAME:SCOPE", or NAME at its default scope. Null if there is none.
const StrategyEntry* FindStrategy(std::string_view name);

// What FindStrategy() finds this one by: NAME at the default scope, else
// NAME:SCOPE.
std::string StrategyTitle(const StrategyInfo& info);

// A peer that was not built, and the Debian package that brings its library.
struct MissingPeer {
  std::string_view name;     // "peer_ck_rwlock"
  std::string_view package;  // "libck-dev"
};

// Peers that this build left out, by name.
std::vector<MissingPeer> MissingPeers();

// Why the strategy cannot run on this machine, if it cannot.
std::optional<std::string> StrategyUnavailable(const StrategyInfo& info);

// Why the strategy cannot run this load, if it cannot: it would break one of
// its promises or deadlock.
std::optional<std::string> LoadForbidden(const StrategyInfo& info,
                                         const Load& load);

// True if KNOTE() must go by contract for this strategy and load: a section
// entered under an object lock for which sections wait would deadlock.
bool SubmitNeedsContract(const StrategyInfo& info, const Load& load);

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_WORLD_H_
