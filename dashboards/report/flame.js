// Flame graphs of the page: the embedded stacks of one strategy or of all.
// SPDX-License-Identifier: BSD-2-Clause
import {sum} from 'd3-array';
import {FlameGraph} from '../../analysis/flame/page/flame_graph.js';
import {frameColor} from '../../analysis/flame/page/frame_color.js';
import {button, chooser, html, nothing, visible} from './elements.js';
import {formatCount, formatNs} from './format.js';
import {loadKey, seriesKey} from './model.js';
import {dataTable} from './tables.js';
import {isShown} from './view.js';

function newFrame(name) {
  return {name, value: 0, other: 0, children: new Map()};
}

// Adds the stacks of one selection to `root`, as `value` or, of what it is
// compared with, as `other`. `wanted`: {kind, series, load}, the last two
// undefined for all.
function addStacks(model, root, wanted, figure) {
  const {frames, stacks} = model.data;
  for (const stack of stacks) {
    const cell = model.cells[stack.cell];
    if (stack.kind !== wanted.kind
      || (wanted.series && model.seriesOf.get(seriesKey(cell)) !== wanted.series)
      || (wanted.load !== undefined && loadKey(cell) !== wanted.load)) continue;
    let node = root;
    node[figure] += stack.value;
    for (const id of stack.frames) {
      const name = visible(frames[id]);
      if (!node.children.has(name)) node.children.set(name, newFrame(name));
      node = node.children.get(name);
      node[figure] += stack.value;
    }
  }
}

// Gives each frame its children as a list, by name.
function listChildren(root) {
  const visit = [root];
  while (visit.length > 0) {
    const node = visit.pop();
    node.children = Array.from(node.children.values()).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const child of node.children) visit.push(child);
  }
  return root;
}

// Of a tree's total, what ends in functions without a name: the innermost frame
// outside of the kernel has none.
function unnamedValue(root) {
  let value = 0;
  const visit = [[root, false]];
  while (visit.length > 0) {
    const [node, unnamed] = visit.pop();
    if (unnamed) value += node.value - sum(node.children, (child) => child.value);
    for (const child of node.children) {
      visit.push([child, child.name.endsWith('_[k]') ? unnamed : child.name.startsWith('[unknown')]);
    }
  }
  return value;
}

// `than`: the series that the stacks are compared with, or undefined.
function flameTree(model, wanted, than) {
  const root = newFrame('all');
  addStacks(model, root, wanted, 'value');
  if (than) addStacks(model, root, {...wanted, series: than}, 'other');
  return listChildren(root);
}

// How much more of its total a frame holds than of the other's, as a colour: grey,
// or one of three steps, each three times the one before: 1 %, 3 %, 9 %.
function differenceColor(share, other) {
  const size = Math.abs(share - other);
  const step = size >= 0.09 ? 3 : size >= 0.03 ? 2 : size >= 0.01 ? 1 : 0;
  return step === 0 ? 'var(--same)' : `var(--${share < other ? 'less' : 'more'}${step})`;
}

function whyNoStacks(model, kind) {
  const {context, finished} = model.data.figures;
  if (!context.bpf) {
    return `No stacks: eBPF was not attached${context.bpf_reason ? `: ${context.bpf_reason}` : '.'}`;
  }
  if (!finished) return 'No stacks yet: the run had not finished.';
  if (kind === 'blame') return 'No stacks: no klist_fini() waited while the probes were on.';
  return kind === 'off_cpu' ? 'No stacks: no thread left its CPU while the probes were on.'
    : 'No stacks: the run was too short for the sampling frequency.';
}

// What people have chosen; kept when the page is drawn again.
const flameView = {kind: 'on_cpu', strategy: '', than: '', workload: '', search: '', zoomed: []};

// The graph that is shown, or null.
let graph = null;

// How a graph of `root` speaks and looks; against another one where it has any.
function looksOf(root, unit) {
  const valueText = (value) => (unit === 'ns' ? formatNs(value) : `${formatCount(value)} samples`);
  const share = (node) => node.value / root.value;
  const otherShare = (node) => node.other / root.other;
  const percent = (part) => (100 * part).toFixed(2);
  const compared = root.other > 0;
  return {
    name: `Flame graph, ${valueText(root.value)} in all`,
    textOf: (node) => `${node.name} (${valueText(node.value)}, ${percent(share(node))} %`
      + `${compared ? ` against ${percent(otherShare(node))} %` : ''})`,
    colorOf: (node) => (compared ? differenceColor(share(node), otherShare(node)) : frameColor(node.name)),
    factsOf: ({name, value, other}) => (compared ? {name, value, other} : {name, value}),
  };
}

function heaviestRows(root) {
  const rows = root.descendants().filter((node) => node.parent && node.data.value > 0)
    .map(({data, parent, depth}) => [data.name, parent.data.name, depth,
      data.value - sum(data.children, (child) => child.value), data.value]);
  return rows.sort((a, b) => b[3] - a[3]).slice(0, 1000);
}

function keyOf(root) {
  const share = (100 * unnamedValue(root) / root.value).toFixed(2);
  const unnamed = `Functions without a name hold ${share} % of the total.`;
  if (root.other === 0) return html('p', {class: 'key'}, unnamed);
  return html('p', {class: 'key'}, 'Width: share in the first. ',
    html('span', {class: 'more-key'}, 'Orange'), ': more of it than in the second; ',
    html('span', {class: 'less-key'}, 'blue'), `: less. ${unnamed}`);
}

// Draws what people have chosen into `holder`.
function drawGraph(model, holder, details) {
  details.textContent = '';
  const {kind, strategy, than, workload, zoomed, search} = flameView;
  const root = flameTree(model, {
    kind, series: model.seriesList[strategy],
    load: workload === '' ? undefined : loadKey(model.grids[workload]),
  }, model.seriesList[than]);
  if (root.value === 0) {
    graph = null;
    holder.replaceChildren(nothing(whyNoStacks(model, kind)));
    return;
  }
  const unit = kind === 'on_cpu' ? 'samples' : 'ns';
  const picture = html('div');
  graph = new FlameGraph(picture, root, {...looksOf(root, unit), details});
  graph.zoomToPath(zoomed);
  if (search !== '') graph.search(search);
  holder.replaceChildren(keyOf(root), picture, dataTable('heaviest frames',
    ['frame', 'called by', 'depth', `own ${unit}`, `total ${unit}`], heaviestRows(graph.root)));
}

function searchBox() {
  const search = html('input', {id: 'flame-search', type: 'search', placeholder: 'regular expression'});
  search.value = flameView.search;
  search.addEventListener('input', () => {
    flameView.search = search.value;
    if (graph) graph.search(search.value);
  });
  return search;
}

export function drawFlame(model, view, section) {
  if (graph) flameView.zoomed = graph.zoomedPath();
  const shown = model.seriesList.filter((series) => isShown(view, series));
  const known = (value) => value === '' || shown.some((series) => String(series.index) === value);
  if (!known(flameView.strategy)) flameView.strategy = '';
  if (!known(flameView.than)) flameView.than = '';
  if (!model.grids[flameView.workload]) flameView.workload = '';
  const draw = () => drawGraph(model, section.querySelector('.chart'),
    section.querySelector('#flame-details'));
  const choice = (key, label, options) => chooser(`flame-${key}`, label, options,
    flameView[key], (value) => {
      if (graph) flameView.zoomed = graph.zoomedPath();
      flameView[key] = value;
      draw();
    });
  const strategies = shown.map((series) => [String(series.index), series.name]);
  const workloads = model.grids.map((grid, i) => [String(i), grid.title]);
  section.querySelector('.controls').replaceChildren(
    choice('kind', 'Time', [['on_cpu', 'on CPU'], ['off_cpu', 'off CPU, blocked'],
      ['blame', 'klist_fini, by who ended its wait']]),
    choice('strategy', 'Strategy', [['', 'all strategies'], ...strategies]),
    choice('than', 'Against', [['', 'nothing'], ...strategies]),
    choice('workload', 'Workload', [['', 'all workloads'], ...workloads]),
    html('label', {for: 'flame-search'}, 'Search ', searchBox()),
    button({id: 'flame-reset'}, 'Reset zoom', () => { if (graph) graph.reset(); }));
  draw();
}
