// The answer, how sure it is, and what the reader must know before the rest.
// SPDX-License-Identifier: BSD-2-Clause
import {html, visible} from './elements.js';
import {ABSENT, formatBytes, formatCount, formatEstimate, formatNs} from './format.js';
import {loadKey, memoryOf, pathOf} from './model.js';
import {addressOfView, viewFromAddress} from './view.js';

function notes(model) {
  const {figures, detailed} = model.data;
  const sentences = [];
  if (model.cells.length === 0 && !figures.truth) {
    sentences.push('This result holds no cells: the run ended before its first one.');
  }
  if (!figures.finished) {
    sentences.push('The run is still going on or was stopped; these are its figures so far.');
  }
  if (!figures.context.bpf) {
    sentences.push(`eBPF was not attached: ${figures.context.bpf_reason || 'no reason recorded'}`);
  }
  if (!detailed) {
    sentences.push(`This result holds ${formatCount(model.cells.length)} cells, too many for one page `
      + 'to carry distributions and courses: the figures of all cells are here, the rest is in '
      + 'the result file.');
  }
  return sentences.join(' ');
}

// A number stays on the line of its unit.
function unbroken(text) {
  return visible(text).replace(/(\d) (%|ns|us|ms)/g, '$1\u00a0$2');
}

// What is said where nothing was measured: of truth workloads, if any.
function answerWithoutCells(figures) {
  const plays = figures.truth || [];
  if (plays.length === 0) return 'Nothing was measured.';
  const differences = plays.filter((play) => play.difference).length;
  return differences === 0 ? `Every promise that was tested was kept, in ${plays.length} plays.`
    : `${differences} of ${plays.length} plays differ from what was promised.`;
}

export function drawAnswer(model) {
  const {choice} = model.data;
  const answer = document.getElementById('answer');
  const notice = document.getElementById('notice');
  answer.textContent = visible(choice.headline) || (model.cells.length === 0
    ? answerWithoutCells(model.data.figures) : 'No recommendation can be made from this run.');
  document.getElementById('sure').textContent = choice.confidence
    ? `How sure: ${unbroken(choice.confidence)}` : '';
  notice.textContent = visible(notes(model));
  notice.hidden = notice.textContent === '';
  document.title = `knotestat: ${answer.textContent}`;
}

// The cell that an answer is about.
function answeredCell(model, answer) {
  return model.cells.find((cell) => loadKey(cell) === loadKey(answer.load)
    && cell.strategy === answer.strategy && cell.scope === answer.scope
    && cell.cpus === answer.load.cpus);
}

// One card per load: what to take, up to where, at what cost, how sure.
function answerCard(model, view, answer) {
  const cell = answeredCell(model, answer);
  const grid = model.gridOf.get(loadKey(answer.load));
  const path = cell && pathOf(cell, view.grid === grid
    ? view.path : Object.keys(cell.paths)[0]);
  const facts = [
    ['reader', path && formatEstimate(path.marginal_ns)],
    ['klist_fini p99', cell && cell.klist_fini_ns && formatNs(cell.klist_fini_ns.p99)],
    ['memory', cell && formatBytes(memoryOf(cell))],
    ['how sure', answer.confidence && unbroken(answer.confidence)],
  ].filter(([, text]) => text && text !== ABSENT);
  const link = html('a', {
    href: grid ? addressOfView(model, {...viewFromAddress({...model, grids: [grid]}, ''),
      hidden: view.hidden, rows: view.rows}) : '#',
    'aria-current': grid === view.grid ? 'true' : undefined,
  }, answer.load.title);
  return html('li', {class: grid === view.grid ? 'card current' : 'card'},
    html('p', {class: 'card-title'}, 'For ', link, ', up to ',
      `${answer.load.cpus} ${answer.load.cpus === 1 ? 'CPU' : 'CPUs'}: `,
      html('strong', {}, `${answer.strategy} ${answer.scope}`.trim())),
    html('dl', {}, ...facts.flatMap(([name, text]) => [html('dt', {}, name), html('dd', {}, text)])));
}

export function drawAnswers(model, view) {
  const list = document.getElementById('answers');
  const answers = model.data.choice.answers || [];
  // With very many loads, the ones that are not shown are a click away.
  const MOST = 12;
  const isMine = (a) => loadKey(a.load) === loadKey(view.grid);
  const listed = answers.length <= MOST ? answers
    : [...answers.filter(isMine), ...answers.filter((a) => !isMine(a))].slice(0, MOST);
  list.replaceChildren(...listed
    .map((answer) => answerCard(model, view, answer)));
  list.hidden = answers.length === 0;
  list.parentElement.classList.toggle('alone', list.hidden);
}
