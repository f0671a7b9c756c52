// The embedded data as the panels want it: grids of cells by workload, and one
// series with its own marker and colour per strategy and scope.
// SPDX-License-Identifier: BSD-2-Clause

// Bytes are shown for a population of this size.
const KNOTES = 10000;
const KLISTS = 100;

function readModel(data) {
  const cells = data.figures.cells.map((cell, index) => ({
    ...cell, index, ccdf: data.ccdf[index],
  }));
  const model = {data, cells, seriesList: [], seriesOf: new Map(), grids: []};
  for (const cell of cells) addSeries(model, cell);
  for (const cell of cells) addToGrid(model, cell);
  for (const grid of model.grids) {
    grid.columns.sort((a, b) => a.cpus - b.cpus
      || a.processes - b.processes || a.threads - b.threads);
    for (const column of grid.columns) column.label = columnLabel(grid, column);
  }
  return model;
}

function seriesKey(cell) {
  return JSON.stringify([cell.strategy, cell.scope]);
}

function addSeries(model, cell) {
  if (model.seriesOf.has(seriesKey(cell))) return;
  const index = model.seriesList.length;
  const floor = cell.strategy === 'none';
  const control = !floor && cell.group === 'control';
  const series = {
    index, floor, control, strategy: cell.strategy, scope: cell.scope,
    peer: cell.group === 'peer',
    name: visible(`${cell.strategy} ${cell.scope}`.trim()),
    note: floor ? ' (floor)' : control ? ' (control)'
      : cell.group === 'peer' ? ' (peer)' : '',
    paint: floor || control ? 'floor' : `paint${index % COLORS}`,
  };
  model.seriesList.push(series);
  model.seriesOf.set(seriesKey(cell), series);
}

function addToGrid(model, cell) {
  const parameters = JSON.stringify(cell.parameters);
  let grid = model.grids.find((g) => g.workload === cell.workload
    && g.parameters === parameters);
  if (!grid) {
    grid = {workload: cell.workload, parameters, paths: [], columns: [], cells: []};
    model.grids.push(grid);
  }
  grid.cells.push(cell);
  for (const path of Object.keys(cell.paths)) {
    if (!grid.paths.includes(path)) grid.paths.push(path);
  }
  if (!grid.columns.some((column) => inColumn(cell, column))) {
    grid.columns.push({
      cpus: cell.cpus, processes: cell.processes, threads: cell.threads,
    });
  }
}

function inColumn(cell, column) {
  return cell.cpus === column.cpus && cell.processes === column.processes
    && cell.threads === column.threads;
}

function columnLabel(grid, column) {
  const label = `${column.cpus} ${column.cpus === 1 ? 'CPU' : 'CPUs'}`;
  const same = grid.columns.filter((other) => other.cpus === column.cpus);
  const plain = same.length === 1
    && column.processes * column.threads === column.cpus;
  return plain ? label : `${label}, ${column.processes}x${column.threads}`;
}

// Bytes that KNOTES knotes on KLISTS klists cost with this cell's threads and
// CPUs; undefined if it is not known.
function memoryOf(cell) {
  const bytes = cell.bytes;
  if (!bytes) return undefined;
  return bytes.per_knote * KNOTES + bytes.per_klist * KLISTS
    + bytes.per_thread * cell.threads * cell.processes
    + bytes.per_cpu * cell.cpus;
}

function verdictOf(model, cell) {
  return model.data.choice.verdicts.find((verdict) => (
    verdict.workload === cell.workload && verdict.strategy === cell.strategy
    && (verdict.scope === '' || verdict.scope === cell.scope)));
}

// A figure's path in the cell, or undefined.
function pathOf(cell, path) {
  return Object.prototype.hasOwnProperty.call(cell.paths, path)
    ? cell.paths[path] : undefined;
}
