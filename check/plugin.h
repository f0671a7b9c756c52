// What a plug-in exports besides knote/plugin.h so that `knotestat check
// --plugin ./mine.so` can explore its schedules: the same strategy in the
// checker's environment, with all programs.
// With --mutants it weakens what is the plug-in's own code.
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
  uint32_t strategy_entry = sizeof(StrategyEntry);
  friend bool operator==(const PluginAbi&, const PluginAbi&) = default;
};

struct Plugin {
  PluginAbi abi;
  StrategyEntry (*strategy)();
};

// What `headers` of a plug-in's entry is where this is compiled. A consteval
// function, so that a plug-in does not take the program's for its own.
consteval std::string_view PluginHeaders() {
  constexpr std::string_view kThisFile = "check/plugin.h";
  std::string_view file = __FILE__;
  file.remove_suffix(kThisFile.size());
  return file;
}

// The strategy of a plug-in.
template <class S>
StrategyEntry PluginEntryOf(std::string_view headers) {
  StrategyEntry entry = EntryOf<S>();
  entry.headers = std::string(headers);
  return entry;
}

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
        return ::knotestat::check::PluginEntryOf<                        \
            Strategy<::knotestat::check::CheckEnv>>(                     \
            ::knotestat::check::PluginHeaders());                        \
      }};

#endif  // KNOTESTAT_CHECK_PLUGIN_H_
