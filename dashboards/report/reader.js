// Single operations of readers, as they were sampled.
// SPDX-License-Identifier: BSD-2-Clause
import {legend} from './chart.js';
import {binRows, ccdfChart, ccdfOfBins, ridgeChart} from './distribution.js';
import {html, nothing, visible} from './elements.js';
import {formatNs} from './format.js';
import {own, pathOf} from './model.js';
import {dataTable} from './tables.js';
import {viewCells} from './view.js';

const LATENCY = 'latency of an operation';

export function drawReader(model, view, holder) {
  const {context} = model.data.figures;
  document.getElementById('reader-lead').textContent = 'Single operations of the '
    + `${visible(view.path)} path at ${view.column.label}. Left: each strategy's histogram, as high as `
    + 'its fullest bin. Right: the share that took at least so long. The time of the timer is in '
    + `them: one bracket costs ${formatNs(context.timer_cost_ns)}`
    + (context.timer_floor_ns ? `, and nothing shorter than ${formatNs(context.timer_floor_ns)} can be told apart.` : '.');
  const measured = viewCells(model, view);
  const entries = measured.map(({cell, series}) => ({
    cell, series, bins: own(cell.series.sampled, view.path) || [], facts: {path: view.path},
  })).filter((entry) => entry.bins.length > 0);
  const quantiles = measured.map(({cell}) => [cell, pathOf(cell, view.path)])
    .filter(([, path]) => path && path.sampled_ns);
  if (entries.length === 0 && quantiles.length === 0) {
    return holder.append(nothing(`No operation was sampled at ${view.column.label}.`));
  }
  if (entries.length > 0) {
    holder.append(html('div', {class: 'pair'}, ridgeChart(view, entries, 'operations', LATENCY),
      ccdfChart(view, entries.map((entry) => ({
        ...entry, points: ccdfOfBins(entry.bins),
        count: entry.bins.reduce((sum, bin) => sum + bin[2], 0),
      })), 'operations', LATENCY)), legend(entries.map(({series}) => series)));
  } else {
    holder.append(nothing('No histograms here: their quantiles alone are in the table.'));
  }
  holder.append(dataTable('sampled operations', ['strategy', 'scope', 'sampled', 'p50 ns', 'p90',
    'p99', 'p99.9', 'max'], quantiles.map(([cell, {sampled_ns: ns}]) => [cell.strategy, cell.scope,
    ns.count, ns.p50, ns.p90, ns.p99, ns.p999, ns.max])));
  if (entries.length > 0) {
    holder.append(dataTable('histogram of operations', ['strategy', 'scope', 'from ns', 'to ns',
      'operations'], binRows(entries)));
  }
  return holder;
}
