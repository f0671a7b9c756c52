// Distributions of latencies: one ridge of a histogram per strategy, and the
// complementary distribution. SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {max, min, sum} from 'd3-array';
import {ROW, drawChart, logScale, seriesDots, seriesRows, seriesScales, telling} from './chart.js';
import {formatCount, formatNs} from './format.js';

// Of bins [lower, upper, count]: [ns, share of all that took at least so long],
// from the longest to the shortest.
export function ccdfOfBins(bins) {
  const total = sum(bins, (bin) => bin[2]);
  const points = [];
  let above = 0;
  for (const [lower, , count] of bins.slice().reverse()) {
    above += count;
    points.push([lower, above / total]);
  }
  return points;
}

// On an axis: "10 %", "1/1,000", "1/10M".
function shareText(share) {
  const one = Math.round(1 / share);
  if (one <= 100) return `${Number((share * 100).toPrecision(3))} %`;
  return one < 99999 ? `1/${formatCount(one)}`
    : one < 999999 ? `1/${Math.round(one / 1e3)}k` : `1/${Math.round(one / 1e6)}M`;
}

// `entries`: {series, points, count, facts}; points as ccdfOfBins() gives them.
// `what` they are, in the plural, `label` the axis of their times.
export function ccdfChart(view, entries, what, label) {
  const all = entries.flatMap((entry) => entry.points);
  const least = Math.min(10 ** Math.floor(Math.log10(min(all, (p) => p[1]))), 0.1);
  const x = logScale(all.map((p) => Math.max(p[0], 1)), {label, gap: 0.12});
  const y = logScale([least * 1.25, 0.8], {
    label: 'share that took at least so long', format: shareText,
  });
  // Values fall while ranks grow: from the longest, above whose share there is
  // nothing, to the shortest.
  const steps = entries.flatMap((entry) => (
    [[entry.points[0][0], least], ...entry.points].map(([ns, share]) => ({...entry, ns, share}))));
  const marked = entries.flatMap((entry) => (
    [entry.points[0], entry.points[Math.floor(entry.points.length / 2)]]
      .map(([ns, share]) => ({...entry, ns, share}))));
  const place = {x: (p) => Math.max(p.ns, 1), y: 'share'};
  const title = ({series, count, points}) => `${series.name}: ${formatCount(count)} ${what}, `
    + `longest ${formatNs(points[0][0])}`;
  return drawChart(`Share of ${what} that took at least so long, ${entries.length} strategies, `
    + view.column.label, 560, 380, {
    x: x.options, y: y.options, ...seriesScales(entries.map((entry) => entry.series)),
    marks: [
      Plot.line(steps, telling(steps, ({series, count, points, facts}) => ({
        strategy: series.strategy, scope: series.scope, count, max: points[0][0],
        points: points.length, ...facts,
      }), {
        ...place, z: (p) => p.series.key, stroke: (p) => p.series.key, curve: 'step-after',
        strokeWidth: 1.8, title,
      })),
      seriesDots(marked, {...place, title}),
    ],
  });
}

// The outline of bins, each [ns, height]; they may differ in width, so that the
// height is a density, by that of the fullest.
function outline(bins) {
  const ends = bins.map(([lower, upper]) => [Math.max(lower, 1), Math.max(upper, 2)]);
  const density = bins.map((bin, i) => bin[2] / Math.log(ends[i][1] / ends[i][0]));
  const most = max(density);
  return ends.flatMap(([from, to], i) => [[from, density[i] / most], [to, 0]]);
}

// `entries`: {series, bins, facts}. Each ridge is scaled to its own fullest bin.
export function ridgeChart(view, entries, what, label) {
  const points = entries.flatMap((entry) => outline(entry.bins)
    .map(([ns, height]) => ({...entry, ns, height})));
  const total = (entry) => sum(entry.bins, (bin) => bin[2]);
  const x = logScale(points.map((p) => p.ns), {label, gap: 0.14});
  const seriesList = entries.map((entry) => entry.series);
  return drawChart(`Histogram of ${what}, ${entries.length} strategies, ${view.column.label}`,
    560, 60 + ROW * entries.length, {
      marginLeft: 150, marginTop: 16, x: x.options, y: {axis: null, domain: [0, 1]},
      fy: {...seriesRows(seriesList), axis: 'left', padding: 0.15}, ...seriesScales(seriesList),
      marks: [
        Plot.areaY(points, telling(points, (p) => ({
          strategy: p.series.strategy, scope: p.series.scope, total: total(p),
          bins: p.bins.length, ...p.facts,
        }), {
          x: 'ns', y: 'height', z: null, fy: (p) => p.series.key, fill: (p) => p.series.key,
          fillOpacity: 0.55, curve: 'step-after', title: (p) => `${p.series.name}: ${formatCount(total(p))} ${what}`,
        })),
        Plot.ruleY([0], {className: 'base'}),
      ],
    });
}

export function binRows(entries) {
  return entries.flatMap(({series, bins}) => bins.map(([lower, upper, count]) => [
    series.strategy, series.scope, lower, upper, count]));
}
