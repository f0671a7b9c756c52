// A heat map: time to the right, latency upwards, the more the darker.
// SPDX-License-Identifier: BSD-2-Clause

const HEAT = {width: 600, height: 130, left: 44, columns: 180};

function heatElement(tag, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.append(text);
  return element;
}

// 2^power ns as people read it.
function latencyText(power) {
  const units = [['s', 1e9], ['ms', 1e6], ['us', 1e3], ['ns', 1]];
  const ns = 2 ** power;
  const [unit, size] = units.find(([, least]) => ns >= least);
  return `${Number((ns / size).toPrecision(3))} ${unit}`;
}

// The rows that any column has, and the largest count.
function heatExtent(columns, kind) {
  const cells = columns.flatMap((column) => column[kind]);
  if (cells.length === 0) return null;
  const rows = cells.map(([row]) => row);
  return {
    least: Math.min(...rows), most: Math.max(...rows),
    count: Math.max(...cells.map(([, count]) => count)),
  };
}

function drawHeatMap(holder, columns, kind) {
  const extent = heatExtent(columns, kind);
  if (extent === null) {
    holder.replaceChildren('Nothing was stored since this server began to watch.');
    return;
  }
  const rows = extent.most - extent.least + 1;
  const step = {
    x: (HEAT.width - HEAT.left) / Math.max(30, Math.min(HEAT.columns, columns.length)),
    y: HEAT.height / rows,
  };
  const picture = heatElement('svg', {
    class: 'heat', role: 'img', viewBox: `0 0 ${HEAT.width} ${HEAT.height}`,
    preserveAspectRatio: 'none',
    'aria-label': `Latencies between ${latencyText(extent.least)} and `
      + `${latencyText(extent.most + 1)}, in ${columns.length} steps of time`,
  });
  columns.forEach((column, index) => {
    for (const [row, count] of column[kind]) {
      const cell = heatElement('rect', {
        x: HEAT.left + index * step.x, y: (extent.most - row) * step.y,
        width: step.x + 0.3, height: step.y,
        // A single one is still seen beside many.
        'fill-opacity': 0.15 + 0.85 * (Math.log1p(count) / Math.log1p(extent.count)),
        'data-row': row, 'data-count': count, 'data-column': column.number,
      });
      cell.append(heatElement('title', {}, `${count} between ${latencyText(row)} and `
        + `${latencyText(row + 1)}, stored until ${new Date(column.at_s * 1000).toLocaleTimeString()}`));
      picture.append(cell);
    }
  });
  const labels = Math.ceil(rows / 6);
  for (let row = extent.least; row <= extent.most; row += labels) {
    picture.append(heatElement('text', {
      x: HEAT.left - 4, y: Math.min(HEAT.height - 2, (extent.most - row + 1) * step.y),
      'text-anchor': 'end',
    }, latencyText(row)));
  }
  holder.replaceChildren(picture);
}
