// Runs with a planted truth.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_ANALYSIS_SYNTHETIC_H_
#define KNOTESTAT_TESTS_ANALYSIS_SYNTHETIC_H_

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/bootstrap.h"
#include "record/run.h"

namespace knotestat::analysis {

// What a synthetic cell truly costs.
struct Truth {
  std::string strategy = "epoch";
  double marginal_ns = 1;  // beyond the floor
  double klist_fini_ns = 10'000;
  record::Bytes bytes = {};
  int cpus = 2;
  std::string path = "submit";
  std::string workload = "submit";
  double slowdown = 0;  // by probes
};

// How it is measured.
struct Setting {
  int rounds = 20;
  int threads = 2;
  int detaches_per_round = 10;
  double floor_ns = 20;
  double noise = 0.01;        // of each block, relative
  double detach_noise = 0.2;  // of each detach, relative
  double drift = 0;           // of the whole machine per round, relative
  double machine = 1;         // how slow this machine is
  int launches = 0;           // processes, with `rounds` each; 0: one, unnamed
  double layout = 0;          // of each cell in each launch, relative
};

class SyntheticRun {
 public:
  explicit SyntheticRun(uint64_t seed, Setting setting = {})
      : setting_(setting), random_(SeedFor(seed, "synthetic")) {
    run_.context.seed = seed;
    run_.context.host = "buron";
    run_.context.cpus = 2;
    for (int launch = 1; launch <= setting.launches; ++launch) {
      run_.launches.push_back({launch, 1, "", true});
    }
    for (int round = 0; round < Rounds(); ++round) {
      drift_.push_back(setting.machine *
                       std::exp(setting.drift * random_.Normal()));
    }
  }

  // Adds a cell and its rows; to change afterwards.
  record::Cell& Add(const Truth& truth) {
    record::Cell cell;
    cell.id = static_cast<int>(run_.cells.size()) + 1;
    cell.strategy = truth.strategy;
    cell.group = "own";
    cell.scope = "global";
    cell.workload = truth.workload;
    cell.cpus = truth.cpus;
    cell.threads = setting_.threads;
    cell.processes = 1;
    cell.cpu_list = "0";
    for (int cpu = 1; cpu < truth.cpus; ++cpu)
      cell.cpu_list += "," + std::to_string(cpu);
    cell.parameters = R"({"devices":4,"knotes_per_device":8,"detach_hz":50})";
    cell.bytes = truth.bytes;
    cell.promises = {true, true, true, true, true, true, "all readers"};
    if (truth.strategy == "none") {
      cell.promises = {};
      cell.parameters = R"({"knotes_per_device":8,"devices":4})";
    }
    run_.cells.push_back(cell);
    AddRows(cell.id, truth);
    return run_.cells.back();
  }

  record::Run& run() { return run_; }
  record::Batch& rows() { return run_.rows; }

 private:
  void AddRows(int cell, const Truth& truth) {
    using record::BlockKind;
    const bool floor = truth.strategy == "none";
    const double cost = setting_.floor_ns + (floor ? 0 : truth.marginal_ns);
    std::vector<double> layouts;  // one, or one a launch
    for (int i = 0; i < std::max(1, setting_.launches); ++i) {
      layouts.push_back(std::exp(setting_.layout * random_.Normal()));
    }
    for (int round = 0; round < Rounds(); ++round) {
      const double layout =
          layouts[static_cast<size_t>(round / setting_.rounds)];
      const double here = cost * layout;
      for (int thread = 0; thread < setting_.threads; ++thread) {
        AddBlock(cell, round, thread, BlockKind::kMean, truth.path, here);
        AddBlock(cell, round, thread, BlockKind::kBare, truth.path, here);
        AddBlock(cell, round, thread, BlockKind::kProbed, truth.path,
                 here * (1 + truth.slowdown));
      }
      if (floor) continue;
      for (int i = 0; i < setting_.detaches_per_round; ++i) {
        AddDetach(cell, round, truth.klist_fini_ns * layout);
      }
    }
  }

  void AddBlock(int cell, int round, int thread, record::BlockKind kind,
                const std::string& path, double cost) {
    constexpr uint64_t kOperations = 1'000'000;
    const double noise = std::exp(setting_.noise * random_.Normal());
    const double elapsed = cost * drift_[static_cast<size_t>(round)] * noise *
                           static_cast<double>(kOperations);
    run_.rows.blocks.push_back({cell, round, kind, path, thread, kOperations,
                                elapsed, LaunchOf(round)});
  }

  int Rounds() const {
    return setting_.rounds * std::max(1, setting_.launches);
  }

  // Rounds of different launches have different numbers.
  int LaunchOf(int round) const {
    return setting_.launches == 0 ? 0 : 1 + round / setting_.rounds;
  }

  void AddDetach(int cell, int round, double latency) {
    const double total =
        latency * std::exp(setting_.detach_noise * random_.Normal());
    run_.rows.detaches.push_back({cell, round, 8, total + 500, total,
                                  total * 0.1, total * 0.8, total * 0.1,
                                  LaunchOf(round)});
  }

  Setting setting_;
  Random random_;
  std::vector<double> drift_;
  record::Run run_;
};

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_TESTS_ANALYSIS_SYNTHETIC_H_
