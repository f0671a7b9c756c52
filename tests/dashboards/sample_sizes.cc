// Synthetic runs of one cell, and of very many.
// SPDX-License-Identifier: BSD-2-Clause
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {

using record::CellFigures;

Sample ManySample(size_t cells) {
  const Sample full = FullSample();
  Sample sample;
  sample.run.context = full.run.context;
  sample.figures.context = full.run.context;
  sample.figures.finished = sample.run.finished = true;
  sample.choice.headline = full.choice.headline;
  std::mt19937 random{7};
  std::uniform_real_distribution<double> factor(0.5, 2);
  std::map<int, std::vector<const record::Detach*>> detaches;
  std::map<int, std::vector<const record::Bucket*>> buckets;
  std::map<int, std::vector<const record::Block*>> blocks;
  std::map<int, std::vector<const record::Stack*>> stacks;
  const record::Batch& rows = full.run.rows;
  for (const auto& row : rows.detaches) detaches[row.cell].push_back(&row);
  for (const auto& row : rows.buckets) buckets[row.cell].push_back(&row);
  for (const auto& row : rows.blocks) blocks[row.cell].push_back(&row);
  for (const auto& row : rows.stacks) stacks[row.cell].push_back(&row);
  for (size_t i = 0; i < cells; ++i) {
    CellFigures cell = full.figures.cells[i % full.figures.cells.size()];
    const int model = cell.cell.id;
    cell.cell.id = static_cast<int>(i) + 1;
    const size_t variant = i / full.figures.cells.size();
    cell.cell.workload += "_" + std::to_string(variant / 8);
    cell.cell.cpus += 4 * static_cast<int>(variant % 8);
    for (auto& [path, figures] : cell.paths) {
      const double by = factor(random);
      for (auto* estimate : {&figures.ns_per_op, &figures.marginal_ns}) {
        if (!*estimate) continue;
        **estimate = {(*estimate)->median * by, (*estimate)->lo * by,
                      (*estimate)->hi * by};
      }
    }
    for (int counter = 0; counter < 30; ++counter) {  // as many as a real cell
      cell.counters["bpf.counter" + std::to_string(counter) + ".sum_ns"] =
          std::round(1e6 * factor(random));
    }
    sample.run.cells.push_back(cell.cell);
    sample.figures.cells.push_back(cell);
    if (i >= 6000) continue;  // which is more rows than a page ever shows
    record::Batch& to = sample.run.rows;
    const auto copy = [&](const auto& of_model, auto* into, auto change) {
      for (const auto* row : of_model) {
        into->push_back(*row);
        into->back().cell = cell.cell.id;
        change(into->back());
      }
    };
    copy(detaches[model], &to.detaches, [&](record::Detach& detach) {
      detach.total_ns = std::round(detach.total_ns * factor(random));
    });
    copy(buckets[model], &to.buckets, [](record::Bucket&) {});
    copy(blocks[model], &to.blocks,
         [&](record::Block& block) { block.elapsed_ns *= factor(random); });
    copy(stacks[model], &to.stacks, [&](record::Stack& stack) {
      stack.value += static_cast<uint64_t>(100 * factor(random));
    });
  }
  return sample;
}

Sample OneCellSample() {
  const Sample full = FullSample();
  Sample sample = ManySample(5);  // the fourth is rwlock at 1 CPU
  const auto keep = [](auto* rows) {
    std::erase_if(*rows, [](const auto& row) { return row.cell != 4; });
  };
  keep(&sample.run.rows.detaches);
  keep(&sample.run.rows.buckets);
  keep(&sample.run.rows.blocks);
  keep(&sample.run.rows.stacks);
  sample.run.cells = {sample.run.cells[3]};
  sample.figures.cells = {sample.figures.cells[3]};
  for (auto& [path, figures] : sample.figures.cells[0].paths)
    figures.marginal_ns.reset();
  sample.choice = {};
  return sample;
}

}  // namespace knotestat::dashboards
