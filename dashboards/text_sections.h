// The parts of the text report, each a list of finished lines.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_TEXT_SECTIONS_H_
#define KNOTESTAT_DASHBOARDS_TEXT_SECTIONS_H_

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "dashboards/cell_grid.h"
#include "dashboards/choice.h"
#include "dashboards/terminal_text.h"
#include "record/figures.h"

namespace knotestat::dashboards {

struct Page {
  size_t width = 80;
  TextStyle style;
};

using TextLines = std::vector<std::string>;

// "none" as it may be printed: strategy and scope of a row.
std::string SafeName(const std::string& name, const Page& page);

// "epoch global, submit, 2 CPUs".
std::string NameOfCell(const record::CellFigures& cell);

// Adds `more` at the end.
void Append(TextLines* lines, const TextLines& more);

// Adds "  label        text", continued below the text; nothing if it is empty.
void AddLine(TextLines* lines, const std::string& label,
             const std::string& text, const Page& page);

// Machine, kernel, command; whether the run is complete.
TextLines ContextSection(const record::Figures& figures, const Page& page);

// The headline and one sentence per strategy.
TextLines ChoiceSection(const Choice& choice, const Page& page);

// Cost of each path at each number of CPUs.
TextLines ReaderSection(const CellGrid& grid, const Page& page);

// klist_fini, memory and the oracle at the largest number of CPUs, and what
// eBPF counted there.
TextLines WriterSection(const CellGrid& grid, const Page& page);

// Densities of klist_fini at the largest number of CPUs, and the histogram of
// `strategy` in full (of the first row that has samples if it is empty).
TextLines DistributionSection(const CellGrid& grid,
                              std::span<const record::Detach> detaches,
                              const std::string& strategy, const Page& page);

// Histograms of sampled operations, by the id of their cell.
using BucketsOfCells = std::map<int, std::vector<const record::Bucket*>>;
BucketsOfCells SampledBuckets(std::span<const record::Bucket> buckets);

// Densities of the sampled operations of each path at the largest number of
// CPUs; nothing where none were sampled.
TextLines OperationsSection(const CellGrid& grid, const BucketsOfCells& buckets,
                            const Page& page);

// Models fitted to costs over the CPUs, and how far each may be used; one
// sentence if there are too few CPU counts, nothing if there is one.
TextLines ScalingSection(const record::Figures& figures, const Page& page);

// Cells that were refused, with the reason.
TextLines RefusedSection(const record::Figures& figures, const Page& page);

// How far the measurement itself can be trusted.
TextLines CertificateSection(const record::Figures& figures, const Page& page);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_TEXT_SECTIONS_H_
