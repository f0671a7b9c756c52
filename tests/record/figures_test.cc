// The published JSON: absent means not measured, text of any bytes, and the
// schema in docs/reference accepts it and nothing else.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/figures.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <functional>
#include <tuple>

#include "record/json.h"
#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

using nlohmann::json;

CellFigures MeasuredCell() {
  CellFigures figures;
  figures.cell = SampleCell(1);
  const Distribution distribution = {1, 2, 3, 4, 5, 6};
  figures.paths["submit"] = {Estimate{10, 9, 11}, Estimate{0, -1, 1},
                             distribution, Fairness{{1, 1, 1}, {1, 1, 1}}};
  figures.paths["scan"].ns_per_op = Estimate{20, 19, 21};
  figures.klist_fini = FiniFigures{distribution, distribution, 7, 8, 9};
  figures.certificate = {Estimate{0.01, 0.0, 0.02},
                         0,
                         1e6,
                         3,
                         {{"on_cpu", Estimate{0.01, 0.0, 0.02}}}};
  figures.oracle_violations = 0;
  figures.counters["bpf.klist_fini.count"] = 23;
  return figures;
}

Figures MeasuredRun() {
  Figures figures;
  figures.context = SampleContext();
  figures.cells = {MeasuredCell(), {}};
  figures.cells[1].cell = SampleCell(2);
  return figures;
}

TEST(FiguresJson, HoldsWhatWasMeasured) {
  const json run = ToJson(MeasuredRun());
  EXPECT_EQ(run["schema"], kSchemaVersion);
  EXPECT_EQ(run["finished"], false);
  EXPECT_EQ(run["context"]["host"], "buron");
  EXPECT_EQ(run["context"]["seed"], "18446744073709551614");
  EXPECT_EQ(run["context"]["bpf"], false);
  EXPECT_EQ(run["context"]["bpf_reason"], "no CAP_BPF");
  const json& cell = run["cells"][0];
  EXPECT_EQ(cell["strategy"], "epoch");
  EXPECT_EQ(cell["group"], "own");
  EXPECT_EQ(cell["parameters"]["devices"], 8);
  EXPECT_EQ(cell["refused"], "no membarrier");
  EXPECT_EQ(cell["bytes"]["per_cpu"], 128);
  EXPECT_EQ(cell["promises"]["writer_waits_for"], "all readers");
  EXPECT_EQ(cell["paths"]["submit"]["ns_per_op"]["hi"], 11);
  EXPECT_EQ(cell["paths"]["submit"]["marginal_ns"]["median"], 0);
  EXPECT_EQ(cell["paths"]["submit"]["sampled_ns"]["p999"], 4);
  EXPECT_EQ(cell["klist_fini_ns"]["count"], 6);
  EXPECT_EQ(cell["klist_fini_ns"]["reclaim_p50"], 9);
  EXPECT_EQ(cell["klist_fini_ns"]["from_intended"]["max"], 5);
  EXPECT_EQ(cell["certificate"]["slowdown"]["median"], 0.01);
  EXPECT_EQ(cell["certificate"]["events_lost"], 0);
  EXPECT_EQ(cell["oracle"]["violations"], 0);
  EXPECT_EQ(cell["counters"]["bpf.klist_fini.count"], 23);
}

TEST(FiguresJson, WhatWasNotMeasuredIsAbsent) {
  const json run = ToJson(MeasuredRun());
  EXPECT_FALSE(run["cells"][0]["paths"]["scan"].contains("marginal_ns"));
  const json& cell = run["cells"][1];
  EXPECT_TRUE(cell["paths"].empty());
  EXPECT_TRUE(cell["certificate"].empty());
  EXPECT_TRUE(cell["oracle"].empty());
  EXPECT_TRUE(cell["counters"].empty());
  EXPECT_FALSE(cell.contains("klist_fini_ns"));
  const json unknown = ToJson(Figures());
  EXPECT_FALSE(unknown["context"].contains("timer_quantum_ns"));
  EXPECT_FALSE(unknown["context"].contains("host"));
  EXPECT_EQ(Dump(run).find("null"), std::string::npos);
}

TEST(FiguresJson, TakesTextThatIsNotUtf8) {
  Figures figures = MeasuredRun();
  figures.context.host =
      "h\xff"
      "ost";
  const json read_back = json::parse(Dump(ToJson(figures)));
  EXPECT_EQ(read_back["context"]["host"], "h\xEF\xBF\xBDost");
  EXPECT_EQ(Dump(json("\xc3"), -1), "\"\xEF\xBF\xBD\"");
}

// The JSON Schema, applied by Debian's python3-jsonschema.
class FiguresSchema : public StoreTest {
 protected:
  static constexpr char kPython[] = "/usr/bin/python3";

  void SetUp() override {
    const std::string probe =
        std::string(kPython) + " -c 'import jsonschema' 2> /dev/null";
    if (std::system(probe.c_str()) != 0) {
      GTEST_SKIP() << "needs the Debian package python3-jsonschema";
    }
  }

  bool Accepts(const json& figures) {
    const std::string file = folder_ / "figures.json";
    Overwrite(file, Dump(figures));
    const std::string program =
        "import json, sys, jsonschema\n"
        "schema = json.load(open(sys.argv[1]))\n"
        "jsonschema.Draft7Validator.check_schema(schema)\n"
        "errors = jsonschema.Draft7Validator(schema).iter_errors(\n"
        "    json.load(open(sys.argv[2])))\n"
        "sys.exit(3 if any([print(e.json_path, e.message) or True\n"
        "                   for e in errors]) else 0)\n";
    const std::string script = folder_ / "validate.py";
    Overwrite(script, program);
    const std::string command =
        std::string(kPython) + " '" + script + "' '" + KNOTESTAT_SOURCE_DIR +
        "/docs/reference/figures.schema.json' '" + file + "'";
    const int status = std::system(command.c_str());
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3);
    return status == 0;
  }
};

TEST_F(FiguresSchema, AcceptsWhatWePrint) {
  EXPECT_TRUE(Accepts(ToJson(MeasuredRun())));
  EXPECT_TRUE(Accepts(ToJson(Figures())));
}

// A curve with one fit made and one refused.
Figures ScaledRun() {
  Figures figures = MeasuredRun();
  ScalingFit usl;
  usl.model = "usl";
  usl.refused = "its 3 parameters need 4 CPU counts; 3 were measured";
  ScalingFit queue;
  queue.model = "queue";
  queue.parameters = {{"private_ns", {10, 9, 11}}, {"service_ns", {3, 2, 4}}};
  queue.points = {{1, 10, 10}, {2, 13, 13}, {4, 30, 19}};
  queue.worst_residual = 0.37;
  queue.valid_to_cpus = 4;
  queue.warnings = {ScalingWarning::kMissesPoint};
  for (const auto& [strategy, cpus, refused] :
       {std::tuple<std::string, std::vector<int>, std::string>{
            "epoch", {1, 2, 4}, ""},
        {"psref", {1, 2}, "two"}}) {
    Scaling& scaling = figures.scaling.emplace_back();
    scaling.strategy = strategy;
    scaling.scope = "global";
    scaling.workload = scaling.load = scaling.path = "submit";
    scaling.parameters = R"({"hold_ns":5000})";
    scaling.cpus = cpus;
    scaling.refused = refused;
  }
  figures.scaling[0].fits = {usl, queue};
  return figures;
}

TEST_F(FiguresSchema, KnowsScaling) {
  const json run = ToJson(ScaledRun());
  EXPECT_TRUE(Accepts(run));
  EXPECT_EQ(run["scaling"][0]["fits"][1]["parameters"]["service_ns"]["hi"], 4);
  EXPECT_EQ(run["scaling"][1]["parameters"], json({{"hold_ns", 5000}}));
  EXPECT_EQ(run["scaling"][0]["fits"][1]["warnings"][0], "misses_point");
  EXPECT_EQ(run["scaling"][1]["refused"], "two");
  EXPECT_FALSE(ToJson(MeasuredRun()).contains("scaling"));
  for (const char* key : {"strategy", "fits", "cpus"}) {
    json broken = run;
    broken["scaling"][0].erase(key);
    EXPECT_FALSE(Accepts(broken)) << key;
  }
  json broken = run;
  broken["scaling"][0]["fits"][0]["model"] = "amdahl";
  EXPECT_FALSE(Accepts(broken));
}

TEST_F(FiguresSchema, KnowsTruths) {
  Figures figures = MeasuredRun();
  EXPECT_FALSE(ToJson(figures).contains("truth"));
  figures.truths = {SampleTruth(1)};
  const json run = ToJson(figures);
  EXPECT_TRUE(Accepts(run));
  EXPECT_EQ(run["truth"][0]["wait_chain"]["waits"][0]["text"],
            "writer in klist_fini(), asleep: waits for reader");
  for (const char* key : {"strategy", "verdict", "wait_chain", "parameters"}) {
    json broken = run;
    broken["truth"][0].erase(key);
    EXPECT_FALSE(Accepts(broken)) << key;
  }
  json broken = run;
  broken["truth"][0]["ending"] = "odd";
  EXPECT_FALSE(Accepts(broken));
}

TEST_F(FiguresSchema, RejectsAnythingElse) {
  const std::vector<std::function<void(json&)>> faults = {
      [](json& run) { run["schema"] = 1; },
      [](json& run) { run.erase("context"); },
      [](json& run) { run["context"]["seed"] = 1; },
      [](json& run) { run["cells"][0]["path"] = json::object(); },
      [](json& run) { run["cells"][0]["paths"]["detach"] = json::object(); },
      [](json& run) { run["cells"][0]["klist_fini_ns"]["p99"] = nullptr; },
      [](json& run) { run["cells"][0]["klist_fini_ns"].erase("wait_p50"); },
      [](json& run) { run["cells"][0]["certificate"]["steal_ns"] = "0"; },
      [](json& run) { run["cells"][0]["oracle"]["violations"] = -1; },
      [](json& run) { run["cells"][1]["cpus"] = 0; },
      [](json& run) { run["cells"][1]["counters"]["x"] = true; },
  };
  for (size_t fault = 0; fault < faults.size(); ++fault) {
    json run = ToJson(MeasuredRun());
    faults[fault](run);
    EXPECT_FALSE(Accepts(run)) << "fault " << fault;
  }
}

}  // namespace
}  // namespace knotestat::record
