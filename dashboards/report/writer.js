// klist_fini: its latencies and its phases. SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {sum} from 'd3-array';
import {
  ROW, colorLegend, drawChart, legend, seriesRows, telling,
} from './chart.js';
import {binRows, ccdfChart, ridgeChart} from './distribution.js';
import {html, nothing} from './elements.js';
import {formatNs, tickNs} from './format.js';
import {dataTable} from './tables.js';
import {viewCells} from './view.js';

const LATENCY = 'latency of klist_fini';
const PHASES = ['publish', 'wait', 'reclaim'];
const PHASE_COLORS = {
  type: 'ordinal', domain: PHASES, range: ['var(--phase0)', 'var(--phase1)', 'var(--phase2)'],
};

function phaseChart(view, entries) {
  const bars = entries.flatMap((entry) => PHASES.map((phase) => (
    {...entry, phase, ns: entry.cell.klist_fini_ns[`${phase}_p50`]})));
  // Where the bar ends. It is no latency: medians of parts do not add up.
  const end = ({cell}) => sum(PHASES, (phase) => cell.klist_fini_ns[`${phase}_p50`]);
  const row = (entry) => entry.series.key;
  return drawChart(`Median publish, wait and reclaim phases of klist_fini, ${entries.length} strategies`,
    560, 60 + ROW * entries.length, {
      marginLeft: 150, marginTop: 16, marginRight: 84, y: seriesRows(entries.map((entry) => entry.series)),
      x: {label: 'median of each phase; beside it p50 of the whole klist_fini', grid: true, ticks: 4, tickFormat: tickNs}, color: PHASE_COLORS,
      marks: [
        Plot.barX(bars, telling(bars, ({cell, phase, ns}) => (
          {strategy: cell.strategy, scope: cell.scope, phase, ns}), {
          x: 'ns', y: row, fill: 'phase', order: PHASES, insetTop: 4, insetBottom: 4,
          title: ({series, phase, ns}) => `${series.name}, ${phase}: median ${formatNs(ns)}`,
        })),
        Plot.text(entries, {
          x: end, y: row, text: ({cell}) => `p50 ${formatNs(cell.klist_fini_ns.p50)}`, dx: 6,
          textAnchor: 'start', className: 'whole',
        }),
      ],
    });
}

export function drawWriter(model, view, holder) {
  const entries = viewCells(model, view);
  const sampled = entries.filter(({cell}) => cell.ccdf && cell.ccdf.count > 0)
    .map((entry) => ({...entry, points: entry.cell.ccdf.points, count: entry.cell.ccdf.count}));
  const binned = entries.filter(({cell}) => cell.series.fini)
    .map((entry) => ({...entry, bins: entry.cell.series.fini.histogram}));
  const phased = entries.filter(({cell}) => cell.klist_fini_ns);
  if (sampled.length === 0 && phased.length === 0) {
    return holder.append(nothing(`No detach was recorded at ${view.column.label}: the run `
      + 'had no detach rate, or ended before its first detach.'));
  }
  const pair = html('div', {class: 'pair'});
  if (sampled.length > 0) pair.append(ccdfChart(view, sampled, 'detaches', LATENCY));
  const label = 'Histogram and phases of klist_fini';
  pair.append(html('div', {tabindex: '0', role: 'region', 'aria-label': label},
    binned.length > 0 ? ridgeChart(view, binned, 'detaches', LATENCY) : null,
    ...(phased.length > 0 ? [phaseChart(view, phased), colorLegend(PHASE_COLORS)] : [])));
  holder.append(pair, legend(entries.filter(({cell}) => cell.ccdf || cell.klist_fini_ns)
    .map(({series}) => series)));
  const f = (cell, key) => cell.klist_fini_ns[key];
  holder.append(dataTable('klist_fini', ['strategy', 'scope', 'detaches', 'p50 ns',
    'p90', 'p99', 'p99.9', 'max', 'due p99', 'publish p50', 'wait p50', 'reclaim p50'],
  phased.map(({cell}) => [cell.strategy, cell.scope, f(cell, 'count'), f(cell, 'p50'),
    f(cell, 'p90'), f(cell, 'p99'), f(cell, 'p999'), f(cell, 'max'),
    f(cell, 'from_intended').p99, f(cell, 'publish_p50'), f(cell, 'wait_p50'),
    f(cell, 'reclaim_p50')])));
  if (binned.length > 0) {
    holder.append(dataTable('histogram of detaches', ['strategy', 'scope', 'from ns', 'to ns',
      'detaches'], binRows(binned)));
  }
  return holder;
}
