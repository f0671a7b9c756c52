// What all charts share. Observable Plot draws them; each strategy has its own
// colour and shape in all of them. SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {extent} from 'd3-array';
import {scaleLog} from 'd3-scale';
import {select} from 'd3-selection';
import {visible} from './elements.js';
import {tickNs} from './format.js';

export const LEAST_MARGINAL = 0.05;  // ns; below, a difference of two means is noise
export const ROW = 34;               // px of a chart that has a row for each strategy

const BAND = 0.09;  // of a logarithmic axis, for what it has no place for

// Plot brings its rules in a style element, which the page's policy does not let
// in: they are in report.css.
function withoutStyle(element) {
  element.querySelector('style').remove();
  return element;
}

// `name` is what a screen reader says of the chart.
export function drawChart(name, width, height, options) {
  const chart = withoutStyle(Plot.plot({
    className: 'plot', ariaLabel: visible(name), width, height, marginTop: 30, marginRight: 16,
    marginBottom: 48, marginLeft: 66, figure: false, ...options,
    x: {labelOffset: 42, ...options.x},
  }));
  // One picture with one name: its parts have no roles that names would belong to.
  for (const part of chart.querySelectorAll('[aria-label]')) {
    part.dataset.part = part.getAttribute('aria-label');
    part.removeAttribute('aria-label');
  }
  chart.setAttribute('role', 'img');
  return chart;
}

// The scales of colours and shapes: marks take a series' key as their colour.
export function seriesScales(seriesList) {
  const domain = seriesList.map((series) => series.key);
  return {
    color: {type: 'ordinal', domain, range: seriesList.map((series) => series.color)},
    symbol: {type: 'ordinal', domain, range: seriesList.map((series) => series.symbol)},
  };
}

export function legend(seriesList) {
  const names = new Map(seriesList.map((series) => [series.key, `${series.name}${series.note}`]));
  return withoutStyle(Plot.legend({
    ...seriesScales(seriesList), className: 'plot', fill: 'color',
    tickFormat: (key) => names.get(key),
  }));
}

export function colorLegend(color) {
  return withoutStyle(Plot.legend({color, className: 'plot'}));
}

// A scale with a place for each series, one below the other.
export function seriesRows(seriesList) {
  const names = new Map(seriesList.map((series) => [series.key, shortened(series.name, 20)]));
  return {
    domain: Array.from(names.keys()), label: null, tickSize: 0, tickFormat: (key) => names.get(key),
  };
}

// The options of a mark whose elements carry what they stand for as data-*:
// `factsOf` gives it of an item of `data`. A line carries that of its first item.
export function telling(data, factsOf, options) {
  return {
    ...options,
    render(index, scales, values, dimensions, context, next) {
      const group = next(index, scales, values, dimensions, context);
      select(group).selectChildren().each((datum, at, elements) => {
        const facts = Object.entries(factsOf(data[Array.isArray(datum) ? datum[0] : datum]));
        for (const [name, value] of facts) {
          if (value !== undefined) elements[at].setAttribute(`data-${name}`, value);
        }
      });
      return group;
    },
  };
}

// A mark for each item of `data`, in its series' colour and shape.
export function seriesDots(data, options) {
  return Plot.dot(data, {
    fill: (item) => item.series.key, symbol: (item) => item.series.key, r: 4.5,
    stroke: 'var(--panel)', strokeWidth: 1, ...options,
  });
}

// By the first digit: 0 for powers of ten.
const roundness = (tick) => '152374689'.indexOf(tick.toExponential()[0]);

// Of ticks those that have room for a label, round ones first. `scale` places them
// between 0 and 1, `gap` is what a label takes of that.
export function labelled(ticks, scale, gap) {
  const kept = [];
  for (const tick of ticks.slice().sort((a, b) => roundness(a) - roundness(b))) {
    if (kept.every((other) => Math.abs(scale(other) - scale(tick)) >= gap)) kept.push(tick);
  }
  return new Set(kept);
}

// A logarithmic scale for `values`. What is below `floor` has no place on it and
// stands in a band before its start. {options, place, band}: `place` is where the
// scale has a value, `band` is null where none is below.
export function logScale(values, {floor = 0, label, gap = 0.06, format = tickNs}) {
  const within = values.filter((value) => value >= floor && value > 0);
  const banded = floor > 0 && within.length < values.length;
  const [least, most] = within.length > 0 ? extent(within) : [floor || 1, 10 * (floor || 1)];
  const from = banded ? floor : least / 1.25;
  const to = Math.max(most * 1.25, from * 2);
  const start = banded ? from * (from / to) ** BAND : from;
  const scale = scaleLog([from, to], [0, 1]);
  const middle = Math.sqrt(start * from);
  // Over many decades, lines between the powers of ten would be a grey area.
  const ticks = scale.ticks(6).filter((tick) => to / from < 500 || roundness(tick) === 0);
  const labels = labelled(ticks, scale, gap);
  return {
    options: {
      type: 'log', domain: [start, to], label, grid: true, ticks,
      tickFormat: (tick) => (labels.has(tick) ? format(tick) : ''),
    },
    place: (value) => (value >= from * 0.9999 ? value : banded ? middle : from),
    band: banded ? {from: start, to: from, middle, text: `< ${tickNs(from)}`} : null,
  };
}

// The band before a horizontal axis, or a vertical one.
export function bandX({band}) {
  if (!band) return [];
  return [Plot.rect([band], {x1: 'from', x2: 'to', className: 'band'}),
    Plot.text([band], {
      x: 'middle', text: 'text', frameAnchor: 'bottom', lineAnchor: 'top', dy: 9, className: 'band-text',
    })];
}

export function bandY({band}) {
  if (!band) return [];
  return [Plot.rect([band], {y1: 'from', y2: 'to', className: 'band'}),
    Plot.text([band], {
      y: 'middle', text: 'text', frameAnchor: 'left', textAnchor: 'end', dx: -9, className: 'band-text',
    })];
}

// As much of a name as `room` characters hold.
export function shortened(name, room) {
  const characters = Array.from(name);
  return characters.length <= room ? name : `${characters.slice(0, room - 1).join('')}…`;
}
