// How evenly threads share a path: a strip of dots per strategy.
// SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {extent, mean as meanOf} from 'd3-array';
import {ROW, drawChart, seriesDots, seriesRows, seriesScales, telling} from './chart.js';
import {nothing} from './elements.js';
import {formatNs, threeDigits} from './format.js';
import {own, pathOf} from './model.js';
import {dataTable} from './tables.js';
import {viewCells} from './view.js';

function fairnessChart(view, entries) {
  const dots = entries.flatMap((entry) => entry.threads.map(([thread, ns]) => (
    {...entry, thread, ns, ratio: ns / entry.mean})));
  const [least, most] = extent([...dots.map((dot) => dot.ratio), 0.98, 1.02]);
  const margin = (most - least) * 0.05;
  const seriesList = entries.map((entry) => entry.series);
  const row = (entry) => entry.series.key;
  return drawChart(`Cost of each thread by the mean of all, ${entries.length} strategies, `
    + view.column.label, 1130, 60 + ROW * entries.length, {
    marginLeft: 150, marginTop: 16, marginRight: 280, y: seriesRows(seriesList),
    x: {
      domain: [least - margin, most + margin], grid: true, ticks: 8,
      label: 'cost of a thread by the mean of all', tickFormat: (v) => `${Number((v * 100).toFixed(1))} %`,
    },
    ...seriesScales(seriesList),
    marks: [
      Plot.ruleY(entries, {y: row, className: 'base'}),
      seriesDots(dots, telling(dots, ({series, thread, ns}) => (
        {strategy: series.strategy, scope: series.scope, thread, ns}), {
        x: 'ratio', y: row,
        title: ({series, thread, ns}) => `${series.name}, thread ${thread}: ${formatNs(ns)} per operation`,
      })),
      Plot.text(entries, {
        y: row, frameAnchor: 'right', textAnchor: 'start', dx: 14,
        text: ({fairness}) => (fairness ? `Jain ${threeDigits(fairness.jain.median)}, slowest `
          + `${Math.round(100 * fairness.min_over_max.median)} % of fastest` : ''),
      }),
    ],
  });
}

export function drawFairness(model, view, holder) {
  const entries = viewCells(model, view).map(({cell, series}) => {
    const threads = own(cell.series.threads, view.path) || [];
    const mean = meanOf(threads, ([, ns]) => ns);
    const path = pathOf(cell, view.path);
    return {series, threads, mean, fairness: path && path.fairness};
  }).filter(({threads}) => threads.length > 1);
  if (entries.length === 0) {
    return holder.append(nothing(`One thread at ${view.column.label} has nobody to share with, `
      + 'or no means were measured.'));
  }
  return holder.append(fairnessChart(view, entries), dataTable('threads', ['strategy', 'scope',
    'thread', 'ns per op', 'by the mean'], entries.flatMap(({series, threads, mean}) => (
    threads.map(([thread, ns]) => [series.strategy, series.scope, thread, ns, ns / mean])))));
}
