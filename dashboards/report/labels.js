// Names beside the marks of a scatter plot, moved to where they cover the least.
// SPDX-License-Identifier: BSD-2-Clause
import * as Plot from '@observablehq/plot';
import {least} from 'd3-array';

const ruler = document.createElement('canvas').getContext('2d');

// px of a text as report.css has it.
function widthOf({text, bold}) {
  ruler.font = `${bold ? 'bold ' : ''}12px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

// A text over another one can't be read, over a line it can.
const OVER_TEXT = 10;

// The places for a text that is `width` wide beside a mark of radius `r`, the best
// first: right, left, above, below, the corners, and further away.
function places(x, y, r, width) {
  const gap = r + 5;
  return [[x + gap, y], [x - gap - width, y], [x - width / 2, y - gap - 7],
    [x - width / 2, y + gap + 7], [x + gap, y + 15], [x + gap, y - 15],
    [x - gap - width, y - 15], [x - gap - width, y + 15],
    [x - width / 2, y - gap - 22], [x - width / 2, y + gap + 22]];
}

// Rectangles [left, top, right, bottom] along a line of steps.
function alongSteps(line, x, y) {
  return line.slice(1).flatMap((to, i) => {
    const [x1, y1, x2, y2] = [x(line[i][0]), y(line[i][1]), x(to[0]), y(to[1])];
    return [[x1, y1 - 2, x2, y1 + 2], [x2 - 2, Math.min(y1, y2), x2 + 2, Math.max(y1, y2)]];
  });
}

// `points`: {text, bold, ...}, those that matter most first. `radiusOf(point,
// scale)` is the mark's radius in px, `spanOf(point)` from where to where on the
// horizontal scale its interval goes; `line` [[x, y], ...] is one that labels
// leave free, too.
export function labels(points, {x, y, radiusOf, spanOf, line}) {
  const place = (data, facets, channels, scales, frame) => {
    const at = (name, i) => scales[name](channels[name].value[i]);
    const circles = points.map((point, i) => [at('x', i), at('y', i), radiusOf(point, scales.r)]);
    const spans = points.map((point, i) => {
      const [from, to] = spanOf(point);
      return [scales.x(from), circles[i][1] - 2, scales.x(to), circles[i][1] + 2];
    });
    const texts = [];
    const taken = [...circles.map(([cx, cy, r]) => [cx - r, cy - r, cx + r, cy + r]), ...spans,
      ...alongSteps(line, scales.x, scales.y)];
    const [left, right] = [frame.marginLeft, frame.width - frame.marginRight + 10];
    const [top, bottom] = [frame.marginTop, frame.height - frame.marginBottom];
    const placed = points.map((point, i) => {
      const width = widthOf(point);
      const box = ([px, py]) => [px, py - 7, px + width, py + 7];
      const spots = places(...circles[i], width);
      const inside = spots.filter((each) => {
        const [l, t, r, b] = box(each);
        return l >= left && r <= right && t > top && b < bottom;
      });
      const covered = (each) => taken.filter((other) => overlap(box(each), other)).length
        + OVER_TEXT * texts.filter((other) => overlap(box(each), other)).length;
      const spot = least(inside, covered) || spots[0];
      texts.push(box(spot));
      return spot;
    });
    return {data, facets, channels: {
      x: {value: placed.map((spot) => spot[0])}, y: {value: placed.map((spot) => spot[1])},
    }};
  };
  const text = (bold) => Plot.text(points, Plot.initializer({
    x, y, text: 'text', textAnchor: 'start', fill: 'currentColor', stroke: 'var(--panel)',
    filter: (point) => point.bold === bold,
    className: bold ? 'best' : 'label',
  }, place));
  return [text(false), text(true)];
}
