// Loads plug-ins: strategies in shared objects (knote/plugin.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_PLUGIN_LOADER_H_
#define KNOTESTAT_COLLECTOR_PLUGIN_LOADER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace knotestat::collector {

// A plug-in that was loaded and stays so until the process ends.
struct LoadedPlugin {
  std::string path;      // absolute
  std::string strategy;  // its name
  void* handle = nullptr;
};

// Loads the plug-in at `path` and registers its strategy. Tries it in a child
// process first, which also makes one world of it, so that a plug-in that
// crashes or hangs there costs a sentence and not the run. Call it while the
// process has one thread. A plug-in that is loaded already is left alone.
//
// Errors name the path: kNotFound (no such file), kInvalidArgument (not a
// plug-in, or built for another version), kAborted (crashed or hung),
// kAlreadyExists (a strategy of that name is there).
absl::StatusOr<LoadedPlugin> LoadPlugin(const std::string& path);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_PLUGIN_LOADER_H_
