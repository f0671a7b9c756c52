// The picture that proves the answer: what a reader pays against how long
// klist_fini takes, memory as area, the Pareto front as a line.
// SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {max} from 'd3-array';
import {
  LEAST_MARGINAL, bandX, drawChart, logScale, seriesDots, seriesScales, shortened, telling,
} from './chart.js';
import {nothing, visible} from './elements.js';
import {formatBytes, formatCount, formatEstimate, formatNs, tickNs} from './format.js';
import {labels} from './labels.js';
import {
  KLISTS, KNOTES, decisionOf, inColumn, memoryOf, pathOf, verdictOf,
} from './model.js';
import {dataTable} from './tables.js';
import {viewCells} from './view.js';

const LARGEST = 30;  // px: radius of the most memory

// What readers pay: the marginal cost, or where the floor was not measured at
// all the whole cost.
function readerFigure(entries, path) {
  const has = (figure) => entries.some(({cell}) => {
    const measured = pathOf(cell, path);
    return measured && measured[figure];
  });
  return has('marginal_ns') || !has('ns_per_op') ? 'marginal_ns' : 'ns_per_op';
}

function tradeoffPoints(model, view, figure) {
  const points = [];
  for (const {cell, series} of viewCells(model, view)) {
    const path = pathOf(cell, view.path);
    if (!path || !path[figure] || !cell.klist_fini_ns) continue;
    const verdict = verdictOf(model, cell);
    const bold = verdict !== undefined && verdict.ruling === 'recommended';
    points.push({
      cell, series, bold, cost: path[figure], p99: Math.max(cell.klist_fini_ns.p99, 1),
      memory: memoryOf(cell), ruling: verdict && verdict.ruling,
      text: shortened(`${bold ? '★ ' : ''}${series.name}${series.note}`, 34),
    });
  }
  return points.sort((a, b) => b.bold - a.bold);
}

function tradeoffChart(view, points, figure, decision) {
  const x = logScale(points.flatMap((p) => [p.cost.lo, p.cost.median, p.cost.hi]), {
    floor: LEAST_MARGINAL, gap: 0.08, label: figure === 'marginal_ns' ? 'reader: marginal cost per operation'
      : 'reader: cost per operation, dispatch included',
  });
  const y = logScale(points.map((p) => p.p99), {label: 'writer: klist_fini p99'});
  const most = max(points, (p) => p.memory) || 1;
  const place = (p) => x.place(p.cost.median);
  const key = (p) => p.series.key;
  const onFront = (p) => decision && decision.path === view.path
    && (p.ruling === 'recommended' || p.ruling === 'front');
  const front = points.filter(onFront)
    .sort((a, b) => a.cost.median - b.cost.median).map((p) => [place(p), p.p99]);
  const told = (p) => ({
    strategy: p.cell.strategy, scope: p.cell.scope, marginal: p.cost.median, p99: p.p99,
    memory: p.memory, below: p.cost.median < LEAST_MARGINAL ? 'yes' : undefined,
  });
  return drawChart(`Scatter plot of reader cost against klist_fini p99 for ${points.length} strategies, `
    + `${view.grid.workload}, ${view.column.label}`, 860, 430, {
    x: x.options, y: {...y.options, insetTop: 12, insetBottom: LARGEST},
    r: {type: 'sqrt', domain: [0, most], range: [0, LARGEST]},
    ...seriesScales(points.map((p) => p.series)),
    marks: [
      ...bandX(x),
      front.length > 1 ? Plot.line(front, {
        curve: 'step-after', strokeDasharray: '6 4', strokeOpacity: 0.7, className: 'front-line',
      }) : null,
      Plot.dot(points, {
        x: place, y: 'p99', r: 'memory', fill: key, stroke: key, fillOpacity: 0.16, strokeOpacity: 0.5,
        strokeWidth: 1,
      }),
      Plot.ruleY(points, {
        x1: (p) => x.place(p.cost.lo), x2: (p) => x.place(p.cost.hi), y: 'p99', stroke: key,
        strokeWidth: 1.5,
      }),
      seriesDots(points, telling(points, told, {
        x: place, y: 'p99', r: 5, tip: {lineHeight: 1.3, lineWidth: 40},
        title: (p) => [p.ruling ? `${p.series.name}: ${p.ruling}` : p.series.name,
          `reader ${formatEstimate(p.cost)}`,
          `klist_fini p99 ${formatNs(p.p99)}`, `memory ${formatBytes(p.memory)}`].join('\n'),
      })),
      ...labels(points, {
        x: place, y: 'p99', line: front, spanOf: (p) => [x.place(p.cost.lo), x.place(p.cost.hi)],
        radiusOf: (p, r) => Math.max(6, p.memory ? r(p.memory) : 0),
      }),
    ],
  });
}

// What the choice weighed, or where it was made: only there are its star and its
// front shown.
function choiceText(view, decision) {
  if (!decision) return '';
  if (!inColumn(view.column, decision)) {
    return `; the choice was made at ${decision.cpus} ${decision.cpus === 1 ? 'CPU' : 'CPUs'}, `
      + 'and only there are its star and its front shown';
  }
  const fini = decision.quantile ? `, klist_fini ${decision.quantile}` : '';
  const shown = decision.path === view.path ? 'star and line (the Pareto front) show' : 'the star shows';
  return visible(`; ${shown} the choice, which weighed ${decision.path}${fini} and memory`);
}

export function drawTradeoff(model, view, holder) {
  const figure = readerFigure(viewCells(model, view), view.path);
  const points = tradeoffPoints(model, view, figure);
  const decision = decisionOf(model, view);
  const below = points.filter((p) => p.cost.median < LEAST_MARGINAL).length;
  document.getElementById('tradeoff-lead').textContent = 'Left and low is good. '
    + `${figure === 'marginal_ns' ? 'Marginal cost' : 'Cost'} of the ${visible(view.path)} path and `
    + `99th percentile of klist_fini at ${view.column.label}; the area is the memory of `
    + `${formatCount(KNOTES)} knotes on ${KLISTS} klists${choiceText(view, decision)}.`
    + (below > 0 ? ` Shaded: ${below} that cost less than ${tickNs(LEAST_MARGINAL)} more than `
      + 'none, or less than none, which a logarithmic axis cannot show: see the table.' : '');
  if (points.length === 0) {
    return holder.append(nothing('No strategy has both a reader cost and a klist_fini '
      + 'distribution here: a run needs `none` beside it, and detaches.'));
  }
  return holder.append(tradeoffChart(view, points, figure, decision), dataTable('reader cost and klist_fini', [
    'strategy', 'scope', figure === 'marginal_ns' ? 'marginal ns' : 'ns', 'lo', 'hi',
    'klist_fini p99 ns', 'memory bytes', 'ruling',
  ], points.map((p) => [p.cell.strategy, p.cell.scope, p.cost.median,
    p.cost.lo, p.cost.hi, p.p99, p.memory, p.ruling])));
}
