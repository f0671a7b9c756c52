// What the charts show: the workload, its path, how many CPUs, and which
// strategies. It is in the page's address, so that a link opens the same view.
// SPDX-License-Identifier: BSD-2-Clause
import {button, checkbox, chooser, folded, html} from './elements.js';
import {columnKey, inColumn, seriesKey} from './model.js';

function loadNumber(model, grid) {
  return model.grids.filter((other) => other.workload === grid.workload).indexOf(grid) + 1;
}

// The view that the address asks for; what it names and the data lacks is the
// first of its kind, and the most CPUs.
export function viewFromAddress(model, address) {
  const wanted = new URLSearchParams(address.replace(/^#/, ''));
  const named = model.grids.filter((grid) => grid.workload === wanted.get('workload'));
  const grid = named[(Number(wanted.get('load')) || 1) - 1] || named[0] || model.grids[0];
  const path = grid.paths.includes(wanted.get('path')) ? wanted.get('path') : grid.paths[0] || '';
  const column = grid.columns.find((c) => columnKey(c) === wanted.get('cpus'))
    || grid.columns.find((c) => String(c.cpus) === wanted.get('cpus'))
    || grid.columns[grid.columns.length - 1];
  const hidden = new Set(wanted.getAll('hide'));
  return {
    grid, path, column, hidden, rows: wanted.get('rows') === 'view' ? 'view' : 'all',
  };
}

export function addressOfView(model, view) {
  const address = new URLSearchParams();
  address.set('workload', view.grid.workload);
  const load = loadNumber(model, view.grid);
  if (load > 1) address.set('load', load);
  if (view.path) address.set('path', view.path);
  const alone = view.grid.columns.filter((c) => c.cpus === view.column.cpus).length === 1;
  address.set('cpus', alone ? view.column.cpus : columnKey(view.column));
  for (const name of view.hidden) address.append('hide', name);
  if (view.rows === 'view') address.set('rows', 'view');
  return `#${address}`;
}

export function isShown(view, series) {
  return !view.hidden.has(`${series.strategy} ${series.scope}`);
}

// Cells of the view's workload and CPUs, each with its series.
export function viewCells(model, view) {
  return view.grid.cells.filter((cell) => inColumn(cell, view.column))
    .map((cell) => ({cell, series: model.seriesOf.get(seriesKey(cell))}))
    .filter(({series}) => isShown(view, series));
}

// Cells that tables list: of the strategies that are shown, and with
// rows=view of the view's workload and CPUs alone.
export function listedCells(model, view) {
  return model.cells.filter((cell) => isShown(view, model.seriesOf.get(seriesKey(cell)))
    && (view.rows === 'all' || (inColumn(cell, view.column) && view.grid.cells.includes(cell))));
}

function strategyBoxes(model, view, changed) {
  const shown = model.seriesList.filter((series) => isShown(view, series)).length;
  const boxes = model.seriesList.map((series) => {
    const name = `${series.strategy} ${series.scope}`;
    return checkbox(`show-${series.index}`, `${series.name}${series.note}`,
      isShown(view, series), (checked) => {
        if (checked) view.hidden.delete(name);
        else view.hidden.add(name);
        changed(`show-${series.index}`);
      });
  });
  const all = button({id: 'show-all'}, 'Show all', () => {
    view.hidden.clear();
    changed('show-all');
  });
  return folded('strategies', `Strategies (${shown} of ${model.seriesList.length} shown)`,
    html('fieldset', {class: 'boxes'}, html('legend', {}, 'Strategies that charts and tables show'),
      ...boxes, all));
}

// Fills the form; `changed(id)` draws the page again and gives the focus back
// to the control of that id.
export function drawControls(model, view, changed) {
  const {grid} = view;
  document.getElementById('view').replaceChildren(
    chooser('view-workload', 'Workload', model.grids.map((g, i) => [String(i), g.title]),
      String(model.grids.indexOf(grid)), (value) => {
        const next = model.grids[Number(value)];
        const {hidden, rows} = view;
        Object.assign(view, viewFromAddress({...model, grids: [next]}, ''), {hidden, rows});
        changed('view-workload');
      }),
    chooser('view-path', 'Path', grid.paths.map((path) => [path, path]), view.path, (value) => {
      view.path = value;
      changed('view-path');
    }),
    chooser('view-cpus', 'At', grid.columns.map((column, i) => [String(i), column.label]),
      String(grid.columns.indexOf(view.column)), (value) => {
        view.column = grid.columns[Number(value)];
        changed('view-cpus');
      }),
    checkbox('view-rows', 'Tables of this workload and CPUs alone', view.rows === 'view',
      (checked) => {
        view.rows = checked ? 'view' : 'all';
        changed('view-rows');
      }),
    strategyBoxes(model, view, changed));
}
