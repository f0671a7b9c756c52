// The page of one flame graph: reads its data, draws it, and listens to the
// controls. SPDX-License-Identifier: BSD-2-Clause
import {FlameGraph} from './flame_graph.js';
import {frameColor} from './frame_color.js';
import {formatCount, formatNs} from './values.js';

// The tree of {total, names, frames}, whose frames are [parent, name, value]:
// the parent's place among the frames, or -1; the name's among the names.
function treeOf({total, names, frames}) {
  const root = {name: 'all', value: total, children: []};
  const nodes = [];
  for (const [parent, name, value] of frames) {
    const node = {name: names[name], value, children: []};
    nodes.push(node);
    (parent < 0 ? root : nodes[parent]).children.push(node);
  }
  return root;
}

function start() {
  const data = JSON.parse(document.getElementById('data').textContent);
  if (data.total === 0) return;
  const valueText = (value) => (data.unit === 'ns' ? formatNs(value)
    : `${formatCount(value)} ${data.unit}`);
  const graph = new FlameGraph(document.getElementById('graph'), treeOf(data), {
    name: document.title,
    textOf: ({name, value}) => `${name} (${valueText(value)}, ${(100 * value / data.total).toFixed(2)} %)`,
    colorOf: ({name}) => frameColor(name),
    factsOf: ({name, value}) => ({name, value}),
    details: document.getElementById('details'),
  });
  const search = document.getElementById('search');
  search.addEventListener('input', () => graph.search(search.value));
  document.getElementById('reset').addEventListener('click', () => graph.reset());
  document.getElementById('controls').hidden = false;
}

document.addEventListener('DOMContentLoaded', start);
