// How evenly threads share a path: a strip of dots per strategy.
// SPDX-License-Identifier: BSD-2-Clause

function fairnessChart(view, entries) {
  const {chart, box} = newChart(1130, 74 + RIDGE * entries.length,
    `Cost of each thread by the mean of all, ${entries.length} strategies, ${view.column.label}`);
  const left = 150;
  const right = box.right - 270;
  box.top = 16;
  const ratios = entries.flatMap((entry) => entry.threads.map(([, ns]) => ns / entry.mean));
  const [least, most] = extent([...ratios, 0.98, 1.02]);
  const margin = (most - least) * 0.05;
  const x = makeScale(least - margin, most + margin, left, right, true);
  chart.append(axisX({...box, left, right}, x, linearTicks(x, 8),
    (v) => `${Math.round(v * 100)} %`, 'cost of a thread by the mean of all'));
  entries.forEach(({series, threads, mean, fairness}, row) => {
    const middle = box.top + RIDGE * row + RIDGE / 2;
    chart.append(
      svg('text', {x: left - 10, y: middle + 4, 'text-anchor': 'end'}, shortened(series.name, 20)),
      svg('line', {x1: left, x2: right, y1: middle, y2: middle, class: 'grid'}),
      svg('text', {x: right + 12, y: middle + 4}, fairness
        ? `Jain ${threeDigits(fairness.jain.median)}, slowest ${Math.round(
          100 * fairness.min_over_max.median)} % of fastest` : ''));
    for (const [thread, ns] of threads) {
      const dot = svg('g', {}, marker(series, x(ns / mean), middle));
      chart.append(mark(dot, `${series.name}, thread ${thread}: ${formatNs(ns)} per operation`,
        {strategy: series.strategy, scope: series.scope, thread, ns}));
    }
  });
  return chart;
}

function drawFairness(model, view, holder) {
  const entries = viewCells(model, view).map(({cell, series}) => {
    const threads = own(cell.series.threads, view.path) || [];
    const mean = threads.reduce((sum, [, ns]) => sum + ns, 0) / threads.length;
    const path = pathOf(cell, view.path);
    return {series, threads, mean, fairness: path && path.fairness};
  }).filter(({threads}) => threads.length > 1);
  if (entries.length === 0) {
    return holder.append(nothing(`One thread at ${view.column.label} has nobody to share with, `
      + 'or no means were measured.'));
  }
  return holder.append(fairnessChart(view, entries), dataTable('threads', ['strategy', 'scope',
    'thread', 'ns per op', 'by the mean'], entries.flatMap(({series, threads, mean}) => (
    threads.map(([thread, ns]) => [series.strategy, series.scope, thread, ns, ns / mean])))));
}
