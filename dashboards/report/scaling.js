// Cost against CPUs, one line per strategy with interval bars, and the models
// that were fitted to them. SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {extent, max, min} from 'd3-array';
import {scaleLinear, scaleLog} from 'd3-scale';
import {
  LEAST_MARGINAL, bandY, drawChart, labelled, legend, logScale, seriesDots, telling,
} from './chart.js';
import {html, nothing} from './elements.js';
import {formatEstimate, threeDigits} from './format.js';
import {own, pathOf, seriesKey} from './model.js';
import {dataTable} from './tables.js';
import {isShown, viewCells} from './view.js';

// Lines of [column index, estimate] for a figure of the current path.
function scalingLines(model, view, figure) {
  const lines = new Map();
  view.grid.columns.forEach((column, at) => {
    for (const {cell, series} of viewCells(model, {...view, column})) {
      const path = pathOf(cell, view.path);
      if (!path || !path[figure]) continue;
      if (!lines.has(series)) lines.set(series, {series, points: []});
      lines.get(series).points.push({at, column, estimate: path[figure]});
    }
  });
  return Array.from(lines.values()).sort((a, b) => a.series.index - b.series.index);
}

// The horizontal scale: the logarithm of the CPUs where that tells columns apart,
// else one after the other. `at` gives a column's place in it.
function columnScale(columns) {
  const cpus = columns.map((column) => column.cpus);
  const distinct = columns.length > 1 && new Set(cpus).size === cpus.length;
  const values = distinct ? cpus : Array.from(columns.keys());
  const labels = new Map(values.map((value, i) => [value, columns[i].label]));
  const place = distinct ? scaleLog(extent(cpus), [0, 1]) : scaleLinear([0, values.length], [0, 1]);
  const shown = labelled(values, place, max(columns, (column) => column.label.length) / 55);
  return {
    options: {
      ...(distinct ? {type: 'log', base: 2, inset: 30} : {type: 'point', domain: values}),
      ticks: values.filter((value) => shown.has(value)),
      tickFormat: (value) => labels.get(value), label: null,
    },
    at: (column) => values[columns.indexOf(column)],
  };
}

// What the Universal Scalability Law says at the measured CPUs.
function fitLine(view, series, fit, x) {
  const points = fit.points.map(({cpus, fitted}) => ({
    column: view.grid.columns.find((column) => column.cpus === cpus), fitted,
  })).filter(({column}) => column !== undefined);
  if (points.length < 2) return null;
  return Plot.line(points, telling(points, () => ({
    fit: fit.model, strategy: series.strategy, scope: series.scope, residual: fit.worst_residual,
  }), {
    x: (p) => x.at(p.column), y: 'fitted', stroke: series.color, strokeWidth: 1.6,
    strokeDasharray: '1.5 4', strokeLinecap: 'round',
    title: () => `${series.name}: the Universal Scalability Law, which misses a point by at most `
      + `${threeDigits(100 * fit.worst_residual)} %`,
  }));
}

// Beside the others by `dx`, so that intervals do not cover each other.
function lineMarks({series, points}, x, y, dx, figure) {
  const across = (p) => x.at(p.column);
  return [
    Plot.line(points, {
      x: across, y: (p) => y.place(p.estimate.median), stroke: series.color, strokeWidth: 1.8, dx,
      strokeDasharray: series.floor ? '5 4' : undefined,
    }),
    Plot.ruleX(points, {
      x: across, y1: (p) => y.place(p.estimate.lo), y2: (p) => y.place(p.estimate.hi),
      stroke: series.color, strokeWidth: 1.5, marker: 'tick', dx,
    }),
    seriesDots(points, telling(points, ({column, estimate}) => ({
      strategy: series.strategy, scope: series.scope, cpus: column.cpus, figure,
      median: estimate.median, lo: estimate.lo, hi: estimate.hi,
    }), {
      x: across, y: (p) => y.place(p.estimate.median), dx, symbol: series.symbol, fill: series.color,
      title: (p) => `${series.name}, ${p.column.label}: ${formatEstimate(p.estimate)}`,
    })),
  ];
}

function scalingChart(view, lines, figure, title, fits) {
  const estimates = lines.flatMap((line) => line.points.map((p) => p.estimate));
  // An interval that reaches to 0 or below must not stretch the scale.
  const floor = figure === 'marginal_ns' ? LEAST_MARGINAL
    : Math.max(1e-3, min(estimates, (e) => e.median) / 2);
  const x = columnScale(view.grid.columns);
  const y = logScale(estimates.flatMap((e) => [e.lo, e.median, e.hi]), {floor, label: title});
  const shift = Math.min(3, 24 / lines.length);
  return drawChart(`${title} against CPUs, ${lines.length} strategies, ${view.path} path of `
    + view.grid.workload, 560, 380, {
    x: x.options, y: y.options,
    marks: [...bandY(y), ...fits.map(([series, fit]) => fitLine(view, series, fit, x)),
      ...lines.flatMap((line, i) => (
        lineMarks(line, x, y, (i - (lines.length - 1) / 2) * shift, figure)))],
  });
}

// The scalings of the view's load and path, of the strategies shown.
function viewScalings(model, view) {
  return (model.data.figures.scaling || []).filter((scaling, i) => (
    scaling.path === view.path
    && model.data.scaling_cells[i].some((index) => view.grid.cells.includes(model.cells[index]))
    && model.seriesOf.has(seriesKey(scaling))
    && isShown(view, model.seriesOf.get(seriesKey(scaling)))));
}

const FIT_WARNINGS = {
  misses_point: 'it misses a measured point by more than 25 %',
  models_disagree: 'the two models differ by more than 25 % at twice the measured CPUs',
  wide_interval: 'its interval at twice the measured CPUs is wider than a factor of 2',
};

function fitRows(scalings) {
  const rows = [];
  for (const scaling of scalings) {
    if (scaling.refused) {
      rows.push([scaling.strategy, scaling.scope, undefined, `not fitted: ${scaling.refused}`]);
      continue;
    }
    for (const fit of scaling.fits || []) {
      const parameters = Object.entries(fit.parameters || {}).map(([name, estimate]) => (
        `${name} ${threeDigits(estimate.median)} `
          + `(${threeDigits(estimate.lo)} to ${threeDigits(estimate.hi)})`));
      rows.push([scaling.strategy, scaling.scope, fit.model,
        fit.refused ? `not fitted: ${fit.refused}` : parameters.join('; '),
        fit.refused ? undefined : 100 * fit.worst_residual,
        fit.refused ? undefined : fit.valid_to_cpus,
        (fit.warnings || []).map((w) => own(FIT_WARNINGS, w) || w).join('; ')]);
    }
  }
  return rows;
}

export function drawScaling(model, view, holder) {
  const absolute = scalingLines(model, view, 'ns_per_op');
  const marginal = scalingLines(model, view, 'marginal_ns');
  if (absolute.length === 0 && marginal.length === 0) {
    return holder.append(nothing('No means were measured for this workload.'));
  }
  const scalings = viewScalings(model, view);
  const fits = scalings.flatMap((scaling) => (scaling.fits || [])
    .filter((fit) => fit.model === 'usl' && !fit.refused)
    .map((fit) => [model.seriesOf.get(seriesKey(scaling)), fit]));
  const pair = html('div', {class: 'pair'});
  if (absolute.length > 0) {
    pair.append(scalingChart(view, absolute, 'ns_per_op', 'ns per operation', fits));
  }
  if (marginal.length > 0) {
    pair.append(scalingChart(view, marginal, 'marginal_ns', 'marginal ns per operation', []));
  }
  const rows = [];
  for (const [figure, lines] of [['ns per op', absolute], ['marginal', marginal]]) {
    for (const {series, points} of lines) {
      for (const p of points) {
        rows.push([series.strategy, series.scope, p.column.cpus, figure,
          p.estimate.median, p.estimate.lo, p.estimate.hi]);
      }
    }
  }
  holder.append(pair, legend(absolute.map((line) => line.series)),
    dataTable('cost against CPUs', ['strategy', 'scope', 'CPUs', 'figure', 'median ns',
      'lo', 'hi'], rows));
  if (scalings.length > 0) {
    holder.append(dataTable('fits', ['strategy', 'scope', 'model', 'parameters (95 % interval)',
      'misses at most %', 'valid up to CPUs', 'no further because'], fitRows(scalings)));
  }
  return holder;
}
