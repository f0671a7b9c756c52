// klist_fini: the complementary distribution of its latency, and its phases.
// SPDX-License-Identifier: BSD-2-Clause

const PHASES = ['publish', 'wait', 'reclaim'];

function writerCells(model, view) {
  return view.grid.cells.filter((cell) => inColumn(cell, view.column))
    .map((cell) => ({cell, series: model.seriesOf.get(seriesKey(cell))}));
}

function ccdfChart(view, entries) {
  const {chart, box} = newChart(560, 380,
    `Share of detaches that took at least so long, ${entries.length} strategies, ${view.column.label}`);
  const all = entries.flatMap(({cell}) => cell.ccdf.points);
  const x = makeScale(...niceLogRange(all.map((p) => Math.max(p[0], 1))), box.left, box.right);
  const least = Math.min(...all.map((p) => p[1]));
  const y = makeScale(Math.min(10 ** Math.floor(Math.log10(least)), 0.1), 1, box.bottom, box.top);
  chart.append(axisX(box, x, logTicks(x), tickNs, 'klist_fini, from the call'),
    axisY(box, y, logTicks(y), (v) => (v < 0.01 ? `1/${formatCount(Math.round(1 / v))}`
      : `${Number((v * 100).toPrecision(3))} %`), 'share that took at least so long'));
  for (const {cell, series} of entries) {
    // Values fall while ranks grow: from the longest detach to the shortest.
    const at = cell.ccdf.points.map(([ns, share]) => [x(Math.max(ns, 1)), y(share)]);
    let d = `M${at[0][0].toFixed(1)},${y(y.from).toFixed(1)}`;
    for (const [px, py] of at) d += `H${px.toFixed(1)}V${py.toFixed(1)}`;
    const group = svg('g', {},
      svg('path', {d, class: `line ${series.paint}`}),
      marker(series, at[0][0], at[0][1]),
      marker(series, ...at[Math.floor(at.length / 2)]));
    chart.append(mark(group, `${series.name}: ${formatCount(cell.ccdf.count)} detaches, `
      + `longest ${formatNs(cell.ccdf.points[0][0])}`, {
      strategy: cell.strategy, scope: cell.scope, count: cell.ccdf.count,
      max: cell.ccdf.points[0][0], points: cell.ccdf.points.length,
    }));
  }
  return chart;
}

function phaseChart(view, entries) {
  const row = 34;
  const height = 90 + row * entries.length;
  const {chart, box} = newChart(560, height,
    `Median publish, wait and reclaim phases of klist_fini, ${entries.length} strategies`);
  const total = (cell) => PHASES.reduce((sum, phase) => (
    sum + cell.klist_fini_ns[`${phase}_p50`]), 0);
  const most = Math.max(...entries.map(({cell}) => total(cell))) || 1;
  const left = 150;
  const x = makeScale(0, most, left, box.right - 70, true);
  PHASES.forEach((phase, i) => chart.append(
    svg('rect', {x: left + i * 100, y: 8, width: 12, height: 12, class: `phase phase${i}`}),
    svg('text', {x: left + i * 100 + 17, y: 18}, phase)));
  entries.forEach(({cell, series}, index) => {
    const y = box.top + 4 + index * row;
    const shown = series.name.length > 20 ? `${series.name.slice(0, 19)}\u2026` : series.name;
    chart.append(svg('text', {x: left - 8, y: y + 15, 'text-anchor': 'end'}, shown));
    let from = 0;
    PHASES.forEach((phase, i) => {
      const ns = cell.klist_fini_ns[`${phase}_p50`];
      const bar = svg('rect', {
        x: x(from), y, width: Math.max(0, x(from + ns) - x(from)), height: 20,
        class: `phase phase${i}`,
      });
      chart.append(mark(bar, `${series.name}, ${phase}: median ${formatNs(ns)}`,
        {strategy: cell.strategy, scope: cell.scope, phase, ns}));
      from += ns;
    });
    chart.append(svg('text', {x: x(from) + 6, y: y + 15}, formatNs(from)));
  });
  return chart;
}

function drawWriter(model, view, holder) {
  const entries = writerCells(model, view);
  const sampled = entries.filter(({cell}) => cell.ccdf && cell.ccdf.count > 0);
  const phased = entries.filter(({cell}) => cell.klist_fini_ns);
  if (sampled.length === 0 && phased.length === 0) {
    return holder.append(nothing(`No detach was recorded at ${view.column.label}: the run `
      + 'had no detach rate, or ended before its first detach.'));
  }
  const pair = html('div', {class: 'pair'});
  if (sampled.length > 0) pair.append(ccdfChart(view, sampled));
  if (phased.length > 0) pair.append(phaseChart(view, phased));
  holder.append(pair, legend(entries.filter(({cell}) => cell.ccdf || cell.klist_fini_ns)
    .map(({series}) => series)));
  const f = (cell, key) => (cell.klist_fini_ns ? cell.klist_fini_ns[key] : undefined);
  return holder.append(dataTable('klist_fini', ['strategy', 'scope', 'detaches', 'p50 ns',
    'p90', 'p99', 'p99.9', 'max', 'publish p50', 'wait p50', 'reclaim p50'],
  phased.map(({cell}) => [cell.strategy, cell.scope, f(cell, 'count'), f(cell, 'p50'),
    f(cell, 'p90'), f(cell, 'p99'), f(cell, 'p999'), f(cell, 'max'),
    f(cell, 'publish_p50'), f(cell, 'wait_p50'), f(cell, 'reclaim_p50')])));
}
