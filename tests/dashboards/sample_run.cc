// Synthetic runs. SPDX-License-Identifier: BSD-2-Clause
#include "tests/dashboards/sample_run.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace knotestat::dashboards {
namespace {

using record::CellFigures;
using record::Estimate;

struct Model {
  const char* strategy;
  const char* group;
  const char* scope;
  double reader_ns;   // marginal at one CPU
  double per_cpu_ns;  // and for each further one
  double fini_ns;     // median of klist_fini
  double spread;      // of its logarithm
  record::Bytes bytes;
  const char* waits_in;  // the frame that its waiting shows
};

const std::vector<Model>& Models() {
  static const std::vector<Model> kModels = {
      {"none", "control", "global", 0, 0, 310, 0.2, {0, 0, 0, 0}, ""},
      {"rwlock",
       "own",
       "global",
       4.9,
       46,
       1900,
       1.1,
       {0, 0, 0, 0},
       "knote::RwLock::WriteEnter"},
      {"knote_mutex",
       "own",
       "knote",
       8.1,
       0.4,
       2700,
       0.6,
       {40, 0, 0, 0},
       "knote::Mutex::EnterSlow"},
      {"percpu_rwlock",
       "own",
       "global",
       0.9,
       0.05,
       3300,
       0.5,
       {0, 0, 0, 128},
       "knote::PercpuRwLock::Drain"},
      {"psref",
       "own",
       "target",
       0.8,
       0.03,
       2100,
       0.4,
       {8, 64, 0, 64},
       "knote::Psref::WaitForTarget"},
      {"psref",
       "own",
       "klist",
       0.85,
       0.03,
       4100,
       0.5,
       {0, 64, 0, 0},
       "knote::Psref::Drain"},
      {"epoch",
       "own",
       "global",
       0.55,
       0.02,
       9800,
       0.7,
       {0, 0, 128, 0},
       "knote::Epoch::WaitGracePeriod"},
      {"peer_urcu_memb",
       "peer",
       "global",
       0.99,
       0.05,
       10800,
       0.7,
       {0, 0, 128, 0},
       "urcu_memb_synchronize_rcu"},
      {"busted_epoch",
       "control",
       "global",
       -0.3,
       0.02,
       420,
       0.2,
       {0, 0, 128, 0},
       ""},
  };
  return kModels;
}

Estimate Around(double median, double share) {
  return {median, median - std::abs(median) * share * 0.8,
          median + std::abs(median) * share};
}

record::Distribution Quantiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<size_t>(share *
                                      static_cast<double>(values.size() - 1))];
  };
  return {at(0.5), at(0.9), at(0.99), at(0.999), values.back(), values.size()};
}

constexpr char kParameters[] =
    R"({"devices":8,"knotes_per_device":16,"hold_ns":0})";

Load LoadOf(const std::string& workload) {
  return {workload,
          kParameters,
          workload,
          4,
          1,
          4,
          workload == "mix" ? "scan" : "submit",
          "p90"};
}

class Maker {
 public:
  Sample Make() {
    Context();
    for (const char* workload : {"submit", "mix"}) {
      for (const Model& model : Models()) {
        for (int cpus : {1, 2, 4}) AddCell(model, workload, cpus);
      }
      AddVerdicts(workload);
      AddScaling(workload);
      sample_.choice.answers.push_back({LoadOf(workload), "psref", "target",
                                        "holds in 97 % of resamplings"});
    }
    sample_.run.finished = sample_.figures.finished = true;
    sample_.choice.headline =
        "psref per target, for submit and mix, up to 4 CPUs";
    sample_.choice.confidence =
        "12 rounds; the 95 % intervals of psref and rwlock do not overlap at "
        "any number of CPUs; probes cost at most 0.6 %.";
    sample_.figures.context = sample_.run.context;
    sample_.figures.interruptions = {350, 0.00565, 22'000};
    return std::move(sample_);
  }

 private:
  void Context() {
    record::Context& context = sample_.run.context;
    context.host = "sample-host";
    context.kernel = "6.18.44";
    context.cpu_model = "AMD EPYC 9R14";
    context.cpus = 4;
    context.started_at = "2026-01-02T03:04:05Z";
    context.command_line = "knotestat sweep --cpus 1,2,4 --seed 42";
    context.build = "release g++ 12.2.0";
    context.seed = 42;
    context.timer_quantum_ns = 10;
    context.timer_cost_ns = 23.4;
    context.watched_ns = 4e8;
    context.interruptions = {{1'500, 40}, {22'000, 100}};
    context.bpf = true;
  }

  void AddCell(const Model& model, const std::string& workload, int cpus) {
    record::Cell cell;
    cell.id = 100 + static_cast<int>(sample_.run.cells.size());
    cell.strategy = model.strategy;
    cell.group = model.group;
    cell.scope = model.scope;
    cell.workload = workload;
    cell.cpus = cpus;
    cell.threads = cpus;
    cell.processes = 1;
    cell.cpu_list = "0-" + std::to_string(cpus - 1);
    cell.parameters = kParameters;
    cell.submit_protection = "section";
    cell.bytes = model.bytes;
    cell.promises.safe = cell.group != "control";
    cell.promises.reader_may_block = cell.strategy != "rwlock";
    cell.promises.writer_waits_for = "all readers";
    CellFigures figures;
    if (cell.strategy == "peer_urcu_memb" && cpus == 4) {
      cell.refused = "the probes slowed it by 7.2 %, more than 5 %.";
    } else {
      AddPaths(model, cell, &figures);
      AddFini(model, cell, &figures);
      AddBlocks(model, cell, figures);
      AddCounters(cell, &figures);
      AddStacks(model, cell);
    }
    figures.cell = cell;
    sample_.run.cells.push_back(cell);
    sample_.figures.cells.push_back(std::move(figures));
  }

  void AddPaths(const Model& model, const record::Cell& cell,
                CellFigures* figures) {
    const std::vector<std::string> paths =
        cell.workload == "mix" ? std::vector<std::string>{"register", "scan"}
                               : std::vector<std::string>{"submit"};
    double floor = 4.2;
    for (const std::string& path : paths) {
      const double marginal =
          model.reader_ns + model.per_cpu_ns * (cell.cpus - 1);
      record::PathFigures& figure = figures->paths[path];
      figure.ns_per_op = Around(floor + marginal, 0.01);
      figure.cycles_per_op = Around(3.7 * (floor + marginal), 0.02);
      if (cell.strategy != "none") {
        figure.marginal_ns = Around(marginal, 0.06);
        figure.marginal_cycles = Around(3.7 * marginal, 0.05);
      }
      std::vector<double> values(5000);
      std::lognormal_distribution<double> spread(std::log(floor + marginal),
                                                 0.25);
      std::map<uint64_t, uint64_t> counts;
      for (double& value : values) {
        value = spread(random_);
        ++counts[static_cast<uint64_t>(value)];
      }
      for (const auto& [lower, count] : counts) {
        sample_.run.rows.buckets.push_back(
            {cell.id, "sampled." + path, lower, lower + 1, count});
      }
      figure.sampled_ns = Quantiles(std::move(values));
      floor += 31;
    }
  }

  void AddFini(const Model& model, const record::Cell& cell,
               CellFigures* figures) {
    std::lognormal_distribution<double> spread(
        std::log(model.fini_ns * (0.8 + 0.2 * cell.cpus)), model.spread);
    std::vector<double> totals, due, waits;
    for (int i = 0; i < 300; ++i) {
      record::Detach detach;
      detach.cell = cell.id;
      detach.round = i / 25;
      detach.knotes = 16;
      detach.total_ns = std::round(spread(random_));
      detach.publish_ns = std::round(std::min(200.0, detach.total_ns * 0.2));
      detach.reclaim_ns = std::round(detach.total_ns * 0.1);
      detach.wait_ns = detach.total_ns - detach.publish_ns - detach.reclaim_ns;
      detach.from_intended_ns = detach.total_ns + 350;
      totals.push_back(detach.total_ns);
      due.push_back(detach.from_intended_ns);
      waits.push_back(detach.wait_ns);
      sample_.run.rows.detaches.push_back(detach);
    }
    record::FiniFigures fini;
    fini.total = Quantiles(totals);
    fini.from_intended = Quantiles(due);
    fini.publish_p50 = 200;
    fini.wait_p50 = Quantiles(waits).p50;
    fini.reclaim_p50 = fini.total.p50 * 0.1;
    figures->klist_fini = fini;
  }

  // Twelve rounds; the threads are not quite even, the first round is slow.
  void AddBlocks(const Model& model, const record::Cell& cell,
                 const CellFigures& figures) {
    constexpr uint64_t kOperations = 100000;
    for (const auto& [path, figure] : figures.paths) {
      for (int round = 0; round < 12; ++round) {
        for (int thread = 0; thread < cell.threads; ++thread) {
          const double uneven =
              1 + 0.03 * thread * (model.per_cpu_ns > 1 ? 5 : 1);
          record::Block block;
          block.cell = cell.id;
          block.round = round;
          block.path = path;
          block.thread = thread;
          block.operations = kOperations;
          block.elapsed_ns = figure.ns_per_op->median * uneven *
                             (round == 0 ? 1.4 : 1 + 0.002 * round) *
                             kOperations;
          sample_.run.rows.blocks.push_back(block);
        }
      }
    }
  }

  void AddCounters(const record::Cell& cell, CellFigures* figures) {
    figures->counters["bpf.klist_fini.count"] = 300;
    figures->counters["bpf.reader_blocked.count"] =
        cell.strategy == "rwlock" ? 1234.0 * cell.cpus : 0;
    figures->counters["bpf.section_sleep.count"] =
        cell.strategy == "rwlock" ? 0 : 17;
    figures->counters["bpf.section_migrated.count"] = 3;
    figures->counters["rounds"] = 12;
    figures->oracle_violations = cell.promises.safe ? 0 : 41;
    record::Certificate& certificate = figures->certificate;
    certificate.slowdown = {0.002 + 0.001 * cell.cpus, -0.001, 0.009};
    certificate.events_lost = 0;
    certificate.steal_ns = 120000;
    certificate.involuntary_switches = 3;
    certificate.clock_ghz = {3.7, 3.6, 3.75};
  }

  void AddStacks(const Model& model, const record::Cell& cell) {
    const std::string dispatch =
        "start_thread;knote::Worker::Run;knote::Submit;";
    const auto add = [&](const char* kind, const std::string& folded,
                         double value) {
      sample_.run.rows.stacks.push_back(
          {cell.id, kind, folded, static_cast<uint64_t>(value)});
    };
    const double marginal =
        model.reader_ns + model.per_cpu_ns * (cell.cpus - 1);
    add("on_cpu", dispatch + "knote::FilterEvent;knote::Driver::Read",
        420 * cell.cpus);
    add("on_cpu",
        dispatch + "knote::Activate;knote::Queue::Push;knote::Queue::Grow",
        60 * cell.cpus);
    if (marginal > 0) {
      add("on_cpu",
          dispatch + "knote::FilterEvent;knote::" + cell.strategy + "::Enter",
          100 * marginal * cell.cpus);
    }
    if (*model.waits_in == '\0') return;
    const std::string writer =
        std::string("start_thread;knote::Driver::Detach;knote::klist_fini;") +
        model.waits_in;
    add("off_cpu", writer + ";syscall;do_futex_[k];schedule_[k]",
        model.fini_ns * 300);
    add("off_cpu", writer + ";membarrier;wait_for_completion_[k];schedule_[k]",
        model.fini_ns * 70);
  }

  // The Universal Scalability Law that the means of rwlock follow; the others
  // are too flat to fit.
  void AddScaling(const std::string& workload) {
    record::Scaling scaling;
    scaling.strategy = "rwlock";
    scaling.scope = "global";
    scaling.workload = scaling.load = workload;
    scaling.path = workload == "mix" ? "scan" : "submit";
    record::ScalingFit fit;
    fit.model = "usl";
    fit.parameters = {{"gamma", Around(0.1, 0.02)},
                      {"alpha", Around(3, 0.1)},
                      {"beta", Around(0.2, 0.3)}};
    fit.worst_residual = 0.04;
    fit.mean_residual = 0.02;
    fit.valid_to_cpus = 8;
    fit.ns_per_op_there = Around(390, 0.1);
    for (const CellFigures& cell : sample_.figures.cells) {
      const auto path = cell.paths.find(scaling.path);
      if (cell.cell.strategy != "rwlock" || cell.cell.workload != workload ||
          path == cell.paths.end())
        continue;
      scaling.cells.push_back(cell.cell.id);
      scaling.cpus.push_back(cell.cell.cpus);
      const double measured = path->second.ns_per_op->median;
      fit.points.push_back({cell.cell.cpus, measured, measured * 1.04});
    }
    scaling.fits.push_back(fit);
    record::ScalingFit refused;
    refused.model = "queue";
    refused.refused = "three CPU counts are too few for it";
    scaling.fits.push_back(refused);
    sample_.figures.scaling.push_back(scaling);
  }

  void AddVerdicts(const std::string& workload) {
    struct Ruled {
      const char* strategy;
      const char* scope;
      Ruling ruling;
      const char* reason;
    };
    const Ruled kRuled[] = {
        {"psref", "target", Ruling::kRecommended,
         "cheapest reader among those whose klist_fini p99 stays below 10 us."},
        {"epoch", "global", Ruling::kFront,
         "reader 0.25 ns cheaper, but klist_fini p99 is 9 times as long."},
        {"percpu_rwlock", "global", Ruling::kRejected,
         "psref has a cheaper reader, a shorter klist_fini and needs no more "
         "memory."},
        {"knote_mutex", "knote", Ruling::kRejected,
         "its reader pays 8.5 ns, ten times psref's, for 40 bytes a knote."},
        {"rwlock", "global", Ruling::kRejected,
         "a filterops call may not block under it: it spins with the lock "
         "held."},
        {"peer_urcu_memb", "global", Ruling::kNotRanked,
         "was refused at 4 CPUs."},
        {"none", "global", Ruling::kNotRanked,
         "the floor: it calls into drivers that are gone."},
    };
    for (const Ruled& ruled : kRuled) {
      sample_.choice.verdicts.push_back({LoadOf(workload), ruled.strategy,
                                         ruled.scope, ruled.ruling,
                                         ruled.reason});
    }
  }

  Sample sample_;
  std::mt19937 random_{42};
};

}  // namespace

Sample FullSample() { return Maker().Make(); }

Sample HostileSample() {
  Sample sample = FullSample();
  const std::string script = "</script><script>window.injected=1</script>";
  const std::string image = "<img src=x onerror=\"window.injected=2\">";
  const std::string controls =
      "\x1b[31m,\"\r\n\x01\xff\xc0 \xe2\x80\xae"
      "abc";
  record::Context& context = sample.run.context;
  context.host = image + controls;
  context.kernel = script;
  context.cpu_model = "<!--" + script;
  context.command_line = "knotestat run --strategy '" + image + "'";
  context.build = controls;
  context.bpf_reason = script;
  sample.figures.context = context;
  const auto rename = [&](std::string* strategy, std::string* workload) {
    if (*strategy == "psref") *strategy = script;
    if (*strategy == "epoch") *strategy = image;
    if (*strategy == "rwlock") *strategy = controls;
    if (*strategy == "knote_mutex") *strategy = "__proto__";
    if (*workload == "mix") *workload = script + controls;
  };
  for (record::Cell& cell : sample.run.cells) {
    rename(&cell.strategy, &cell.workload);
  }
  for (CellFigures& figures : sample.figures.cells) {
    rename(&figures.cell.strategy, &figures.cell.workload);
    if (!figures.cell.refused.empty()) figures.cell.refused = script;
    if (figures.cell.scope == "target") figures.cell.scope = image;
  }
  for (Answer& answer : sample.choice.answers) {
    rename(&answer.strategy, &answer.load.workload);
    answer.load.title = answer.load.workload;
    answer.confidence += image;
  }
  for (record::Scaling& scaling : sample.figures.scaling) {
    rename(&scaling.strategy, &scaling.workload);
    scaling.fits.back().refused = script;
  }
  for (Verdict& verdict : sample.choice.verdicts) {
    rename(&verdict.strategy, &verdict.load.workload);
    verdict.load.title = verdict.load.workload;
    if (verdict.scope == "target") verdict.scope = image;
    verdict.reason += image;
  }
  sample.choice.headline += script + controls;
  for (record::Stack& stack : sample.run.rows.stacks) {
    stack.folded += ";" + script + ";" + image + ";" + controls;
  }
  return sample;
}

Sample TwoLoadsSample() {
  Sample sample = FullSample();
  const auto make = [](std::string* workload, std::string* parameters) {
    const bool holds = *workload == "mix";
    *workload = "submit";
    *parameters = R"({"devices":8,"hold_ns":)" +
                  std::string(holds ? "20000" : "0") +
                  R"(,"knotes_per_device":16})";
    return holds;
  };
  for (record::Cell& cell : sample.run.cells)
    make(&cell.workload, &cell.parameters);
  for (CellFigures& figures : sample.figures.cells)
    make(&figures.cell.workload, &figures.cell.parameters);
  const auto decide = [&](Load* load) {
    const bool holds = make(&load->workload, &load->parameters);
    load->title = std::string("submit with hold_ns ") + (holds ? "20000" : "0");
    return holds;
  };
  for (Answer& answer : sample.choice.answers) {
    if (decide(&answer.load)) {
      answer.strategy = "epoch";
      answer.scope = "global";
    }
  }
  for (Verdict& verdict : sample.choice.verdicts) {
    if (!decide(&verdict.load)) continue;
    if (verdict.strategy == "psref") verdict.ruling = Ruling::kRejected;
    if (verdict.strategy == "epoch") verdict.ruling = Ruling::kRecommended;
  }
  return sample;
}

Sample EmptySample() {
  Sample full = FullSample();
  Sample sample;
  sample.run.context = full.run.context;
  sample.figures.context = full.run.context;
  return sample;
}

Sample BareSample() {
  Sample full = FullSample();
  Sample sample;
  sample.run.context = full.run.context;
  sample.run.context.bpf = false;
  sample.run.context.bpf_reason =
      "bpf() is not permitted (EPERM); run as root or grant CAP_BPF.";
  sample.figures.context = sample.run.context;
  for (const CellFigures& cell : full.figures.cells) {
    if (cell.cell.cpus != 1 || cell.cell.workload != "submit") continue;
    CellFigures bare;
    bare.cell = cell.cell;
    bare.paths["submit"].ns_per_op = cell.paths.at("submit").ns_per_op;
    bare.paths["submit"].marginal_ns = cell.paths.at("submit").marginal_ns;
    sample.run.cells.push_back(cell.cell);
    sample.figures.cells.push_back(std::move(bare));
  }
  return sample;
}

}  // namespace knotestat::dashboards
