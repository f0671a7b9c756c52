// What one strategy costs in each scope: one for all, per klist, per knote.
// SPDX-License-Identifier: BSD-2-Clause

function scopeRows(model, view) {
  return viewCells(model, view).filter(({series}) => !series.floor).map(({cell, series}) => {
    const path = pathOf(cell, view.path);
    return {
      cell, series, marginal: path && path.marginal_ns, p99: cell.klist_fini_ns && cell.klist_fini_ns.p99,
      memory: memoryOf(cell),
    };
  });
}

// Two columns of dots that share their rows: reader and writer.
function scopeChart(view, rows) {
  const {chart, box} = newChart(1130, 74 + RIDGE * rows.length,
    `Costs of ${rows.length} strategies by scope, ${view.grid.workload}, ${view.column.label}`);
  box.top = 16;
  const panels = [
    ['marginal', 150, 600, (row) => row.marginal && row.marginal.median, 'reader: marginal cost'],
    ['p99', 670, 1080, (row) => row.p99, 'writer: klist_fini p99'],
  ];
  for (const [figure, left, right, value, title] of panels) {
    const floor = figure === 'marginal' ? LEAST_MARGINAL : 1;
    const measured = rows.filter((row) => isMeasured(value(row)));
    if (measured.length === 0) continue;
    const x = makeScale(...niceLogRange(measured.map((row) => Math.max(value(row), floor))), left, right);
    chart.append(axisX({...box, left, right}, x, logTicks(x), tickNs, title));
    for (const row of measured) {
      const at = box.top + RIDGE * rows.indexOf(row) + RIDGE / 2;
      const place = x(Math.max(value(row), floor));
      const less = value(row) < floor;
      chart.append(mark(svg('g', {}, marker(row.series, place, at),
        svg('text', {x: place + 9, y: at + 4}, less ? `< ${tickNs(floor)}` : formatNs(value(row)))),
      `${row.cell.strategy} ${row.cell.scope}: ${formatNs(value(row))}`, {
        strategy: row.cell.strategy, scope: row.cell.scope, figure, value: value(row),
      }));
    }
  }
  rows.forEach(({series}, i) => chart.append(svg('text', {
    x: 140, y: box.top + RIDGE * i + RIDGE / 2 + 4, 'text-anchor': 'end',
  }, shortened(series.name, 20))));
  return chart;
}

function drawScopes(model, view, holder) {
  const rows = scopeRows(model, view);
  if (rows.length === 0) return holder.append(nothing('No strategy was measured here.'));
  const count = new Map();
  for (const {cell} of rows) count.set(cell.strategy, (count.get(cell.strategy) || 0) + 1);
  const several = rows.filter(({cell}) => count.get(cell.strategy) > 1)
    .sort((a, b) => (a.cell.strategy === b.cell.strategy ? 0 : a.cell.strategy < b.cell.strategy ? -1 : 1));
  holder.append(several.length > 0 ? scopeChart(view, several)
    : nothing('Each strategy was measured in one scope, so there is nothing to compare.'));
  return holder.append(dataTable('scopes', ['strategy', 'scope', 'writer waits for', 'marginal ns',
    'klist_fini p99 ns', 'memory bytes', 'B/knote', 'B/klist', 'B/thread', 'B/CPU'],
  rows.map(({cell, marginal, p99, memory}) => [cell.strategy, cell.scope,
    cell.promises.writer_waits_for, marginal && marginal.median, p99, memory,
    cell.bytes.per_knote, cell.bytes.per_klist, cell.bytes.per_thread, cell.bytes.per_cpu])));
}
