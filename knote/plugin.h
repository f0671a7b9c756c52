// What a plug-in exports: a strategy of your own in a shared object, measured
// by `knotestat run --plugin ./mine.so` like a built-in one.
//
// A plug-in instantiates the whole dispatch with its strategy, hot loop
// included; nothing but a call for each block of operations goes through a
// pointer. It shares the layouts of knote/ with the program that loads it, and
// says which ones it was built with.
//
//   #include "knote/plugin.h"
//   #include "mine.h"
//   KNOTESTAT_PLUGIN(Mine)   // template <class Env> class Mine
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_PLUGIN_H_
#define KNOTESTAT_KNOTE_PLUGIN_H_

#include "knote/env/hw_env.h"
#include "knote/world_of.h"

namespace knote {

// Raised when a layout or a meaning changes that the sizes below do not show.
inline constexpr uint32_t kPluginVersion = 6;

// What both sides must agree on. A program looks at `version` first and at the
// rest only if that is its own.
struct PluginAbi {
  uint32_t version = kPluginVersion;
  uint32_t strategy_info = sizeof(StrategyInfo);
  uint32_t load = sizeof(Load);
  uint32_t samples = sizeof(Samples);
  uint32_t fini_phases = sizeof(FiniPhases);
  uint32_t knote_bytes = sizeof(::knote::knote<HwEnv>);
  uint32_t invariants = kInvariants;
  friend bool operator==(const PluginAbi&, const PluginAbi&) = default;
};

struct Plugin {
  PluginAbi abi;
  StrategyEntry (*strategy)();
};

// The name under which a plug-in exports its `const Plugin`.
inline constexpr const char* kPluginSymbol = "knotestat_plugin";

}  // namespace knote

// Exports `Strategy`, a class template over the environment. Once in a plug-in,
// at file scope, outside of namespaces.
#define KNOTESTAT_PLUGIN(Strategy)                                \
  extern "C" {                                                    \
  [[gnu::visibility(                                              \
      "default")]] extern const ::knote::Plugin knotestat_plugin; \
  }                                                               \
  const ::knote::Plugin knotestat_plugin = {                      \
      {}, [] { return ::knote::EntryOf<Strategy<::knote::HwEnv>>(); }};

#endif  // KNOTESTAT_KNOTE_PLUGIN_H_
