// The picture that proves the answer: what a reader pays against how long
// klist_fini takes, memory as area, the Pareto front as a line.
// SPDX-License-Identifier: BSD-2-Clause

const LEAST_MARGINAL = 0.05;  // ns; below, a difference of two means is noise

function tradeoffPoints(model, view) {
  const points = [];
  for (const cell of view.grid.cells) {
    const path = pathOf(cell, view.path);
    if (!inColumn(cell, view.column) || !path || !path.marginal_ns
      || !cell.klist_fini_ns) continue;
    const verdict = verdictOf(model, cell);
    points.push({
      cell, series: model.seriesOf.get(seriesKey(cell)),
      marginal: path.marginal_ns, p99: cell.klist_fini_ns.p99,
      memory: memoryOf(cell), ruling: verdict ? verdict.ruling : 'not ranked',
    });
  }
  return points;
}

function radiusOf(memory, most) {
  return 6 + 24 * Math.sqrt((memory || 0) / (most || 1));
}

function bubble(point, x, y, most) {
  const {cell, series} = point;
  const right = x(Math.max(point.marginal.hi, LEAST_MARGINAL));
  const left = x(Math.max(point.marginal.lo, LEAST_MARGINAL));
  const cx = x(Math.max(point.marginal.median, LEAST_MARGINAL));
  const cy = y(point.p99);
  const group = svg('g', {class: 'point'},
    svg('circle', {cx, cy, r: radiusOf(point.memory, most), class: `bubble ${series.paint}`}),
    svg('line', {x1: left, x2: right, y1: cy, y2: cy, class: `whisker ${series.paint}`}),
    marker(series, cx, cy));
  return mark(group, `${series.name}: reader ${formatEstimate(point.marginal)}, `
    + `klist_fini p99 ${formatNs(point.p99)}, memory ${formatBytes(point.memory)}, `
    + point.ruling, {
    strategy: cell.strategy, scope: cell.scope, marginal: point.marginal.median,
    p99: point.p99, memory: point.memory,
  });
}

// Corners of the front, from the cheapest reader to the dearest.
function frontCorners(points, x, y) {
  const front = points.filter((p) => p.ruling === 'recommended' || p.ruling === 'front')
    .sort((a, b) => a.marginal.median - b.marginal.median);
  const corners = [];
  for (const point of front) {
    const at = [x(Math.max(point.marginal.median, LEAST_MARGINAL)), y(point.p99)];
    if (corners.length > 0) corners.push([at[0], corners[corners.length - 1][1]]);
    corners.push(at);
  }
  return corners;
}

function frontLine(corners) {
  if (corners.length < 2) return null;
  return svg('path', {d: `M${corners.map((c) => c.join(',')).join('L')}`, class: 'front-line'});
}

// Rectangles [left, top, right, bottom] that labels must leave free.
function obstacles(points, corners, x, y, most) {
  const taken = points.map((point) => {
    const cx = x(Math.max(point.marginal.median, LEAST_MARGINAL));
    const r = radiusOf(point.memory, most);
    return [cx - r, y(point.p99) - r, cx + r, y(point.p99) + r];
  });
  for (let i = 1; i < corners.length; i += 1) {
    const [a, b] = [corners[i - 1], corners[i]];
    taken.push([Math.min(a[0], b[0]) - 2, Math.min(a[1], b[1]) - 2,
      Math.max(a[0], b[0]) + 2, Math.max(a[1], b[1]) + 2]);
  }
  return taken;
}

// Names beside the bubbles, moved to where they cover nothing.
function placeLabels(points, corners, x, y, most, box) {
  const taken = obstacles(points, corners, x, y, most);
  const group = svg('g', {class: 'labels'});
  for (const point of points) {
    const best = point.ruling === 'recommended';
    const text = `${best ? '\u2605 ' : ''}${point.series.name}${point.series.note}`;
    const shown = text.length > 34 ? `${text.slice(0, 33)}\u2026` : text;
    const width = shown.length * (best ? 7.4 : 6.7);
    const cx = x(Math.max(point.marginal.median, LEAST_MARGINAL));
    const cy = y(point.p99) + 4;
    const gap = radiusOf(point.memory, most) + 5;
    const spots = [[cx + gap, cy], [cx - gap - width, cy],
      [cx - width / 2, cy - gap - 6], [cx - width / 2, cy + gap + 7],
      [cx + gap, cy + 16], [cx + gap, cy - 18],
      [cx - gap - width, cy - 18], [cx - gap - width, cy + 16]];
    const frame = ([left, base]) => [left, base - 11, left + width, base + 3];
    const fits = (spot) => {
      const [left, top, right, bottom] = frame(spot);
      return left >= box.left && right <= box.right + 10 && top > box.top
        && bottom < box.bottom && !taken.some((t) => (
        left < t[2] && right > t[0] && top < t[3] && bottom > t[1]));
    };
    const spot = spots.find(fits) || spots[0];
    taken.push(frame(spot));
    group.append(svg('text', {x: spot[0], y: spot[1], class: best ? 'label best' : 'label'},
      shown));
  }
  return group;
}

function drawTradeoff(model, view, holder, lead) {
  const points = tradeoffPoints(model, view);
  lead.textContent = `Left and low is good. Marginal cost of the ${visible(view.path)} path and `
    + `99th percentile of klist_fini at ${view.column.label}; the area is the memory of `
    + `${formatCount(KNOTES)} knotes on ${KLISTS} klists; the line is the Pareto front.`;
  if (points.length === 0) {
    return holder.append(nothing('No strategy has both a marginal cost and a klist_fini '
      + 'distribution here: a run needs `none` beside it, and detaches.'));
  }
  const {chart, box} = newChart(960, 430,
    `Scatter plot of reader cost against klist_fini p99 for ${points.length} strategies, `
    + `${view.grid.workload}, ${view.column.label}`);
  const clamp = (value) => Math.max(value, LEAST_MARGINAL);
  const xs = points.flatMap((p) => [clamp(p.marginal.lo), clamp(p.marginal.hi)]);
  const ys = points.map((p) => p.p99);
  const x = makeScale(...niceLogRange([Math.min(...xs) / 1.3, Math.max(...xs) * 1.6]), box.left, box.right);
  const y = makeScale(...niceLogRange([Math.min(...ys) / 1.6, Math.max(...ys) * 1.6]), box.bottom, box.top);
  const most = Math.max(...points.map((p) => p.memory || 0));
  chart.append(
    axisX(box, x, logTicks(x), tickNs, 'reader: marginal cost per operation'),
    axisY(box, y, logTicks(y), tickNs, 'writer: klist_fini p99'));
  const corners = frontCorners(points, x, y);
  const line = frontLine(corners);
  if (line) chart.append(line);
  const bySize = points.slice().sort((a, b) => (b.memory || 0) - (a.memory || 0));
  for (const point of bySize) chart.append(bubble(point, x, y, most));
  chart.append(placeLabels(points.slice().sort((a, b) => (
    (b.ruling === 'recommended') - (a.ruling === 'recommended'))), corners, x, y, most, box));
  return holder.append(chart, dataTable('reader cost and klist_fini', [
    'strategy', 'scope', 'marginal ns', 'lo', 'hi', 'klist_fini p99 ns',
    'memory bytes', 'ruling',
  ], points.map((p) => [p.cell.strategy, p.cell.scope, p.marginal.median,
    p.marginal.lo, p.marginal.hi, p.p99, p.memory, p.ruling])));
}
