// Cost against CPUs, one line per strategy with interval bars.
// SPDX-License-Identifier: BSD-2-Clause

// Lines of [column index, estimate] for a figure of the current path.
function scalingLines(model, view, figure) {
  const lines = [];
  for (const series of model.seriesList) {
    const points = [];
    view.grid.columns.forEach((column, at) => {
      for (const cell of view.grid.cells) {
        if (!inColumn(cell, column) || seriesKey(cell) !== seriesKey(series)) continue;
        const path = pathOf(cell, view.path);
        if (path && path[figure]) points.push({at, column, estimate: path[figure]});
      }
    });
    if (points.length > 0) lines.push({series, points});
  }
  return lines;
}

// Positions of the columns: by the logarithm of the CPUs where that tells
// them apart, else one after the other.
function columnPlaces(columns, box) {
  const cpus = columns.map((column) => column.cpus);
  const distinct = new Set(cpus).size === cpus.length;
  const values = cpus.map((count, i) => (distinct ? Math.log2(Math.max(count, 1)) : i));
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  const inner = box.right - box.left - 60;
  return values.map((value) => box.left + 30
    + (span === 0 ? inner / 2 : (value - least) / span * inner));
}

function drawLine(chart, line, places, y, shift, figure) {
  const {series} = line;
  const at = line.points.map((p) => [places[p.at] + shift,
    y(Math.max(p.estimate.median, y.from))]);
  chart.append(svg('path', {
    d: `M${at.map((point) => point.join(',')).join('L')}`,
    class: `line ${series.paint}`,
  }));
  line.points.forEach((p, i) => {
    const [px, py] = at[i];
    const high = y(Math.max(p.estimate.hi, y.from));
    const low = y(Math.max(p.estimate.lo, y.from));
    const group = svg('g', {class: 'point'},
      svg('path', {
        d: `M${px},${low}V${high}M${px - 4},${low}h8M${px - 4},${high}h8`,
        class: `whisker ${series.paint}`,
      }), marker(series, px, py));
    chart.append(mark(group, `${series.name}, ${p.column.label}: `
      + formatEstimate(p.estimate), {
      strategy: series.strategy, scope: series.scope, cpus: p.column.cpus,
      figure, median: p.estimate.median, lo: p.estimate.lo, hi: p.estimate.hi,
    }));
  });
}

function scalingChart(view, lines, figure, title) {
  const {chart, box} = newChart(560, 380,
    `${title} against CPUs, ${lines.length} strategies, ${view.path} path of ${view.grid.workload}`);
  // An interval that reaches to 0 or below must not stretch the scale.
  const least = Math.min(...lines.flatMap((line) => line.points.map((p) => p.estimate.median)));
  const floor = figure === 'marginal_ns' ? LEAST_MARGINAL : Math.max(1e-3, least / 2);
  const values = lines.flatMap((line) => line.points.flatMap((p) => [
    Math.max(p.estimate.lo, floor), Math.max(p.estimate.hi, floor)]));
  const y = makeScale(...niceLogRange(values), box.bottom, box.top);
  const places = columnPlaces(view.grid.columns, box);
  const x = (index) => places[index];
  chart.append(
    axisX(box, x, view.grid.columns.map((_, i) => i), (i) => view.grid.columns[i].label, ''),
    axisY(box, y, logTicks(y), tickNs, title));
  lines.forEach((line, i) => drawLine(chart, line, places, y,
    (i - (lines.length - 1) / 2) * 3, figure));
  return chart;
}

function drawScaling(model, view, holder) {
  const absolute = scalingLines(model, view, 'ns_per_op');
  const marginal = scalingLines(model, view, 'marginal_ns');
  if (absolute.length === 0 && marginal.length === 0) {
    return holder.append(nothing('No means were measured for this workload.'));
  }
  const pair = html('div', {class: 'pair'});
  if (absolute.length > 0) {
    pair.append(scalingChart(view, absolute, 'ns_per_op', 'ns per operation'));
  }
  if (marginal.length > 0) {
    pair.append(scalingChart(view, marginal, 'marginal_ns', 'marginal ns per operation'));
  }
  const rows = [];
  for (const [figure, lines] of [['ns per op', absolute], ['marginal', marginal]]) {
    for (const {series, points} of lines) {
      for (const p of points) {
        rows.push([series.strategy, series.scope, p.column.cpus, figure,
          p.estimate.median, p.estimate.lo, p.estimate.hi]);
      }
    }
  }
  return holder.append(pair, legend(absolute.map((line) => line.series)),
    dataTable('cost against CPUs', ['strategy', 'scope', 'CPUs', 'figure', 'median ns',
      'lo', 'hi'], rows));
}
