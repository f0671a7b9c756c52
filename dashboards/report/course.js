// How costs went while the run went on. SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {extent} from 'd3-array';
import {drawChart, legend, logScale, seriesDots, seriesScales, telling} from './chart.js';
import {html, nothing} from './elements.js';
import {formatCount, formatNs} from './format.js';
import {own} from './model.js';
import {dataTable} from './tables.js';
import {viewCells} from './view.js';

// `entries`: {series, course, figure} with course [round, median, least, most].
function courseChart(view, entries, figure, title, extremes) {
  const points = entries.flatMap((entry) => entry.course.map(([round, median, , most]) => (
    {...entry, round, median: Math.max(median, 0.01), most: Math.max(most, 0.01)})));
  const [first, last] = extent(points, (p) => p.round);
  const y = logScale(points.flatMap((p) => (extremes ? [p.median, p.most] : [p.median])), {label: title});
  const key = (p) => p.series.key;
  return drawChart(`${title} by round, ${entries.length} strategies, ${view.column.label}`, 560, 360, {
    x: {
      domain: [first, Math.max(last, first + 1)], inset: 8, ticks: 6, label: 'round', grid: true,
      tickFormat: (round) => (Number.isInteger(round) ? formatCount(round) : ''),
    },
    y: y.options, ...seriesScales(entries.map((entry) => entry.series)),
    marks: [
      Plot.line(points, telling(points, ({series, course}) => ({
        strategy: series.strategy, scope: series.scope, course: figure, slices: course.length,
        first: course[0][1], last: course[course.length - 1][1],
      }), {
        x: 'round', y: 'median', z: key, stroke: key, strokeWidth: 1.8,
        title: ({series, course}) => `${series.name}: ${formatNs(course[0][1])} at first, `
          + `${formatNs(course[course.length - 1][1])} at last`,
      })),
      extremes ? Plot.dot(points, {
        x: 'round', y: 'most', stroke: key, r: 1.5, strokeWidth: 1, strokeOpacity: 0.7,
      }) : null,
      seriesDots(points, Plot.selectLast({x: 'round', y: 'median', z: key, r: 3.6})),
    ],
  });
}

export function drawCourse(model, view, holder) {
  const cells = viewCells(model, view);
  const reader = cells.map(({cell, series}) => ({series, course: own(cell.series.course, view.path)}))
    .filter(({course}) => course && course.length > 0);
  const writer = cells.map(({cell, series}) => ({
    series, course: cell.series.fini && cell.series.fini.course,
  })).filter(({course}) => course && course.length > 0);
  if (reader.length === 0 && writer.length === 0) {
    return holder.append(nothing(`No rounds were recorded at ${view.column.label}.`));
  }
  const pair = html('div', {class: 'pair'});
  if (reader.length > 0) {
    pair.append(courseChart(view, reader, 'ns_per_op', 'ns per operation', false));
  }
  if (writer.length > 0) {
    pair.append(courseChart(view, writer, 'klist_fini', 'klist_fini', true));
  }
  const rows = [['ns per op', reader], ['klist_fini', writer]].flatMap(([figure, entries]) => (
    entries.flatMap(({series, course}) => course.map((p) => [
      series.strategy, series.scope, figure, ...p]))));
  return holder.append(pair, legend((reader.length > 0 ? reader : writer).map(({series}) => series)),
    dataTable('course over the rounds', ['strategy', 'scope', 'figure', 'from round', 'median ns',
      'least', 'most'], rows));
}
