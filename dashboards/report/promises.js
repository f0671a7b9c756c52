// What each strategy promises, and what was seen of it while it ran.
// SPDX-License-Identifier: BSD-2-Clause
import {nothing} from './elements.js';
import {formatCount, isMeasured} from './format.js';
import {seriesKey} from './model.js';
import {sortableTable} from './tables.js';
import {listedCells} from './view.js';

// `seen`: the counter of a cell that shows the promise in use.
export const PROMISES = [
  {key: 'safe', text: 'no call into a driver after klist_fini', violations: true},
  {key: 'reader_may_block', text: 'a reader may sleep in a section', seen: 'bpf.section_sleep.count'},
  {key: 'reader_may_migrate', text: 'a reader may change CPUs in a section', seen: 'bpf.section_migrated.count'},
  {key: 'reader_may_recurse', text: 'a reader may enter again while a writer waits'},
  {key: 'enter_under_spin_lock', text: 'a section may begin under a spin lock'},
  {key: 'covers_submit', text: 'submits run inside a section'},
];

// Totals over cells; undefined where none has the figure.
function total(cells, figure) {
  const values = cells.map(figure).filter(isMeasured);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

// {state, text, count}: state is "kept" (put to the test and held), "broken",
// "unchecked" (promised, never tested) or "none".
export function judge(promise, promised, cells) {
  if (promise.violations) {
    const checked = cells.filter((cell) => isMeasured(cell.oracle.violations));
    const count = total(checked, (cell) => cell.oracle.violations);
    const broken = checked.filter((cell) => cell.oracle.violations > 0).length;
    const cellCount = `${checked.length} ${checked.length === 1 ? 'cell' : 'cells'}`;
    if (count === undefined) {
      return promised ? {state: 'unchecked', text: 'promised; the oracle did not run'}
        : {state: 'none', text: 'not promised'};
    }
    if (promised) {
      return count > 0
        ? {state: 'broken', text: `BROKEN: ${formatCount(count)} calls in ${broken} of ${cellCount}`, count}
        : {state: 'kept', text: `kept in ${cellCount}`, count};
    }
    return {state: 'none', text: `not promised; ${formatCount(count)} calls seen`, count};
  }
  const forbidden = cells.some((cell) => cell.counters.forbidden_load > 0);
  const count = promise.seen ? total(cells, (cell) => cell.counters[promise.seen]) : undefined;
  const seen = count === undefined ? '' : `; seen ${formatCount(count)} times`;
  if (promised) {
    return {state: count > 0 ? 'kept' : 'unchecked', text: `promised${seen}`, count};
  }
  return forbidden && count > 0
    ? {state: 'broken', text: `not promised, and the load needs it${seen}`, count}
    : {state: 'none', text: `not promised${seen}`, count};
}

// What the plays of truth workloads say of one promise of one strategy, in the
// same words: {state, text, count}, where count is how many tested it.
function judgePlays(promise, plays) {
  const tested = plays.filter((play) => play.promise_name === promise.key);
  const promised = plays[0].promises[promise.key];
  const count = tested.length;
  const where = `in ${count} ${count === 1 ? 'workload' : 'workloads'}`;
  if (tested.some((play) => play.verdict === 'BROKEN')) {
    return {state: 'broken', text: `BROKEN ${where}`, count};
  }
  if (promised) {
    return count > 0 ? {state: 'kept', text: `kept ${where}`, count}
      : {state: 'unchecked', text: 'promised, not tested', count};
  }
  if (count === 0) return {state: 'none', text: 'not promised', count};
  const failed = tested.some((play) => play.verdict === 'as declared');
  return {state: 'none', text: `not promised, ${failed ? 'and fails' : 'went well'}`, count};
}

// What went wrong in a play, who waits for whom, and what else was noted.
function storyOf(play) {
  return [play.failure, ...play.wait_chain.waits.map((wait) => wait.text), ...play.notes]
    .filter((text) => text !== '').join('; ');
}

// The truth workloads of the result: a row for each strategy, then each play.
function drawPlays(plays, holder) {
  const byTitle = new Map();
  for (const play of plays) {
    if (!byTitle.has(play.title)) byTitle.set(play.title, []);
    byTitle.get(play.title).push(play);
  }
  holder.append(sortableTable('Promises put to the test',
    ['strategy', ...PROMISES.map((promise) => promise.text)],
    Array.from(byTitle, ([title, mine]) => [title, ...PROMISES.map((promise) => {
      const {state, text, count} = judgePlays(promise, mine);
      return {text, class: `promise ${state}`, facts: {tested: promise.key, title, state, count}};
    })])));
  holder.append(sortableTable('Plays',
    ['workload', 'question', 'strategy', 'verdict', 'what was seen'],
    plays.map((play) => [play.workload, play.question, play.title, {
      text: play.verdict, class: play.difference ? 'promise broken' : 'promise',
      facts: {play: play.workload, title: play.title, verdict: play.verdict, story: storyOf(play)},
    }, storyOf(play)])));
}

export function drawPromises(model, view, holder) {
  const plays = model.data.figures.truth || [];
  if (plays.length > 0) drawPlays(plays, holder);
  if (model.cells.length > 0) drawPromisesOfCells(model, view, holder);
}

function drawPromisesOfCells(model, view, holder) {
  const rows = new Map();
  for (const cell of listedCells(model, view)) {
    if (!cell.promises) continue;
    const series = model.seriesOf.get(seriesKey(cell));
    if (!rows.has(series)) rows.set(series, []);
    rows.get(series).push(cell);
  }
  if (rows.size === 0) return holder.append(nothing('No cell says what it promises.'));
  const columns = ['strategy', 'scope', ...PROMISES.map((p) => p.text), 'a writer waits for'];
  return holder.append(sortableTable('Promises kept and broken', columns,
    Array.from(rows, ([series, cells]) => [series.strategy, series.scope,
      ...PROMISES.map((promise) => {
        const verdict = judge(promise, cells[0].promises[promise.key], cells);
        return {
          text: verdict.text, class: `promise ${verdict.state}`,
          facts: {promise: promise.key, state: verdict.state, count: verdict.count},
        };
      }), cells[0].promises.writer_waits_for])));
}
