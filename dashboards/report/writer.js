// klist_fini: its latencies and its phases. SPDX-License-Identifier: BSD-2-Clause

const PHASES = ['publish', 'wait', 'reclaim'];

function phaseChart(view, entries) {
  const height = 50 + RIDGE * entries.length;
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
    const y = box.top + 4 + index * RIDGE;
    chart.append(svg('text', {x: left - 8, y: y + 15, 'text-anchor': 'end'},
      shortened(series.name, 20)));
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
  const entries = viewCells(model, view);
  const sampled = entries.filter(({cell}) => cell.ccdf && cell.ccdf.count > 0)
    .map((entry) => ({...entry, points: entry.cell.ccdf.points, count: entry.cell.ccdf.count}));
  const binned = entries.filter(({cell}) => cell.series.fini)
    .map((entry) => ({...entry, bins: entry.cell.series.fini.histogram}));
  const phased = entries.filter(({cell}) => cell.klist_fini_ns);
  if (sampled.length === 0 && phased.length === 0) {
    return holder.append(nothing(`No detach was recorded at ${view.column.label}: the run `
      + 'had no detach rate, or ended before its first detach.'));
  }
  const pair = html('div', {class: 'pair'});
  if (sampled.length > 0) pair.append(ccdfChart(view, sampled, 'detaches'));
  pair.append(html('div', {},
    binned.length > 0 ? ridgeChart(view, binned, 'detaches') : null,
    phased.length > 0 ? phaseChart(view, phased) : null));
  holder.append(pair, legend(entries.filter(({cell}) => cell.ccdf || cell.klist_fini_ns)
    .map(({series}) => series)));
  const f = (cell, key) => cell.klist_fini_ns[key];
  holder.append(dataTable('klist_fini', ['strategy', 'scope', 'detaches', 'p50 ns',
    'p90', 'p99', 'p99.9', 'max', 'due p99', 'publish p50', 'wait p50', 'reclaim p50'],
  phased.map(({cell}) => [cell.strategy, cell.scope, f(cell, 'count'), f(cell, 'p50'),
    f(cell, 'p90'), f(cell, 'p99'), f(cell, 'p999'), f(cell, 'max'),
    f(cell, 'from_intended').p99, f(cell, 'publish_p50'), f(cell, 'wait_p50'),
    f(cell, 'reclaim_p50')])));
  if (binned.length > 0) {
    holder.append(dataTable('histogram of detaches', ['strategy', 'scope', 'from ns', 'to ns',
      'detaches'], binRows(binned)));
  }
  return holder;
}
