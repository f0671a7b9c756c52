// SPDX-License-Identifier: BSD-2-Clause
#include "cli/plugins.h"

#include <dlfcn.h>

#include "absl/strings/str_cat.h"
#include "check/plugin.h"
#include "collector/plugin_loader.h"

namespace knotestat::cli {

CLI::Option* AddPluginOption(CLI::App& app, std::vector<std::string>& paths) {
  return app
      .add_option("--plugin", paths,
                  "Plug-ins: strategies of your own in shared objects")
      ->delimiter(',');
}

absl::StatusOr<std::vector<std::string>> LoadPlugins(
    const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    auto plugin = collector::LoadPlugin(path);
    if (!plugin.ok()) return plugin.status();
    names.push_back(plugin->strategy);
  }
  return names;
}

absl::StatusOr<std::vector<std::string>> LoadPluginsToCheck(
    const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    auto plugin = collector::LoadPlugin(path);
    if (!plugin.ok()) return plugin.status();
    names.push_back(plugin->strategy);
    if (check::FindStrategy(plugin->strategy) != nullptr) continue;
    const auto* checked = static_cast<const check::Plugin*>(
        dlsym(plugin->handle, check::kPluginSymbol));
    if (checked == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          plugin->path,
          ": built without the checker's environment: add "
          "KNOTESTAT_PLUGIN_CHECK(YourStrategy) from check/plugin.h"));
    }
    if (checked->abi != check::PluginAbi()) {
      return absl::InvalidArgumentError(
          absl::StrCat(plugin->path,
                       ": built with the headers of another checker: build it "
                       "again with the headers of this knotestat"));
    }
    const check::StrategyRegistration registration(checked->strategy());
  }
  return names;
}

}  // namespace knotestat::cli
