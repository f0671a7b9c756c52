// Tables that sort by any column, and the panels that are tables.
// SPDX-License-Identifier: BSD-2-Clause

// Numbers before text, what is absent last whatever the direction.
function compareValues(a, b, direction) {
  const missing = (value) => value === undefined || value === null || value === '';
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * String(a).localeCompare(String(b), 'en', {numeric: true});
}

function tableCell(value, format) {
  const number = typeof value === 'number';
  const missing = value === undefined || value === null || value === '';
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

function sortableTable(caption, columns, rows) {
  const body = html('tbody');
  const formats = columns.map((_, index) => columnFormat(rows, index));
  const show = (ordered) => {
    body.replaceChildren(...ordered.map((row) => (
      html('tr', {}, ...row.map((value, i) => tableCell(value, formats[i]))))));
  };
  let sorted = -1;
  let direction = 1;
  const heads = columns.map((name, index) => {
    const button = html('button', {type: 'button'}, name);
    const head = html('th', {scope: 'col', 'aria-sort': 'none'}, button);
    button.addEventListener('click', () => {
      direction = sorted === index ? -direction : 1;
      sorted = index;
      for (const other of heads) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      show(rows.slice().sort((a, b) => compareValues(a[index], b[index], direction)));
    });
    return head;
  });
  show(rows);
  return html('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
    html('table', {}, html('thead', {}, html('tr', {}, ...heads)), body));
}

function drawChoice(model, holder) {
  const {verdicts} = model.data.choice;
  if (verdicts.length === 0) {
    return holder.append(nothing('No recommendation was made from this run.'));
  }
  const order = ['recommended', 'front', 'rejected', 'not ranked'];
  const list = html('div', {class: 'verdicts'});
  for (const workload of new Set(verdicts.map((v) => v.workload))) {
    list.append(html('h3', {}, `For ${workload}`));
    const mine = verdicts.filter((v) => v.workload === workload)
      .sort((a, b) => order.indexOf(a.ruling) - order.indexOf(b.ruling));
    list.append(html('dl', {}, ...mine.flatMap((v) => [
      html('dt', {class: v.ruling.replace(' ', '-')},
        html('span', {class: 'ruling'}, v.ruling), ` ${v.strategy} ${v.scope}`.trimEnd()),
      html('dd', {}, v.reason)])));
  }
  return holder.append(list);
}

function drawCertificate(model, holder) {
  const {context} = model.data.figures;
  const facts = [
    ['Host', context.host], ['Kernel', context.kernel && `Linux ${context.kernel}`],
    ['CPU', context.cpu_model], ['CPUs online', context.cpus],
    ['Started', context.started_at], ['Command', context.command_line],
    ['Build', context.build], ['Seed', context.seed],
    ['Timer quantum', formatNs(context.timer_quantum_ns)],
    ['Cost of one timed bracket', formatNs(context.timer_cost_ns)],
    ['eBPF', context.bpf ? 'attached' : `not attached: ${context.bpf_reason || 'no reason recorded'}`],
  ];
  holder.append(html('dl', {class: 'facts'}, ...facts.flatMap(([name, value]) => [
    html('dt', {}, name), html('dd', {}, value === undefined ? ABSENT : String(value))])));
  const rows = model.cells.map((cell) => {
    const {slowdown} = cell.certificate;
    const percent = (key) => (slowdown ? 100 * slowdown[key] : undefined);
    return [cell.strategy, cell.scope, cell.workload, cell.cpus, percent('median'),
      percent('lo'), percent('hi'), cell.certificate.events_lost,
      cell.certificate.steal_ns, cell.certificate.involuntary_switches,
      cell.oracle ? cell.oracle.violations : undefined, cell.refused];
  });
  if (rows.length > 0) {
    holder.append(sortableTable('Certificate of every cell', ['strategy', 'scope', 'workload',
      'CPUs', 'slowdown %', 'lo %', 'hi %', 'events lost', 'steal ns',
      'involuntary switches', 'oracle violations', 'refused because'], rows));
  }
}

function everythingRows(model) {
  const rows = [];
  for (const cell of model.cells) {
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

function drawEverything(model, holder) {
  if (model.cells.length === 0) {
    return holder.append(nothing('This result holds no cells.'));
  }
  return holder.append(sortableTable('Every cell and path', ['strategy', 'scope', 'group',
    'workload', 'CPUs', 'processes', 'threads', 'path', 'ns/op', 'marginal', 'marginal lo',
    'marginal hi', 'sampled p50', 'sampled p99', 'sampled max', 'fini p50', 'fini p99',
    'fini max', 'detaches', 'B/knote', 'B/klist', 'B/thread', 'B/CPU', 'oracle'],
  everythingRows(model)));
}
