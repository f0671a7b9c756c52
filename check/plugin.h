// What a plug-in exports besides knote/plugin.h so that `knotestat check
// --plugin ./mine.so` can explore its schedules: the same strategy in the
// checker's environment, with all programs.
//
//   #include "check/plugin.h"
//   #include "mine.h"
//   KNOTESTAT_PLUGIN(Mine)
//   KNOTESTAT_PLUGIN_CHECK(Mine)
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_PLUGIN_H_
#define KNOTESTAT_CHECK_PLUGIN_H_

#include "check/registry.h"
#include "knote/plugin.h"

namespace knotestat::check {

// See knote::PluginAbi.
struct PluginAbi {
  uint32_t version = knote::kPluginVersion;
  uint32_t engine = sizeof(Engine);
  uint32_t knote_bytes = sizeof(Knote);
  uint32_t programs = sizeof(ProgramEntry);
  friend bool operator==(const PluginAbi&, const PluginAbi&) = default;
};

struct Plugin {
  PluginAbi abi;
  StrategyEntry (*strategy)();
};

// The name under which a plug-in exports its `const check::Plugin`.
inline constexpr const char* kPluginSymbol = "knotestat_plugin_check";

}  // namespace knotestat::check

// Once in a plug-in, at file scope, outside of namespaces.
#define KNOTESTAT_PLUGIN_CHECK(Strategy)                                 \
  extern "C" {                                                           \
  [[gnu::visibility("default")]] extern const ::knotestat::check::Plugin \
      knotestat_plugin_check;                                            \
  }                                                                      \
  const ::knotestat::check::Plugin knotestat_plugin_check = {            \
      {}, [] {                                                           \
        return ::knotestat::check::EntryOf<                              \
            Strategy<::knotestat::check::CheckEnv>>();                   \
      }};

#endif  // KNOTESTAT_CHECK_PLUGIN_H_
