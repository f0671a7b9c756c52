// The picture that proves the answer: what a reader pays against how long
// klist_fini takes, memory as area, the Pareto front as a line.
// SPDX-License-Identifier: BSD-2-Clause

const LEAST_MARGINAL = 0.05;  // ns; below, a difference of two means is noise

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
    points.push({
      cell, series, marginal: path[figure], p99: Math.max(cell.klist_fini_ns.p99, 1),
      memory: memoryOf(cell), ruling: verdict ? verdict.ruling : 'not ranked',
    });
  }
  return points;
}

function radiusOf(memory, most) {
  return 6 + 24 * Math.sqrt(Math.max(memory || 0, 0) / (most || 1));
}

function bubble(point, x, y, most) {
  const {cell, series} = point;
  const cx = x(point.marginal.median);
  const cy = y(point.p99);
  const below = point.marginal.median < LEAST_MARGINAL;
  const group = svg('g', {class: 'point'},
    svg('circle', {cx, cy, r: radiusOf(point.memory, most), class: `bubble ${series.paint}`}),
    svg('line', {
      x1: x(point.marginal.lo), x2: x(point.marginal.hi), y1: cy, y2: cy,
      class: `whisker ${series.paint}`,
    }), marker(series, cx, cy));
  return mark(group, `${series.name}: reader ${formatEstimate(point.marginal)}, `
    + `klist_fini p99 ${formatNs(point.p99)}, memory ${formatBytes(point.memory)}, `
    + point.ruling, {
    strategy: cell.strategy, scope: cell.scope, marginal: point.marginal.median,
    p99: point.p99, memory: point.memory, below: below ? 'yes' : undefined,
  });
}

// Corners of the front, from the cheapest reader to the dearest.
function frontCorners(points, x, y) {
  const front = points.filter((p) => p.ruling === 'recommended' || p.ruling === 'front')
    .sort((a, b) => a.marginal.median - b.marginal.median);
  const corners = [];
  for (const point of front) {
    const at = [x(point.marginal.median), y(point.p99)];
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
    const cx = x(point.marginal.median);
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
    const shown = shortened(text, 34);
    const width = Array.from(shown).length * (best ? 7.4 : 6.7);
    const cx = x(point.marginal.median);
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

// Where points stand whose cost a logarithmic axis cannot show.
function bandX(box, x) {
  return svg('g', {class: 'band'},
    svg('rect', {x: box.left, y: box.top, width: x.bandEnd - box.left, height: box.bottom - box.top}),
    svg('text', {x: (box.left + x.bandEnd) / 2, y: box.bottom + 16, 'text-anchor': 'middle'},
      `< ${tickNs(LEAST_MARGINAL)}`));
}

function tradeoffChart(view, points, figure) {
  const {chart, box} = newChart(860, 430,
    `Scatter plot of reader cost against klist_fini p99 for ${points.length} strategies, `
    + `${view.grid.workload}, ${view.column.label}`);
  const xs = points.flatMap((p) => [p.marginal.lo, p.marginal.median, p.marginal.hi])
    .filter((v) => v >= LEAST_MARGINAL);
  const band = points.some((p) => p.marginal.lo < LEAST_MARGINAL) ? BAND : 0;
  const range = xs.length > 0 ? extent(xs) : [LEAST_MARGINAL, 1];
  const [from, to] = niceLogRange([band > 0 ? LEAST_MARGINAL : range[0] / 1.3, range[1] * 1.6]);
  const x = makeBandedScale(from, to, box.left, box.right, band);
  const ys = extent(points.map((p) => p.p99));
  const y = makeScale(...niceLogRange([ys[0] / 1.6, ys[1] * 1.6]), box.bottom, box.top);
  const most = Math.max(...points.map((p) => p.memory || 0));
  chart.append(
    axisX(box, x, logTicks(x), tickNs, figure === 'marginal_ns'
      ? 'reader: marginal cost per operation' : 'reader: cost per operation, dispatch included'),
    axisY(box, y, logTicks(y), tickNs, 'writer: klist_fini p99'));
  if (band > 0) chart.append(bandX(box, x));
  const corners = frontCorners(points, x, y);
  const line = frontLine(corners);
  if (line) chart.append(line);
  const bySize = points.slice().sort((a, b) => (b.memory || 0) - (a.memory || 0));
  for (const point of bySize) chart.append(bubble(point, x, y, most));
  chart.append(placeLabels(points.slice().sort((a, b) => (
    (b.ruling === 'recommended') - (a.ruling === 'recommended'))), corners, x, y, most, box));
  return chart;
}

function drawTradeoff(model, view, holder) {
  const figure = readerFigure(viewCells(model, view), view.path);
  const points = tradeoffPoints(model, view, figure);
  const below = points.filter((p) => p.marginal.median < LEAST_MARGINAL).length;
  document.getElementById('tradeoff-lead').textContent = 'Left and low is good. '
    + `${figure === 'marginal_ns' ? 'Marginal cost' : 'Cost'} of the ${visible(view.path)} path and `
    + `99th percentile of klist_fini at ${view.column.label}; the area is the memory of `
    + `${formatCount(KNOTES)} knotes on ${KLISTS} klists; the line is the Pareto front.`
    + (below > 0 ? ` Shaded: ${below} that cost less than ${tickNs(LEAST_MARGINAL)} more than `
      + 'none, or less than none, which a logarithmic axis cannot show: see the table.' : '');
  if (points.length === 0) {
    return holder.append(nothing('No strategy has both a reader cost and a klist_fini '
      + 'distribution here: a run needs `none` beside it, and detaches.'));
  }
  return holder.append(tradeoffChart(view, points, figure), dataTable('reader cost and klist_fini', [
    'strategy', 'scope', figure === 'marginal_ns' ? 'marginal ns' : 'ns', 'lo', 'hi',
    'klist_fini p99 ns', 'memory bytes', 'ruling',
  ], points.map((p) => [p.cell.strategy, p.cell.scope, p.marginal.median,
    p.marginal.lo, p.marginal.hi, p.p99, p.memory, p.ruling])));
}
