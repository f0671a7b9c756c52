// Cost against CPUs, one line per strategy with interval bars, and the models
// that were fitted to them. SPDX-License-Identifier: BSD-2-Clause

// Lines of [column index, estimate] for a figure of the current path.
function scalingLines(model, view, figure) {
  const lines = new Map();
  view.grid.columns.forEach((column, at) => {
    for (const {cell, series} of viewCells(model, {...view, column})) {
      const path = pathOf(cell, view.path);
      if (!path || !path[figure]) continue;
      if (!lines.has(series)) lines.set(series, {series, points: []});
      lines.get(series).points.push({at, column, estimate: path[figure]});
    }
  });
  return Array.from(lines.values()).sort((a, b) => a.series.index - b.series.index);
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
  const places = values.map((value) => box.left + 30
    + (span === 0 ? inner / 2 : (value - least) / span * inner));
  return places;
}

function drawLine(chart, line, places, y, shift, figure) {
  const {series} = line;
  const at = line.points.map((p) => [places[p.at] + shift, y(p.estimate.median)]);
  chart.append(svg('path', {
    d: `M${at.map((point) => point.join(',')).join('L')}`,
    class: `line ${series.paint}`,
  }));
  line.points.forEach((p, i) => {
    const [px, py] = at[i];
    const high = y(p.estimate.hi);
    const low = y(p.estimate.lo);
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

// What the Universal Scalability Law says at the measured CPUs.
function drawFit(chart, view, series, fit, places, y) {
  const at = fit.points.map((p) => [
    places[view.grid.columns.findIndex((column) => column.cpus === p.cpus)], y(p.fitted)])
    .filter(([x]) => x !== undefined);
  if (at.length < 2) return;
  chart.append(mark(svg('path', {
    d: `M${at.map((point) => point.join(',')).join('L')}`, class: `fit ${series.paint}`,
  }), `${series.name}: the Universal Scalability Law, which misses a point by at most `
    + `${threeDigits(100 * fit.worst_residual)} %`, {
    fit: fit.model, strategy: series.strategy, scope: series.scope, residual: fit.worst_residual,
  }));
}

// The ticks that have room: with many columns not all do.
function columnTicks(columns, places) {
  const ticks = [];
  let last = -Infinity;
  places.forEach((place, i) => {
    if (place - last < 9 * columns[i].label.length && i > 0) return;
    ticks.push(i);
    last = place;
  });
  return ticks;
}

function scalingChart(view, lines, figure, title, fits) {
  const {chart, box} = newChart(560, 380,
    `${title} against CPUs, ${lines.length} strategies, ${view.path} path of ${view.grid.workload}`);
  const estimates = lines.flatMap((line) => line.points.map((p) => p.estimate));
  // An interval that reaches to 0 or below must not stretch the scale.
  const floor = figure === 'marginal_ns' ? LEAST_MARGINAL
    : Math.max(1e-3, extent(estimates.map((e) => e.median))[0] / 2);
  const values = estimates.flatMap((e) => [e.lo, e.median, e.hi]).filter((v) => v >= floor);
  const band = estimates.some((e) => e.lo < floor) ? BAND / 2 : 0;
  const [from, to] = niceLogRange(values.length > 0 ? values : [floor, 1]);
  const y = makeBandedScale(band > 0 ? floor : from, Math.max(to, 2 * floor), box.bottom, box.top, band);
  const places = columnPlaces(view.grid.columns, box);
  chart.append(
    axisX(box, (i) => places[i], columnTicks(view.grid.columns, places),
      (i) => view.grid.columns[i].label, ''),
    axisY(box, y, logTicks(y), tickNs, title));
  if (band > 0) {
    chart.append(svg('g', {class: 'band'},
      svg('rect', {x: box.left, y: y.bandEnd, width: box.right - box.left, height: box.bottom - y.bandEnd}),
      svg('text', {x: box.left - 6, y: (box.bottom + y.bandEnd) / 2 + 4, 'text-anchor': 'end'},
        `< ${tickNs(floor)}`)));
  }
  for (const [series, fit] of fits) drawFit(chart, view, series, fit, places, y);
  lines.forEach((line, i) => drawLine(chart, line, places, y,
    (i - (lines.length - 1) / 2) * Math.min(3, 24 / lines.length), figure));
  return chart;
}

// The scalings of the view's workload and path, of the strategies shown.
function viewScalings(model, view) {
  return (model.data.figures.scaling || []).filter((scaling) => (
    scaling.workload === view.grid.workload && scaling.path === view.path
    && model.seriesOf.has(seriesKey(scaling))
    && isShown(view, model.seriesOf.get(seriesKey(scaling)))));
}

const FIT_WARNINGS = {
  misses_point: 'it misses a measured point by more than 25 %',
  models_disagree: 'the two models differ by more than 25 % at twice the measured CPUs',
  wide_interval: 'its interval at twice the measured CPUs is wider than a factor of 2',
};

function fitRows(scalings) {
  const rows = [];
  for (const scaling of scalings) {
    if (scaling.refused) {
      rows.push([scaling.strategy, scaling.scope, undefined, `not fitted: ${scaling.refused}`]);
      continue;
    }
    for (const fit of scaling.fits || []) {
      const parameters = Object.entries(fit.parameters || {}).map(([name, estimate]) => (
        `${name} ${threeDigits(estimate.median)} `
          + `(${threeDigits(estimate.lo)} to ${threeDigits(estimate.hi)})`));
      rows.push([scaling.strategy, scaling.scope, fit.model,
        fit.refused ? `not fitted: ${fit.refused}` : parameters.join('; '),
        fit.refused ? undefined : 100 * fit.worst_residual,
        fit.refused ? undefined : fit.valid_to_cpus,
        (fit.warnings || []).map((w) => own(FIT_WARNINGS, w) || w).join('; ')]);
    }
  }
  return rows;
}

function drawScaling(model, view, holder) {
  const absolute = scalingLines(model, view, 'ns_per_op');
  const marginal = scalingLines(model, view, 'marginal_ns');
  if (absolute.length === 0 && marginal.length === 0) {
    return holder.append(nothing('No means were measured for this workload.'));
  }
  const scalings = viewScalings(model, view);
  const fits = scalings.flatMap((scaling) => (scaling.fits || [])
    .filter((fit) => fit.model === 'usl' && !fit.refused)
    .map((fit) => [model.seriesOf.get(seriesKey(scaling)), fit]));
  const pair = html('div', {class: 'pair'});
  if (absolute.length > 0) {
    pair.append(scalingChart(view, absolute, 'ns_per_op', 'ns per operation', fits));
  }
  if (marginal.length > 0) {
    pair.append(scalingChart(view, marginal, 'marginal_ns', 'marginal ns per operation', []));
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
  holder.append(pair, legend(absolute.map((line) => line.series)),
    dataTable('cost against CPUs', ['strategy', 'scope', 'CPUs', 'figure', 'median ns',
      'lo', 'hi'], rows));
  if (scalings.length > 0) {
    holder.append(dataTable('fits', ['strategy', 'scope', 'model', 'parameters (95 % interval)',
      'misses at most %', 'valid up to CPUs', 'no further because'], fitRows(scalings)));
  }
  return holder;
}
