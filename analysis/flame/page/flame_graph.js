// A flame graph by d3-flame-graph, and what that leaves to its user: the keyboard,
// names for screen readers, a search that counts each stack once.
// SPDX-License-Identifier: BSD-2-Clause
import {sum} from 'd3-array';
import {selection, select} from 'd3-selection';
import 'd3-transition';
import flamegraph from 'd3-flame-graph';

const WIDTH = 1160;
const ROW = 18;       // px
const LEAST_FRAME = 0.5;  // px; narrower ones wait for a zoom

// Frames are at their places at once. To let thousands of them grow takes longer
// than to draw them, and people may have asked for less motion.
function still() { return this; }
Object.assign(selection.prototype, {
  transition: still, delay: still, duration: still, ease: still,
});

// A regular expression, or the text itself where it is none.
function searchPattern(text) {
  try {
    return new RegExp(text);
  } catch (error) {
    return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  }
}

export class FlameGraph {
  // Draws into `holder`. `root` is {name, value, children} with children that are
  // the same, in their order from left to right. `textOf(node)` says a frame in
  // words and `colorOf(node)` fills it, of such an object; `details` is the element
  // that shows the words. More of it, `factsOf(node)`, becomes data-*.
  constructor(holder, root, {name, textOf, colorOf, factsOf, details}) {
    Object.assign(this, {textOf, factsOf, details, said: ''});
    this.chart = flamegraph().width(WIDTH).cellHeight(ROW)
      .minFrameSize(LEAST_FRAME).resetHeightOnZoom(true)
      .setLabelHandler((node) => textOf(node.data))
      .setColorMapper((node) => (node.highlight ? 'var(--match)' : colorOf(node.data)))
      .setDetailsHandler((text) => { details.textContent = text || this.said; })
      .onClick((node) => {
        this.zoomed = node;
        this.tellFrames();
      });
    const drawn = select(holder).datum(root).call(this.chart);
    this.root = drawn.datum();
    this.zoomed = this.root;
    this.element = drawn.select('svg').node();
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', name);
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.element.addEventListener('focusin', (event) => {
      details.textContent = event.target.getAttribute('aria-label');
    });
    this.tellFrames();
    this.tellNarrow(holder);
  }

  // What waits for a zoom, below the graph.
  tellNarrow(holder) {
    let value = 0;
    this.root.each((node) => {
      if (this.frames.has(node)) return;
      value += node.data.value - sum(node.data.children, (child) => child.value);
    });
    if (value === 0) return;
    const share = (100 * value / this.root.data.value).toFixed(2);
    select(holder).append('p').attr('class', 'key narrow').text('Frames narrower than half a pixel '
      + `hold ${share} % of the total; a zoom shows them.`);
  }

  // What the frames that are drawn now say to people, screen readers and tests.
  tellFrames() {
    const {element, factsOf, textOf, zoomed} = this;
    // d3-flame-graph leaves two rows for a title, which stands elsewhere.
    element.setAttribute('viewBox', `0 ${2 * ROW} ${WIDTH} ${element.getAttribute('height') - 2 * ROW}`);
    this.frames = new Map();
    select(element).selectAll('.frame').each((node, i, groups) => {
      const group = groups[i];
      this.frames.set(node, group);
      group.setAttribute('tabindex', node === zoomed ? '0' : '-1');
      group.setAttribute('role', 'button');
      group.setAttribute('aria-label', textOf(node.data));
      Object.assign(group.dataset, factsOf(node.data));
    });
  }

  focus(node) {
    const group = this.frames.get(node);
    if (group) group.focus();
  }

  zoom(node) {
    this.chart.zoomTo(node);
    this.focus(node);
  }

  reset() {
    this.chart.resetZoom();
  }

  // The names from the root to the frame that is zoomed to.
  zoomedPath() {
    return this.zoomed.ancestors().reverse().slice(1).map((node) => node.data.name);
  }

  // Zooms to the frame at the end of such a path, or as far as there is one.
  zoomToPath(path) {
    let node = this.root;
    for (const name of path) {
      const next = (node.children || []).find((child) => child.data.name === name);
      if (!next) break;
      node = next;
    }
    if (node !== this.root) this.chart.zoomTo(node);
  }

  key(event) {
    const node = select(event.target).datum();
    if (!this.frames.has(node)) return;
    if (event.key === 'Enter' || event.key === ' ') this.zoom(node);
    else if (event.key === 'Escape') this.zoom(this.root);
    else if (event.key.startsWith('Arrow')) this.walk(node, event.key);
    else return;
    event.preventDefault();
  }

  // Down is the parent, up the widest child, left and right the neighbours.
  walk(node, key) {
    const width = (of) => of.x1 - of.x0;
    if (key === 'ArrowDown') this.focus(node.parent);
    else if (key === 'ArrowUp') {
      this.focus((node.children || []).reduce((a, b) => (width(b) > width(a) ? b : a), node.children?.[0]));
    } else {
      const row = Array.from(this.frames.keys()).filter((other) => other.depth === node.depth)
        .sort((a, b) => a.x0 - b.x0);
      this.focus(row[row.indexOf(node) + (key === 'ArrowRight' ? 1 : -1)]);
    }
  }

  // Colours the frames that match and says their share; a match within another
  // one adds nothing to it.
  search(text) {
    const wanted = text === '' ? null : searchPattern(text);
    let matched = 0;
    const within = new Set();
    this.root.each((node) => {
      node.highlight = wanted !== null && wanted.test(node.data.name);
      if (node.parent && (within.has(node.parent) || node.parent.highlight)) within.add(node);
      else if (node.highlight) matched += node.data.value;
    });
    this.chart.update();
    this.tellFrames();
    const share = (100 * matched / this.root.data.value).toFixed(2);
    this.said = wanted === null ? '' : `Frames that match hold ${share} % of the total.`;
    this.details.textContent = this.said;
  }
}
