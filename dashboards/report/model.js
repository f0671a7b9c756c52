// The data as the panels want it: grids of cells by workload, and one series
// with its own marker and colour per strategy and scope.
// SPDX-License-Identifier: BSD-2-Clause
import {visible} from './elements.js';

// Bytes are shown for a population of this size.
export const KNOTES = 10000;
export const KLISTS = 100;

const COLORS = 7;
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye', 'hexagon'];

export function readModel(data) {
  const cells = data.figures.cells.map((cell, index) => ({
    ...cell, index, ccdf: data.ccdf[index], series: data.series[index] || {},
  }));
  const model = {
    data, cells, seriesList: [], seriesOf: new Map(), grids: [], gridOf: new Map(),
    verdicts: new Map(),
  };
  for (const cell of cells) addSeries(model, cell);
  for (const cell of cells) addToGrid(model, cell);
  for (const grid of model.grids) {
    grid.columns = Array.from(grid.columnOf.values()).sort((a, b) => a.cpus - b.cpus
      || a.processes - b.processes || a.threads - b.threads);
    for (const column of grid.columns) column.label = columnLabel(grid, column);
  }
  for (const grid of model.grids) grid.title = titleOf(model, grid);
  for (const verdict of data.choice.verdicts) {
    const key = JSON.stringify([loadKey(verdict.load), verdict.strategy, verdict.scope]);
    if (!model.verdicts.has(key)) model.verdicts.set(key, verdict);
  }
  return model;
}

// Of a cell, or of the load that a verdict or an answer is about.
export function loadKey({workload, parameters}) {
  return JSON.stringify([workload, JSON.stringify(parameters)]);
}

export function seriesKey(cell) {
  return JSON.stringify([cell.strategy, cell.scope]);
}

function addSeries(model, cell) {
  if (model.seriesOf.has(seriesKey(cell))) return;
  const index = model.seriesList.length;
  const floor = cell.strategy === 'none';
  const control = !floor && cell.group === 'control';
  const series = {
    index, floor, control, strategy: cell.strategy, scope: cell.scope,
    peer: cell.group === 'peer', key: seriesKey(cell),
    name: visible(`${cell.strategy} ${cell.scope}`.trim()),
    note: floor ? ' (floor)' : control ? ' (control)'
      : cell.group === 'peer' ? ' (peer)' : '',
    color: floor || control ? 'var(--floor)' : `var(--s${index % COLORS})`,
    // A control has the floor's colour: another shape tells them apart.
    symbol: SYMBOLS[(index + (control ? 3 : 0)) % SYMBOLS.length],
  };
  model.seriesList.push(series);
  model.seriesOf.set(series.key, series);
}

export function columnKey(cell) {
  return `${cell.cpus},${cell.processes}x${cell.threads}`;
}

function addToGrid(model, cell) {
  const key = loadKey(cell);
  let grid = model.gridOf.get(key);
  if (!grid) {
    grid = {
      workload: cell.workload, parameters: cell.parameters, paths: [], columnOf: new Map(), cells: [],
    };
    model.gridOf.set(key, grid);
    model.grids.push(grid);
  }
  grid.cells.push(cell);
  for (const path of Object.keys(cell.paths)) {
    if (!grid.paths.includes(path)) grid.paths.push(path);
  }
  if (!grid.columnOf.has(columnKey(cell))) {
    grid.columnOf.set(columnKey(cell), {
      cpus: cell.cpus, processes: cell.processes, threads: cell.threads,
    });
  }
}

// The workload, and where it was measured under several loads, the parameters
// that differ.
function titleOf(model, grid) {
  const loads = model.grids.filter((other) => other.workload === grid.workload);
  const value = (load, name) => JSON.stringify(own(load.parameters, name));
  const text = (name) => (typeof grid.parameters[name] === 'string' ? grid.parameters[name]
    : value(grid, name));
  const differing = Object.keys(grid.parameters)
    .filter((name) => loads.some((load) => value(load, name) !== value(grid, name)))
    .map((name) => `${name} ${text(name)}`);
  return differing.length === 0 ? grid.workload : `${grid.workload} with ${differing.join(', ')}`;
}

export function inColumn(cell, column) {
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
export function memoryOf(cell) {
  const bytes = cell.bytes;
  if (!bytes) return undefined;
  return bytes.per_knote * KNOTES + bytes.per_klist * KLISTS
    + bytes.per_thread * cell.threads * cell.processes
    + bytes.per_cpu * cell.cpus;
}

// What the choice for the view's load was made at; undefined if there is none.
export function decisionOf(model, view) {
  const verdict = model.data.choice.verdicts.find(({load}) => loadKey(load) === loadKey(view.grid));
  return verdict && verdict.load;
}

// The verdict on a cell where the choice was made: at fewer CPUs it may be
// another, and is undefined.
export function verdictOf(model, cell) {
  const find = (scope) => model.verdicts.get(
    JSON.stringify([loadKey(cell), cell.strategy, scope]));
  const verdict = find(cell.scope) || find('');
  return verdict && inColumn(cell, verdict.load) ? verdict : undefined;
}

// A figure's path in the cell, or undefined.
export function pathOf(cell, path) {
  return own(cell.paths, path);
}

// A name that a result chose as a key, never one that JavaScript has of itself.
export function own(object, name) {
  return object && Object.prototype.hasOwnProperty.call(object, name)
    ? object[name] : undefined;
}
