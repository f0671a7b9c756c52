// What one strategy costs in each scope: one for all, per klist, per knote.
// SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {
  LEAST_MARGINAL, ROW, bandX, drawChart, logScale, seriesDots, seriesRows, seriesScales, telling,
} from './chart.js';
import {html, nothing} from './elements.js';
import {formatNs, isMeasured, tickNs} from './format.js';
import {memoryOf, pathOf} from './model.js';
import {dataTable} from './tables.js';
import {viewCells} from './view.js';

function scopeRows(model, view) {
  return viewCells(model, view).filter(({series}) => !series.floor).map(({cell, series}) => {
    const path = pathOf(cell, view.path);
    return {
      cell, series, marginal: path && path.marginal_ns, p99: cell.klist_fini_ns && cell.klist_fini_ns.p99,
      memory: memoryOf(cell),
    };
  });
}

// Reader and writer beside each other, with the same rows.
function scopeChart(view, rows, figure, valueOf, title) {
  const measured = rows.map((row) => ({...row, value: valueOf(row)}))
    .filter((row) => isMeasured(row.value));
  if (measured.length === 0) return null;
  const floor = figure === 'marginal' ? LEAST_MARGINAL : 1;
  const x = logScale(measured.map((row) => row.value), {floor, label: title, gap: 0.16});
  const seriesList = rows.map((row) => row.series);
  const place = {x: (row) => x.place(row.value), y: (row) => row.series.key};
  return drawChart(`${title} of ${rows.length} strategies by scope, ${view.grid.workload}, `
    + view.column.label, 560, 60 + ROW * rows.length, {
    marginLeft: 150, marginTop: 16, marginRight: 70, x: x.options, y: seriesRows(seriesList),
    ...seriesScales(seriesList),
    marks: [
      ...bandX(x),
      seriesDots(measured, telling(measured, (row) => ({
        strategy: row.cell.strategy, scope: row.cell.scope, figure, value: row.value,
      }), {...place, title: (row) => `${row.series.name}: ${formatNs(row.value)}`})),
      Plot.text(measured, {
        ...place, dx: 9, textAnchor: 'start',
        text: (row) => (row.value < floor ? `< ${tickNs(floor)}` : formatNs(row.value)),
      }),
    ],
  });
}

export function drawScopes(model, view, holder) {
  const rows = scopeRows(model, view);
  if (rows.length === 0) return holder.append(nothing('No strategy was measured here.'));
  const count = new Map();
  for (const {cell} of rows) count.set(cell.strategy, (count.get(cell.strategy) || 0) + 1);
  const several = rows.filter(({cell}) => count.get(cell.strategy) > 1)
    .sort((a, b) => (a.cell.strategy === b.cell.strategy ? 0 : a.cell.strategy < b.cell.strategy ? -1 : 1));
  holder.append(several.length > 0 ? html('div', {class: 'pair'},
    scopeChart(view, several, 'marginal', (row) => row.marginal && row.marginal.median,
      'reader: marginal cost'),
    scopeChart(view, several, 'p99', (row) => row.p99, 'writer: klist_fini p99'))
    : nothing('Each strategy was measured in one scope, so there is nothing to compare.'));
  return holder.append(dataTable('scopes', ['strategy', 'scope', 'writer waits for', 'marginal ns',
    'klist_fini p99 ns', 'memory bytes', 'B/knote', 'B/klist', 'B/thread', 'B/CPU'],
  rows.map(({cell, marginal, p99, memory}) => [cell.strategy, cell.scope,
    cell.promises.writer_waits_for, marginal && marginal.median, p99, memory,
    cell.bytes.per_knote, cell.bytes.per_klist, cell.bytes.per_thread, cell.bytes.per_cpu])));
}
