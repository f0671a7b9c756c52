// The cells of a run, by workload. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/cell_grid.h"

#include <algorithm>
#include <tuple>

namespace knotestat::dashboards {
namespace {

using record::CellFigures;

auto Key(const GridColumn& column) {
  return std::tie(column.cpus, column.processes, column.threads);
}

int Rank(const GridRow& row) {
  if (row.floor) return 0;
  if (row.group == "control") return 3;
  return row.group == "peer" ? 2 : 1;
}

CellGrid& GridOf(const CellFigures& figures, std::vector<CellGrid>* grids) {
  const auto found =
      std::find_if(grids->begin(), grids->end(), [&](const CellGrid& grid) {
        return grid.workload == figures.cell.workload &&
               grid.parameters == figures.cell.parameters;
      });
  if (found != grids->end()) return *found;
  CellGrid grid;
  grid.workload = figures.cell.workload;
  grid.parameters = figures.cell.parameters;
  return grids->emplace_back(std::move(grid));
}

void AddColumn(const CellFigures& figures, CellGrid* grid) {
  GridColumn column;
  column.cpus = figures.cell.cpus;
  column.processes = figures.cell.processes;
  column.threads = figures.cell.threads;
  const auto at = std::lower_bound(
      grid->columns.begin(), grid->columns.end(), column,
      [](const auto& a, const auto& b) { return Key(a) < Key(b); });
  if (at == grid->columns.end() || Key(*at) != Key(column)) {
    grid->columns.insert(at, std::move(column));
  }
}

void AddPaths(const CellFigures& figures, CellGrid* grid) {
  for (const auto& [path, unused] : figures.paths) {
    if (std::find(grid->paths.begin(), grid->paths.end(), path) ==
        grid->paths.end()) {
      grid->paths.push_back(path);
    }
  }
}

void NameColumns(CellGrid* grid) {
  for (GridColumn& column : grid->columns) {
    column.label =
        std::to_string(column.cpus) + (column.cpus == 1 ? " CPU" : " CPUs");
    const auto same = std::count_if(
        grid->columns.begin(), grid->columns.end(),
        [&](const GridColumn& other) { return other.cpus == column.cpus; });
    if (same > 1 || column.processes * column.threads != column.cpus) {
      column.label += ", " + std::to_string(column.processes) + "x" +
                      std::to_string(column.threads);
    }
  }
}

void AddCell(const CellFigures& figures, CellGrid* grid) {
  GridColumn wanted;
  wanted.cpus = figures.cell.cpus;
  wanted.processes = figures.cell.processes;
  wanted.threads = figures.cell.threads;
  size_t column = 0;
  while (Key(grid->columns[column]) != Key(wanted)) ++column;
  auto row =
      std::find_if(grid->rows.begin(), grid->rows.end(), [&](auto& candidate) {
        return candidate.strategy == figures.cell.strategy &&
               candidate.scope == figures.cell.scope &&
               candidate.cells[column] == nullptr;
      });
  if (row == grid->rows.end()) {
    GridRow added;
    added.strategy = figures.cell.strategy;
    added.scope = figures.cell.scope;
    added.group = figures.cell.group;
    added.floor = added.strategy == "none";
    added.cells.resize(grid->columns.size());
    row = grid->rows.insert(row, std::move(added));
  }
  row->cells[column] = &figures;
}

}  // namespace

std::vector<CellGrid> MakeGrids(const record::Figures& figures) {
  std::vector<CellGrid> grids;
  for (const CellFigures& cell : figures.cells) {
    CellGrid& grid = GridOf(cell, &grids);
    AddColumn(cell, &grid);
    AddPaths(cell, &grid);
  }
  for (const CellFigures& cell : figures.cells) {
    AddCell(cell, &GridOf(cell, &grids));
  }
  for (CellGrid& grid : grids) {
    NameColumns(&grid);
    std::stable_sort(
        grid.rows.begin(), grid.rows.end(),
        [](const GridRow& a, const GridRow& b) { return Rank(a) < Rank(b); });
  }
  return grids;
}

}  // namespace knotestat::dashboards
