// How costs went while the run went on. SPDX-License-Identifier: BSD-2-Clause

// `entries`: {series, course, figure} with course [round, median, least, most].
function courseChart(view, entries, figure, title, extremes) {
  const {chart, box} = newChart(560, 360,
    `${title} by round, ${entries.length} strategies, ${view.column.label}`);
  const points = entries.flatMap(({course}) => course);
  const [first, last] = extent(points.map((p) => p[0]));
  const x = makeScale(first, Math.max(last, first + 1), box.left + 8, box.right - 8, true);
  const values = points.flatMap((p) => (extremes ? [p[1], p[3]] : [p[1]])).map((v) => Math.max(v, 0.01));
  const y = makeScale(...niceLogRange(values), box.bottom, box.top);
  chart.append(axisX(box, x, linearTicks(x).filter((t) => Number.isInteger(t)), formatCount, 'round'),
    axisY(box, y, logTicks(y), tickNs, title));
  for (const {series, course} of entries) {
    const at = course.map((p) => [x(p[0]), y(Math.max(p[1], y.from))]);
    const group = svg('g', {},
      svg('path', {
        d: `M${at.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join('L')}`,
        class: `line ${series.paint}`,
      }), marker(series, ...at[at.length - 1], 0.8));
    if (extremes) {
      group.append(svg('path', {
        d: course.map((p) => `M${(x(p[0]) - 2.5).toFixed(1)},${y(Math.max(p[3], y.from)).toFixed(1)}h5`).join(''),
        class: `whisker ${series.paint}`,
      }));
    }
    chart.append(mark(group, `${series.name}: ${formatNs(course[0][1])} at first, `
      + `${formatNs(course[course.length - 1][1])} at last`, {
      strategy: series.strategy, scope: series.scope, course: figure, slices: course.length,
      first: course[0][1], last: course[course.length - 1][1],
    }));
  }
  return chart;
}

function drawCourse(model, view, holder) {
  const cells = viewCells(model, view);
  const reader = cells.map(({cell, series}) => ({series, course: own(cell.series.course, view.path)}))
    .filter(({course}) => course && course.length > 0);
  const writer = cells.map(({cell, series}) => ({
    series, course: cell.series.fini && cell.series.fini.course,
  })).filter(({course}) => course && course.length > 0);
  if (reader.length === 0 && writer.length === 0) {
    return holder.append(nothing(`No rounds were recorded at ${view.column.label}.`));
  }
  const pair = html('div', {class: 'pair'});
  if (reader.length > 0) {
    pair.append(courseChart(view, reader, 'ns_per_op', 'ns per operation', false));
  }
  if (writer.length > 0) {
    pair.append(courseChart(view, writer, 'klist_fini', 'klist_fini', true));
  }
  const rows = [['ns per op', reader], ['klist_fini', writer]].flatMap(([figure, entries]) => (
    entries.flatMap(({series, course}) => course.map((p) => [
      series.strategy, series.scope, figure, ...p]))));
  return holder.append(pair, legend((reader.length > 0 ? reader : writer).map(({series}) => series)),
    dataTable('course over the rounds', ['strategy', 'scope', 'figure', 'from round', 'median ns',
      'least', 'most'], rows));
}
