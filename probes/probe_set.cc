// SPDX-License-Identifier: BSD-2-Clause
#include "probes/probe_set.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace knotestat::probes {
namespace {

absl::StatusOr<std::unique_ptr<Probe>> Make(const std::string& name) {
  const std::vector<ProbeEntry> known = RegisteredProbes();
  if (known.empty()) {
    return absl::UnimplementedError(
        "built without eBPF (KNOTESTAT_BPF=OFF); install clang, bpftool and "
        "libbpf-dev, and configure with -DKNOTESTAT_BPF=ON");
  }
  std::vector<std::string> names;
  for (const ProbeEntry& entry : known) {
    if (entry.name == name) return entry.make();
    names.emplace_back(entry.name);
  }
  return absl::NotFoundError(absl::StrCat("there is no probe \"", name,
                                          "\"; there are ",
                                          absl::StrJoin(names, ", ")));
}

std::vector<std::string> AllNames() {
  std::vector<std::string> names;
  for (const ProbeEntry& entry : RegisteredProbes()) {
    names.emplace_back(entry.name);
  }
  if (names.empty()) names.emplace_back("any");  // Make() says why not
  return names;
}

}  // namespace

absl::Status ProbeSet::Load(std::span<const std::string> names,
                            const Target& target) {
  probes_.clear();
  std::vector<std::unique_ptr<Probe>> loaded;
  const std::vector<std::string> wanted =
      names.empty() ? AllNames()
                    : std::vector<std::string>(names.begin(), names.end());
  for (const std::string& name : wanted) {
    absl::StatusOr<std::unique_ptr<Probe>> probe = Make(name);
    if (!probe.ok()) return probe.status();
    if (absl::Status status = (*probe)->Load(target); !status.ok()) {
      return status;
    }
    (*probe)->SetSlot(kNoSlot);
    loaded.push_back(*std::move(probe));
  }
  probes_ = std::move(loaded);
  return absl::OkStatus();
}

absl::Status ProbeSet::AttachAll() {
  for (const auto& probe : probes_) {
    if (absl::Status status = probe->Attach(); !status.ok()) {
      DetachAll();
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status ProbeSet::Attach(std::string_view name) {
  for (const auto& probe : probes_) {
    if (probe->name() == name) return probe->Attach();
  }
  return absl::NotFoundError(
      absl::StrCat("probe ", std::string(name), " is not loaded"));
}

void ProbeSet::DetachAll() {
  for (const auto& probe : probes_) probe->Detach();
}

void ProbeSet::SetSlot(int slot) {
  for (const auto& probe : probes_) probe->SetSlot(slot);
}

absl::StatusOr<Observations> ProbeSet::Collect(int slot) {
  Observations observations;
  for (const auto& probe : probes_) {
    if (absl::Status status = probe->Collect(slot, observations);
        !status.ok()) {
      return status;
    }
  }
  return observations;
}

std::vector<std::string> ProbeSet::names() const {
  std::vector<std::string> names;
  for (const auto& probe : probes_) names.emplace_back(probe->name());
  return names;
}

}  // namespace knotestat::probes
