// Distributions of latencies: one ridge of a histogram per strategy, and the
// complementary distribution. SPDX-License-Identifier: BSD-2-Clause

const RIDGE = 34;

// Of bins [lower, upper, count]: [ns, share of all that took at least so long],
// from the longest to the shortest.
function ccdfOfBins(bins) {
  const total = bins.reduce((sum, bin) => sum + bin[2], 0);
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
function ccdfChart(view, entries, what) {
  const {chart, box} = newChart(560, 380,
    `Share of ${what} that took at least so long, ${entries.length} strategies, ${view.column.label}`);
  const all = entries.flatMap((entry) => entry.points);
  const x = makeScale(...niceLogRange(extent(all.map((p) => Math.max(p[0], 1)))), box.left, box.right);
  const least = extent(all.map((p) => p[1]))[0];
  const y = makeScale(Math.min(10 ** Math.floor(Math.log10(least)), 0.1), 1, box.bottom, box.top);
  chart.append(axisX(box, x, logTicks(x), tickNs, what),
    axisY(box, y, logTicks(y), shareText, 'share that took at least so long'));
  for (const {series, points, count, facts} of entries) {
    // Values fall while ranks grow: from the longest to the shortest.
    const at = points.map(([ns, share]) => [x(Math.max(ns, 1)), y(share)]);
    let d = `M${at[0][0].toFixed(1)},${y(y.from).toFixed(1)}`;
    for (const [px, py] of at) d += `H${px.toFixed(1)}V${py.toFixed(1)}`;
    const group = svg('g', {},
      svg('path', {d, class: `line ${series.paint}`}),
      marker(series, at[0][0], at[0][1]),
      marker(series, ...at[Math.floor(at.length / 2)]));
    chart.append(mark(group, `${series.name}: ${formatCount(count)} ${what}, `
      + `longest ${formatNs(points[0][0])}`, {
      strategy: series.strategy, scope: series.scope, count, max: points[0][0],
      points: points.length, ...facts,
    }));
  }
  return chart;
}

// `entries`: {series, bins, facts}. Each ridge is scaled to its own fullest bin.
function ridgeChart(view, entries, what) {
  const {chart, box} = newChart(560, 74 + RIDGE * entries.length,
    `Histogram of ${what}, ${entries.length} strategies, ${view.column.label}`);
  const left = 150;
  box.top = 16;
  const ends = entries.flatMap(({bins}) => [
    Math.max(bins[0][0], 1), Math.max(bins[bins.length - 1][1], 2)]);
  const x = makeScale(...niceLogRange(extent(ends)), left, box.right);
  chart.append(axisX({...box, left}, x, logTicks(x), tickNs, what));
  entries.forEach(({series, bins, facts}, row) => {
    const base = box.top + RIDGE * (row + 1) - 3;
    const total = bins.reduce((sum, bin) => sum + bin[2], 0);
    // Density: bins of one ridge may differ in width.
    const height = ([lower, upper, count]) => count
      / Math.log(Math.max(upper, 2) / Math.max(lower, 1));
    const most = Math.max(...bins.map(height));
    let d = '';
    for (const bin of bins) {
      const from = x(Math.max(bin[0], 1));
      const to = x(Math.max(bin[1], 2));
      const top = base - Math.max(1, (RIDGE - 8) * height(bin) / most);
      d += `M${from.toFixed(1)},${base}V${top.toFixed(1)}H${to.toFixed(1)}V${base}Z`;
    }
    const group = svg('g', {},
      svg('text', {x: left - 10, y: base - 6, 'text-anchor': 'end'}, shortened(series.name, 20)),
      svg('line', {x1: left, x2: box.right, y1: base, y2: base, class: 'grid'}),
      svg('path', {d, class: `ridge ${series.paint}`}));
    chart.append(mark(group, `${series.name}: ${formatCount(total)} ${what}`, {
      strategy: series.strategy, scope: series.scope, total, bins: bins.length, ...facts,
    }));
  });
  return chart;
}

function binRows(entries) {
  return entries.flatMap(({series, bins}) => bins.map(([lower, upper, count]) => [
    series.strategy, series.scope, lower, upper, count]));
}
