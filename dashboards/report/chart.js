// Axes, scales, markers and legends that all charts share.
// SPDX-License-Identifier: BSD-2-Clause

const COLORS = 7;

// One path per marker shape, around the origin, about 10 units across.
const MARKERS = [
  'M5,0A5,5 0 1 1 -5,0A5,5 0 1 1 5,0Z',
  'M-4.5,-4.5H4.5V4.5H-4.5Z',
  'M0,-5.5L5.5,4.5H-5.5Z',
  'M0,-6L6,0L0,6L-6,0Z',
  'M0,5.5L5.5,-4.5H-5.5Z',
  'M-2,-5.5H2V-2H5.5V2H2V5.5H-2V2H-5.5V-2H-2Z',
  'M0,-6L1.8,-1.8L6,0L1.8,1.8L0,6L-1.8,1.8L-6,0L-1.8,-1.8Z',
  'M-5.5,-2.5L0,-6L5.5,-2.5L3.5,5H-3.5Z',
];

// Room beside a logarithmic axis for what it cannot show: 0 and below.
const BAND = 54;

function marker(series, x, y, scale = 1) {
  return svg('path', {
    // A control has the floor's colour: another shape tells them apart.
    d: MARKERS[(series.index + (series.control ? 3 : 0)) % MARKERS.length],
    transform: `translate(${x.toFixed(2)},${y.toFixed(2)}) scale(${scale})`,
    class: `marker ${series.paint}`,
  });
}

// Maps [from, to] to pixels; logarithmic unless `linear`.
function makeScale(from, to, start, end, linear = false) {
  const place = linear ? (v) => v : Math.log10;
  const low = place(from);
  const span = place(to) - low || 1;
  const scale = (v) => start + (place(v) - low) / span * (end - start);
  scale.from = from;
  scale.to = to;
  return scale;
}

// The same with a band before its start, in whose middle all that is below
// `from` is placed. `bandPixels` is 0 where nothing is.
function makeBandedScale(from, to, start, end, bandPixels) {
  const shift = Math.sign(end - start) * bandPixels;
  const inner = makeScale(from, to, start + shift, end);
  const scale = (v) => (v >= from * 0.9999 ? inner(v) : start + shift / 2);
  scale.from = from;
  scale.to = to;
  scale.bandEnd = start + shift;
  return scale;
}

// The least and greatest of `values` widened to 1, 2 or 5 times a power of 10.
function niceLogRange(values) {
  const steps = [1, 2, 5, 10];
  const [least, most] = extent(values);
  const down = 10 ** Math.floor(Math.log10(least) + 1e-9);
  const up = 10 ** Math.floor(Math.log10(most) + 1e-9);
  const from = down * Math.max(...steps.filter((s) => s * down <= least * 1.0001));
  const to = up * Math.min(...steps.filter((s) => s * up >= most * 0.9999));
  return from < to ? [from, to] : [from / 2, to * 2];
}

// Math.min(...values) and the maximum, of more values than a call can take.
function extent(values) {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

// Powers of ten within the scale, and 2 and 5 times them if those are few.
function logTicks(scale) {
  const ticks = [];
  const decades = Math.log10(scale.to / scale.from);
  const steps = decades > 3.2 ? [1] : decades > 1.6 ? [1, 3] : [1, 2, 5];
  for (let e = Math.floor(Math.log10(scale.from)); e <= Math.log10(scale.to) + 1; e += 1) {
    for (const step of steps) {
      const tick = step * 10 ** e;
      if (tick >= scale.from * 0.999 && tick <= scale.to * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

// About `count` round numbers within a linear scale.
function linearTicks(scale, count = 6) {
  const rough = (scale.to - scale.from) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((s) => s * power).find((s) => s >= rough * 0.999);
  const ticks = [];
  for (let i = Math.ceil(scale.from / step - 1e-9); i * step <= scale.to + step * 1e-9; i += 1) {
    ticks.push(i * step);
  }
  return ticks;
}

function axisX(box, scale, ticks, format, title) {
  const group = svg('g', {class: 'axis'});
  for (const tick of ticks) {
    const x = scale(tick);
    group.append(
      svg('line', {x1: x, x2: x, y1: box.top, y2: box.bottom, class: 'grid'}),
      svg('text', {x, y: box.bottom + 16, 'text-anchor': 'middle'}, format(tick)));
  }
  group.append(svg('text', {
    x: (box.left + box.right) / 2, y: box.bottom + 34,
    'text-anchor': 'middle', class: 'axis-title',
  }, title));
  return group;
}

function axisY(box, scale, ticks, format, title) {
  const group = svg('g', {class: 'axis'});
  for (const tick of ticks) {
    const y = scale(tick);
    group.append(
      svg('line', {x1: box.left, x2: box.right, y1: y, y2: y, class: 'grid'}),
      svg('text', {x: box.left - 6, y: y + 4, 'text-anchor': 'end'}, format(tick)));
  }
  group.append(svg('text', {
    x: 4, y: box.top - 10, class: 'axis-title',
  }, title));
  return group;
}

// An empty chart with its accessible name, and the box that data may use.
function newChart(width, height, name) {
  const chart = svg('svg', {
    viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': name,
    class: width > 700 ? 'plot wide' : 'plot',
  });
  const box = {left: 66, right: width - 16, top: 30, bottom: height - 44};
  return {chart, box};
}

function legend(seriesList) {
  const list = html('ul', {class: 'legend'});
  for (const series of seriesList) {
    list.append(html('li', {},
      svg('svg', {viewBox: '-8 -8 16 16', width: 16, height: 16, 'aria-hidden': 'true'},
        marker(series, 0, 0)),
      ` ${series.name}${series.note}`));
  }
  return list;
}

// As much of a name as `room` characters hold.
function shortened(name, room) {
  const characters = Array.from(name);
  return characters.length <= room ? name : `${characters.slice(0, room - 1).join('')}\u2026`;
}
