// Flame graphs of the page: the embedded stacks of one strategy or of all.
// SPDX-License-Identifier: BSD-2-Clause

const FLAME_WIDTH = 1160;
const FLAME_ROW = 18;
const FLAME_CHARACTER = 6.65;
const LEAST_FRAME = 0.1;  // px

function newFrame(name, parent) {
  return {
    name, parent, value: 0, other: 0, children: new Map(), depth: parent ? parent.depth + 1 : 0,
  };
}

// Adds the stacks of one selection to `root`, as `value` or, of what it is
// compared with, as `other`. `wanted`: {kind, series, workload}, the last two
// undefined for all.
function addStacks(model, root, wanted, figure) {
  const {frames, stacks} = model.data;
  for (const stack of stacks) {
    const cell = model.cells[stack.cell];
    if (stack.kind !== wanted.kind
      || (wanted.series && model.seriesOf.get(seriesKey(cell)) !== wanted.series)
      || (wanted.workload !== undefined && cell.workload !== wanted.workload)) continue;
    let node = root;
    node[figure] += stack.value;
    for (const id of stack.frames) {
      const name = frames[id];
      if (!node.children.has(name)) node.children.set(name, newFrame(name, node));
      node = node.children.get(name);
      node[figure] += stack.value;
    }
  }
}

// `than`: the series that the stacks are compared with, or undefined.
function flameTree(model, wanted, than) {
  const root = newFrame('all', null);
  addStacks(model, root, wanted, 'value');
  if (than) addStacks(model, root, {...wanted, series: than}, 'other');
  return root;
}

// How much more of its total a frame holds than of the other's, in seven steps
// from -3 to 3, each three times the one before: 1 %, 3 %, 9 %.
function differenceStep(share, other) {
  const size = Math.abs(share - other);
  const step = size >= 0.09 ? 3 : size >= 0.03 ? 2 : size >= 0.01 ? 1 : 0;
  return share < other ? -step : step;
}

// The hue says whose code it is, as in the SVG of `knotestat flame`.
function frameClass(name) {
  let hash = 2166136261;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  }
  const shade = (hash >>> 16) % 4;
  if (name.endsWith('_[k]') || name.startsWith('[kernel')) return `kernel shade${shade}`;
  if (name === '' || name.startsWith('[')) return `unknown shade${shade}`;
  if (/knote|klist/.test(name)) return `ours shade${shade}`;
  if (/^(__|pthread_|std::)|libc|futex|^start_thread$|^syscall$/.test(name)) {
    return `library shade${shade}`;
  }
  return `other shade${shade}`;
}

// Visible frames below `zoomed`, and its ancestors at full width.
function flameLayout(zoomed) {
  const placed = [];
  for (let node = zoomed.parent; node; node = node.parent) {
    placed.push({node, x: 0, width: FLAME_WIDTH, above: true});
  }
  placed.reverse();
  const todo = [{node: zoomed, x: 0, width: FLAME_WIDTH, above: false}];
  while (todo.length > 0) {
    const at = todo.pop();
    placed.push(at);
    let {x} = at;
    const below = [];
    const children = Array.from(at.node.children.values())
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const node of children) {
      const width = at.width * node.value / at.node.value;
      if (width >= LEAST_FRAME) below.push({node, x, width, above: false});
      x += width;
    }
    todo.push(...below.reverse());
  }
  return placed;
}

class FlameGraph {
  constructor(root, unit, details) {
    this.root = root;
    this.unit = unit;
    this.details = details;
    this.zoomed = root;
    this.wanted = null;
    this.element = svg('svg', {
      class: 'flame', role: 'group',
      'aria-label': `Flame graph, ${this.valueText(root.value)} in all`,
    });
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.draw();
  }

  valueText(value) {
    return this.unit === 'ns' ? formatNs(value) : `${formatCount(value)} samples`;
  }

  text(node) {
    const share = (100 * node.value / this.root.value).toFixed(2);
    if (this.root.other === 0) {
      return `${visible(node.name)} (${this.valueText(node.value)}, ${share} %)`;
    }
    const other = (100 * node.other / this.root.other).toFixed(2);
    return `${visible(node.name)} (${this.valueText(node.value)}, ${share} % against ${other} %)`;
  }

  classOf(node) {
    if (this.root.other === 0) return frameClass(node.name);
    const step = differenceStep(node.value / this.root.value, node.other / this.root.other);
    return `difference ${step < 0 ? `less${-step}` : step > 0 ? `more${step}` : 'same'}`;
  }

  draw() {
    const placed = flameLayout(this.zoomed);
    const depth = Math.max(...placed.map((p) => p.node.depth));
    const height = (depth + 1) * FLAME_ROW + 2;
    this.element.setAttribute('viewBox', `0 0 ${FLAME_WIDTH} ${height}`);
    this.placed = placed;
    this.element.replaceChildren(...placed.map((p) => this.frame(p, height)));
  }

  frame(p, height) {
    const {node} = p;
    const y = height - (node.depth + 1) * FLAME_ROW;
    const match = this.wanted !== null && this.wanted.test(node.name);
    const group = svg('g', {
      class: `frame ${p.above ? 'above' : ''} ${match ? 'match' : ''}`,
      tabindex: node === this.zoomed ? '0' : '-1', role: 'button',
      'aria-label': this.text(node), 'data-name': node.name, 'data-value': node.value,
      'data-other': this.root.other === 0 ? undefined : node.other,
    }, svg('title', {}, this.text(node)), svg('rect', {
      x: p.x.toFixed(2), y, width: p.width.toFixed(2), height: FLAME_ROW - 1,
      class: this.classOf(node),
    }));
    const room = Math.floor((p.width - 6) / FLAME_CHARACTER);
    if (room >= 3) {
      const name = visible(node.name);
      const characters = Array.from(name);
      const label = characters.length <= room ? name
        : `${characters.slice(0, room - 2).join('')}..`;
      group.append(svg('text', {x: (p.x + 3).toFixed(2), y: y + 13}, label));
    }
    group.addEventListener('click', () => this.zoom(node));
    group.addEventListener('mouseover', () => { this.details.textContent = this.text(node); });
    group.addEventListener('focus', () => { this.details.textContent = this.text(node); });
    p.group = group;
    return group;
  }

  zoom(node) {
    this.zoomed = node;
    this.draw();
    this.placed.find((p) => p.node === node).group.focus();
  }

  key(event) {
    const focused = this.placed.find((p) => p.group === document.activeElement);
    if (!focused) return;
    if (event.key === 'Enter' || event.key === ' ') this.zoom(focused.node);
    else if (event.key === 'Escape') this.zoom(this.root);
    else if (event.key.startsWith('Arrow')) this.walk(focused, event.key);
    else return;
    event.preventDefault();
  }

  // Down is the parent, up the widest child, left and right the neighbours.
  walk(focused, key) {
    const {node} = focused;
    const row = this.placed.filter((p) => p.node.depth === node.depth);
    let next;
    if (key === 'ArrowDown') next = this.placed.find((p) => p.node === node.parent);
    else if (key === 'ArrowUp') {
      [next] = this.placed.filter((p) => p.node.parent === node)
        .sort((a, b) => b.width - a.width);
    } else next = row[row.indexOf(focused) + (key === 'ArrowRight' ? 1 : -1)];
    if (next) next.group.focus();
  }

  search(text) {
    this.wanted = text === '' ? null : searchPattern(text);
    this.draw();
    if (this.wanted === null) {
      this.details.textContent = '';
      return;
    }
    let matched = 0;
    const visit = [this.root];
    while (visit.length > 0) {
      const node = visit.pop();
      if (this.wanted.test(node.name)) matched += node.value;
      else visit.push(...node.children.values());
    }
    const share = (100 * matched / this.root.value).toFixed(2);
    this.details.textContent = `Frames that match hold ${share} % of the total.`;
  }
}

function searchPattern(text) {
  try {
    return new RegExp(text);
  } catch (error) {
    return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  }
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
const flameView = {kind: 'on_cpu', series: '', than: '', workload: '', search: '', zoomed: []};

// Frames from the root to the zoomed one, by name.
function zoomedPath(graph) {
  const path = [];
  for (let node = graph.zoomed; node.parent; node = node.parent) path.unshift(node.name);
  return path;
}

function zoomTo(graph, path) {
  let node = graph.root;
  for (const name of path) {
    if (!node.children.has(name) || node.children.get(name).value === 0) return;
    node = node.children.get(name);
  }
  graph.zoomed = node;
  graph.draw();
}

function flameGraph(model, details) {
  const seriesOf = (value) => model.seriesList[value];
  const root = flameTree(model, {
    kind: flameView.kind, series: seriesOf(flameView.series),
    workload: flameView.workload === '' ? undefined : model.grids[flameView.workload].workload,
  }, seriesOf(flameView.than));
  if (root.value === 0) return null;
  const graph = new FlameGraph(root, flameView.kind === 'on_cpu' ? 'samples' : 'ns', details);
  zoomTo(graph, flameView.zoomed);
  if (flameView.search !== '') graph.search(flameView.search);
  return graph;
}

function heaviestRows(root) {
  const rows = [];
  const visit = [root];
  while (visit.length > 0) {
    const node = visit.pop();
    const below = Array.from(node.children.values());
    const self = node.value - below.reduce((sum, child) => sum + child.value, 0);
    if (node.parent) rows.push([node.name, node.parent.name, node.depth, self, node.value]);
    visit.push(...below.filter((child) => child.value > 0));
  }
  return rows.sort((a, b) => b[3] - a[3]).slice(0, 1000);
}

function drawFlame(model, view, section) {
  const holder = section.querySelector('.chart');
  const details = section.querySelector('#flame-details');
  const controls = section.querySelector('.controls');
  let graph = null;
  const redraw = () => {
    details.textContent = '';
    graph = flameGraph(model, details);
    const unit = flameView.kind === 'on_cpu' ? 'samples' : 'ns';
    holder.replaceChildren(...(graph
      ? [graph.element, dataTable('heaviest frames', ['frame', 'called by', 'depth', `own ${unit}`,
        `total ${unit}`], heaviestRows(graph.root))]
      : [nothing(whyNoStacks(model, flameView.kind))]));
    if (graph && flameView.than !== '') {
      holder.prepend(html('p', {class: 'key'}, 'Width: share in the first. ',
        html('span', {class: 'more-key'}, 'Orange'), ': more of it than in the second; ',
        html('span', {class: 'less-key'}, 'blue'), ': less.'));
    }
  };
  const change = (name) => (value) => {
    if (graph) flameView.zoomed = zoomedPath(graph);
    flameView[name] = value;
    redraw();
  };
  const shown = model.seriesList.filter((series) => isShown(view, series));
  const known = (value) => value === '' || shown.some((series) => String(series.index) === value);
  if (!known(flameView.series)) flameView.series = '';
  if (!known(flameView.than)) flameView.than = '';
  if (!model.grids[flameView.workload]) flameView.workload = '';
  const strategies = shown.map((series) => [String(series.index), series.name]);
  const workloads = model.grids.map((grid, i) => [String(i), grid.workload])
    .filter(([, name], i, all) => all.findIndex(([, other]) => other === name) === i);
  const search = html('input', {id: 'flame-search', type: 'search', placeholder: 'regular expression'});
  search.value = flameView.search;
  search.addEventListener('input', () => {
    flameView.search = search.value;
    if (graph) graph.search(search.value);
  });
  controls.replaceChildren(
    chooser('flame-kind', 'Time', [['on_cpu', 'on CPU'], ['off_cpu', 'off CPU, blocked'],
      ['blame', 'klist_fini, by who ended its wait']], flameView.kind, change('kind')),
    chooser('flame-strategy', 'Strategy', [['', 'all strategies'], ...strategies],
      flameView.series, change('series')),
    chooser('flame-than', 'Against', [['', 'nothing'], ...strategies], flameView.than, change('than')),
    chooser('flame-workload', 'Workload', [['', 'all workloads'], ...workloads],
      flameView.workload, change('workload')),
    html('label', {for: 'flame-search'}, 'Search ', search),
    button({id: 'flame-reset'}, 'Reset zoom', () => { if (graph) graph.zoom(graph.root); }));
  redraw();
  // Of a graph that a new drawing replaces.
  section.zoomed = () => (graph ? zoomedPath(graph) : flameView.zoomed);
}
