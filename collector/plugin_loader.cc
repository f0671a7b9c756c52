// SPDX-License-Identifier: BSD-2-Clause
#include "collector/plugin_loader.h"

#include <dlfcn.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <vector>

#include "absl/strings/str_cat.h"
#include "knote/plugin.h"

namespace knotestat::collector {
namespace {

constexpr int kTrialSeconds = 10;

// How far the trial came; told by the child, a byte each.
enum class Stage : char {
  kLoading = 'l',
  kConstructing = 'c',
  kDone = 'd',
};

const char* During(Stage stage) {
  return stage == Stage::kLoading ? "while it was loaded"
                                  : "while its strategy was constructed";
}

std::vector<LoadedPlugin>& Loaded() {
  static std::vector<LoadedPlugin> loaded;
  return loaded;
}

absl::StatusOr<const knote::Plugin*> EntryPoint(const std::string& path,
                                                void* handle) {
  const auto* plugin =
      static_cast<const knote::Plugin*>(dlsym(handle, knote::kPluginSymbol));
  if (plugin == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": not a plug-in: it does not export ", knote::kPluginSymbol,
        "; add KNOTESTAT_PLUGIN(YourStrategy) from knote/plugin.h"));
  }
  const knote::PluginAbi own;
  if (plugin->abi.version != own.version) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": built for plug-in version ", plugin->abi.version,
                     ", and this knotestat has ", own.version,
                     ": build it again with the headers of this one"));
  }
  if (plugin->abi != own) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": built with other headers, of which sizes differ: build it "
        "again with the headers of this knotestat"));
  }
  return plugin;
}

void Reach(Stage stage, int stages) {
  if (write(stages, &stage, 1) != 1) _exit(1);
}

// What the child does with the plug-in. What can be said without it crashing is
// left to the parent, which takes the same steps.
void Try(const std::string& path, int stages) {
  Reach(Stage::kLoading, stages);
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return;
  const auto plugin = EntryPoint(path, handle);
  if (!plugin.ok()) return;
  Reach(Stage::kConstructing, stages);
  const knote::StrategyEntry entry = (*plugin)->strategy();
  if (!knote::StrategyUnavailable(entry.info)) entry.make(knote::Load{});
}

[[noreturn]] void TrialChild(const std::string& path, int stages) {
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (const int crash : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    signal(crash, SIG_DFL);
  Try(path, stages);
  Reach(Stage::kDone, stages);
  _exit(0);
}

// Reads stages until the child closes its end or the time is up.
Stage Follow(int stages, bool& hung) {
  Stage last = Stage::kLoading;
  for (;;) {
    pollfd wait = {stages, POLLIN, 0};
    if (poll(&wait, 1, kTrialSeconds * 1000) == 0) {
      hung = true;
      return last;
    }
    if (read(stages, &last, 1) != 1) return last;
  }
}

absl::Status TryInChild(const std::string& path) {
  int pipes[2];
  if (pipe(pipes) != 0)
    return absl::ErrnoToStatus(errno, "cannot try the plug-in: pipe");
  const pid_t child = fork();
  if (child < 0)
    return absl::ErrnoToStatus(errno, "cannot try the plug-in: fork");
  if (child == 0) {
    close(pipes[0]);
    TrialChild(path, pipes[1]);
  }
  close(pipes[1]);
  bool hung = false;
  const Stage stage = Follow(pipes[0], hung);
  close(pipes[0]);
  if (hung) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (hung) {
    return absl::AbortedError(absl::StrCat(
        path, ": the plug-in hung for ", kTrialSeconds, " s ", During(stage)));
  }
  if (WIFSIGNALED(status)) {
    return absl::AbortedError(absl::StrCat(path, ": the plug-in crashed (",
                                           strsignal(WTERMSIG(status)), ") ",
                                           During(stage)));
  }
  // A plug-in may end its process with any exit code, 0 as well.
  if (stage != Stage::kDone) {
    return absl::AbortedError(
        absl::StrCat(path, ": the plug-in ended the process (exit code ",
                     WEXITSTATUS(status), ") ", During(stage)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LoadedPlugin> LoadPlugin(const std::string& given) {
  std::error_code error;
  const std::string path = std::filesystem::canonical(given, error).string();
  if (error) {
    return absl::NotFoundError(
        absl::StrCat(given, ": no such plug-in: ", error.message()));
  }
  for (const LoadedPlugin& loaded : Loaded()) {
    if (loaded.path == path) return loaded;
  }
  if (auto status = TryInChild(path); !status.ok()) return status;
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a plug-in that can be loaded: ", dlerror()));
  }
  auto plugin = EntryPoint(path, handle);
  if (!plugin.ok()) return plugin.status();
  const knote::StrategyEntry entry = (*plugin)->strategy();
  if (knote::FindStrategy(entry.info.name) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, ": there is a strategy ", std::string(entry.info.name),
        " already: give yours another name in its kInfo"));
  }
  const knote::StrategyRegistration registration(entry);
  return Loaded().emplace_back(
      LoadedPlugin{path, std::string(entry.info.name), handle});
}

}  // namespace knotestat::collector
