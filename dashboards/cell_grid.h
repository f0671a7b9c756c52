// The cells of a run as people compare them: one grid per workload, one row
// per strategy and scope, one column per number of CPUs.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_CELL_GRID_H_
#define KNOTESTAT_DASHBOARDS_CELL_GRID_H_

#include <string>
#include <vector>

#include "record/figures.h"

namespace knotestat::dashboards {

struct GridColumn {
  int cpus = 0;
  int processes = 0;
  int threads = 0;    // per process
  std::string label;  // "2 CPUs", or "2 CPUs, 1x8" if that is ambiguous
};

struct GridRow {
  std::string strategy;
  std::string scope;
  std::string group;   // "own", "peer" or "control"
  bool floor = false;  // the unsynchronized dispatch
  // One per column; null where nothing was measured.
  std::vector<const record::CellFigures*> cells;
};

struct CellGrid {
  std::string workload;
  std::string parameters;  // as in record::Cell
  std::vector<std::string> paths;
  std::vector<GridColumn> columns;  // fewest CPUs first
  std::vector<GridRow> rows;        // floor, own, peers, controls
};

// The grids in the order in which their workloads first appear. Refers to
// `figures`. A cell measured twice gets a row of its own: nothing is hidden.
std::vector<CellGrid> MakeGrids(const record::Figures& figures);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_CELL_GRID_H_
