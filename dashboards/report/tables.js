// Tables that sort by any column, and the panels that are tables.
// SPDX-License-Identifier: BSD-2-Clause
import {button, folded, html, nothing, save} from './elements.js';
import {ABSENT, formatCount, formatNs, threeDigits} from './format.js';
import {loadKey, pathOf} from './model.js';
import {listedCells} from './view.js';

// More rows than that are shown on demand: a page with all of 5,000 cells as
// rows would take seconds to lay out.
const ROWS_AT_FIRST = 200;

// How people have sorted each table, by its caption: kept when the page is
// drawn again.
const tableStates = new Map();

function stateOfTable(caption) {
  if (!tableStates.has(caption)) {
    tableStates.set(caption, {sorted: -1, direction: 1, shown: ROWS_AT_FIRST});
  }
  return tableStates.get(caption);
}

// A cell may be {text, class, facts}.
function plain(value) {
  return value !== null && typeof value === 'object' ? value.text : value;
}

// Numbers before text, what is absent last whatever the direction.
function compareValues(a, b, direction) {
  const missing = (value) => value === undefined || value === null || value === '';
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * collator.compare(String(a), String(b));
}

const collator = new Intl.Collator('en', {numeric: true});

function tableCell(value, format) {
  const number = typeof value === 'number';
  const missing = value === undefined || value === null || value === '';
  if (!missing && typeof value === 'object') {
    const cell = html('td', {class: value.class}, value.text);
    for (const [name, fact] of Object.entries(value.facts)) {
      if (fact !== undefined) cell.dataset[name] = fact;
    }
    return cell;
  }
  const text = missing ? ABSENT : number ? format(value) : String(value);
  const cell = html('td', {class: number || missing ? 'number' : ''}, text);
  if (number) cell.dataset.value = value;
  return cell;
}

// Whole numbers in full where a column holds nothing else, else three digits.
function columnFormat(rows, index) {
  const whole = rows.every((row) => typeof row[index] !== 'number'
    || Number.isInteger(row[index]));
  return whole ? formatCount : threeDigits;
}

// RFC 4180, all digits, what is absent empty.
function csvText(columns, rows) {
  const field = (value) => {
    const text = value === undefined || value === null ? '' : String(plain(value));
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

export function sortableTable(caption, columns, rows) {
  const state = stateOfTable(caption);
  const body = html('tbody');
  const formats = columns.map((_, index) => columnFormat(rows, index));
  const more = html('p', {class: 'more'});
  const ordered = () => (state.sorted < 0 || state.sorted >= columns.length ? rows
    : rows.slice().sort((a, b) => compareValues(plain(a[state.sorted]), plain(b[state.sorted]),
      state.direction)));
  const show = () => {
    const all = ordered();
    body.replaceChildren(...all.slice(0, state.shown).map((row) => (
      html('tr', {}, ...columns.map((_, i) => tableCell(row[i], formats[i]))))));
    more.replaceChildren(...(all.length <= state.shown ? [] : [
      `${formatCount(state.shown)} of ${formatCount(all.length)} rows. `,
      button({class: 'more-rows'}, `Show ${formatCount(Math.min(1000, all.length - state.shown))} more`, () => {
        state.shown += 1000;
        show();
      })]));
  };
  const heads = columns.map((name, index) => {
    const head = html('th', {scope: 'col'});
    head.append(button({}, name, () => {
      state.direction = state.sorted === index ? -state.direction : 1;
      state.sorted = index;
      tellOrder();
      show();
    }));
    return head;
  });
  const tellOrder = () => heads.forEach((head, index) => head.setAttribute('aria-sort',
    index !== state.sorted ? 'none' : state.direction > 0 ? 'ascending' : 'descending'));
  tellOrder();
  show();
  const file = `knotestat-${caption.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.csv`;
  return html('div', {class: 'table'},
    button({class: 'csv', 'aria-label': `Save as CSV: ${caption}`}, 'CSV',
      () => save(file, 'text/csv', csvText(columns, ordered()))),
    html('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Table: ${caption}`},
      html('table', {}, html('thead', {}, html('tr', {}, ...heads)), body)), more);
}

// The numbers behind a chart, folded away below it.
export function dataTable(caption, columns, rows) {
  return folded(caption, `Data: ${caption}`, sortableTable(caption, columns, rows));
}

export function drawChoice(model, holder) {
  const {verdicts} = model.data.choice;
  if (verdicts.length === 0) {
    return holder.append(nothing('No recommendation was made from this run.'));
  }
  const order = ['recommended', 'front', 'rejected', 'not ranked'];
  const list = html('div', {class: 'verdicts'});
  for (const [key, load] of new Map(verdicts.map((v) => [loadKey(v.load), v.load]))) {
    list.append(html('h3', {}, `For ${load.title}`));
    const mine = verdicts.filter((v) => loadKey(v.load) === key)
      .sort((a, b) => order.indexOf(a.ruling) - order.indexOf(b.ruling));
    list.append(html('dl', {}, ...mine.flatMap((v) => [
      html('dt', {class: v.ruling.replace(' ', '-')},
        html('span', {class: 'ruling'}, v.ruling), ` ${v.strategy} ${v.scope}`.trimEnd()),
      html('dd', {}, v.reason)])));
  }
  return holder.append(list);
}

function interruptionsText(seen) {
  if (!seen) return undefined;
  if (seen.per_second === 0) return 'none of over 1 µs';
  return `${Math.round(seen.per_second)} a second, ${threeDigits(100 * seen.share)} % of its time, half `
    + `of that for ${formatNs(seen.half_ns)} and more at once`;
}

export function drawCertificate(model, view, holder) {
  const {context} = model.data.figures;
  const facts = [
    ['Host', context.host], ['Kernel', context.kernel && `Linux ${context.kernel}`],
    ['CPU', context.cpu_model], ['CPUs online', context.cpus],
    ['Started', context.started_at], ['Command', context.command_line],
    ['Build', context.build], ['Seed', context.seed],
    ['Timer quantum', formatNs(context.timer_quantum_ns)],
    ['Cost of one timed bracket', formatNs(context.timer_cost_ns)],
    ['Clocks of CPUs differ by', formatNs(context.timer_skew_ns)],
    ['Interruptions of a CPU', interruptionsText(context.interruptions)],
    ['eBPF', context.bpf ? 'attached' : `not attached: ${context.bpf_reason || 'no reason recorded'}`],
  ];
  holder.append(html('dl', {class: 'facts'}, ...facts.flatMap(([name, value]) => [
    html('dt', {}, name), html('dd', {}, value === undefined ? ABSENT : String(value))])));
  const rows = (view ? listedCells(model, view) : []).map((cell) => {
    const {slowdown} = cell.certificate;
    const percent = (key) => (slowdown ? 100 * slowdown[key] : undefined);
    return [cell.strategy, cell.scope, cell.workload, cell.cpus, percent('median'),
      percent('lo'), percent('hi'), cell.certificate.events_lost,
      cell.certificate.steal_ns, cell.certificate.involuntary_switches,
      cell.oracle ? cell.oracle.violations : undefined, cell.launches,
      cell.steady_state ? cell.steady_state.verdict : undefined, cell.not_ranked, cell.refused];
  });
  if (rows.length > 0) {
    holder.append(sortableTable('Certificate of every cell', ['strategy', 'scope', 'workload',
      'CPUs', 'slowdown %', 'lo %', 'hi %', 'events lost', 'steal ns',
      'involuntary switches', 'oracle violations', 'launches', 'steady state',
      'not ranked because', 'refused because'], rows));
  }
}

function everythingRows(model, view) {
  const rows = [];
  for (const cell of listedCells(model, view)) {
    const paths = Object.keys(cell.paths);
    for (const name of paths.length > 0 ? paths : [undefined]) {
      const path = name === undefined ? {} : pathOf(cell, name);
      const part = (object, key) => (object ? object[key] : undefined);
      const fini = cell.klist_fini_ns;
      rows.push([cell.strategy, cell.scope, cell.group, cell.workload, cell.cpus,
        cell.processes, cell.threads, name,
        part(path.ns_per_op, 'median'), part(path.marginal_ns, 'median'),
        part(path.marginal_ns, 'lo'), part(path.marginal_ns, 'hi'),
        part(path.sampled_ns, 'p50'), part(path.sampled_ns, 'p99'),
        part(path.sampled_ns, 'max'), part(fini, 'p50'), part(fini, 'p99'),
        part(fini, 'max'), part(fini, 'count'), part(cell.bytes, 'per_knote'),
        part(cell.bytes, 'per_klist'), part(cell.bytes, 'per_thread'),
        part(cell.bytes, 'per_cpu'), part(cell.oracle, 'violations')]);
    }
  }
  return rows;
}

export function drawEverything(model, view, holder) {
  if (model.cells.length === 0) {
    return holder.append(nothing('This result holds no cells.'));
  }
  return holder.append(sortableTable('Every cell and path', ['strategy', 'scope', 'group',
    'workload', 'CPUs', 'processes', 'threads', 'path', 'ns/op', 'marginal', 'marginal lo',
    'marginal hi', 'sampled p50', 'sampled p99', 'sampled max', 'fini p50', 'fini p99',
    'fini max', 'detaches', 'B/knote', 'B/klist', 'B/thread', 'B/CPU', 'oracle'],
  everythingRows(model, view)));
}
