// The panels below the first screen: each shows what the page carries, and a
// panel that shows anything else is noticed. SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const vm = require('node:vm');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, embeddedData, marks, bundled} = require('./browser.cjs');

let browser;
let page;
let data;

before(async () => {
  browser = await openBrowser();
  page = await openFile(browser.context, reportPath('full.html'), '#workload=mix&path=scan&cpus=4');
  data = await embeddedData(page);
});
after(async () => { await browser.close(); });

const order = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const sorted = (list) => list.slice().sort(order);
const sum = (list) => list.reduce((total, value) => total + value, 0);

// The cells of the view, each with its series.
function cells() {
  return data.figures.cells.map((cell, i) => ({...cell, series: data.series[i]}))
    .filter((cell) => cell.workload === 'mix' && cell.cpus === 4);
}
const named = (cell) => ({strategy: cell.strategy, scope: cell.scope});

// [[actual], [expected]] of a panel, so that a broken page can be held against
// the same expectation.
const PANELS = {
  readerHistogram: async (from) => [await marks(from, '#reader [data-total]'),
    cells().filter((cell) => cell.series.sampled).map((cell) => ({
      ...named(cell), path: 'scan', bins: cell.series.sampled.scan.length,
      total: sum(cell.series.sampled.scan.map((bin) => bin[2])),
    }))],
  readerCcdf: async (from) => [await marks(from, '#reader [data-points]'),
    cells().filter((cell) => cell.series.sampled).map((cell) => ({
      ...named(cell), path: 'scan', points: cell.series.sampled.scan.length,
      count: sum(cell.series.sampled.scan.map((bin) => bin[2])),
      max: cell.series.sampled.scan[cell.series.sampled.scan.length - 1][0],
    }))],
  writerHistogram: async (from) => [await marks(from, '#writer [data-total]'),
    cells().filter((cell) => cell.series.fini).map((cell) => ({
      ...named(cell), bins: cell.series.fini.histogram.length,
      total: cell.klist_fini_ns.count,
    }))],
  course: async (from) => [await marks(from, '#course [data-course]'),
    cells().flatMap((cell) => [
      ['ns_per_op', cell.series.course && cell.series.course.scan],
      ['klist_fini', cell.series.fini && cell.series.fini.course],
    ].filter(([, course]) => course).map(([figure, course]) => ({
      ...named(cell), course: figure, slices: course.length, first: course[0][1],
      last: course[course.length - 1][1],
    })))],
  fairness: async (from) => [await marks(from, '#fairness [data-thread]'),
    cells().filter((cell) => cell.series.threads).flatMap((cell) => (
      cell.series.threads.scan.map(([thread, ns]) => ({...named(cell), thread, ns}))))],
  scopes: async (from) => [await marks(from, '#scopes [data-figure]'),
    cells().filter((cell) => cell.strategy === 'psref').flatMap((cell) => [
      {...named(cell), figure: 'marginal', value: cell.paths.scan.marginal_ns.median},
      {...named(cell), figure: 'p99', value: cell.klist_fini_ns.p99}])],
  fits: async (from) => [await marks(from, '#scaling [data-fit]'),
    data.figures.scaling.filter((s) => s.workload === 'mix' && s.path === 'scan')
      .flatMap((s) => s.fits.filter((fit) => !fit.refused).map((fit) => ({
        ...named(s), fit: fit.model, residual: fit.worst_residual})))],
  promises: async (from) => [
    (await marks(from, '#promises [data-promise=safe]')).map(({state, count}) => [state, count]),
    Array.from(new Set(data.figures.cells.map((c) => `${c.strategy} ${c.scope}`)), (name) => {
      const mine = data.figures.cells.filter((c) => `${c.strategy} ${c.scope}` === name);
      const checked = mine.filter((c) => c.oracle.violations !== undefined);
      return [mine[0].promises.safe ? 'kept' : 'none',
        sum(checked.map((c) => c.oracle.violations))];
    })],
};

test('each panel shows what the page carries', async () => {
  for (const [name, look] of Object.entries(PANELS)) {
    const [actual, expected] = await look(page);
    assert.ok(expected.length > 0, name);
    assert.deepStrictEqual(sorted(actual), sorted(expected), name);
  }
  assert.deepStrictEqual(page.problems, []);
});

test('a panel that shows something else is noticed', async () => {
  const broken = reportPath('wrong.html');
  const script = bundled('report.js', 'knotestatReport', {
    'series.sampled, view.path': 'series.sampled, "register"',
    'cell.series.course, view.path': 'cell.series.course, "register"',
    'entry.threads.map(([thread, ns])': 'entry.threads.slice(1).map(([thread, ns])',
    'cell.oracle.violations);': 'cell.oracle.violations + 1);',
    "fit.model === 'usl'": "fit.model === 'queue'",
    'count.get(cell.strategy) > 1': 'count.get(cell.strategy) > 2',
    'cell.series.fini.histogram': 'cell.series.fini.histogram.slice(1)',
    'cell.series.fini.course': 'cell.series.fini.course.slice(1)',
  });
  const whole = fs.readFileSync(reportPath('full.html'), 'utf8');
  const [before_, after_] = [whole.indexOf('<script>'), whole.indexOf('</script>')];
  fs.writeFileSync(broken, whole.slice(0, before_).replace(/<meta http-equiv[^>]*>/, '')
    + `<script>${script}${whole.slice(after_)}`);
  const other = await openFile(browser.context, broken, '#workload=mix&path=scan&cpus=4');
  for (const [name, look] of Object.entries(PANELS)) {
    const [actual, expected] = await look(other);
    assert.notDeepStrictEqual(sorted(actual), sorted(expected), `${name} is not looked at`);
  }
  fs.rmSync(broken);
});

test('a broken promise is called broken', () => {
  const context = vm.createContext({});
  vm.runInContext(bundled('promises.js', 'promises'), context);
  const {judge, PROMISES} = context.promises;
  const cell = (violations, forbidden) => ({
    oracle: {violations}, counters: {forbidden_load: forbidden, 'bpf.section_sleep.count': 2},
  });
  const states = [
    judge(PROMISES[0], true, [cell(0), cell(3)]), judge(PROMISES[0], true, [cell(undefined)]),
    judge(PROMISES[0], false, [cell(3)]), judge(PROMISES[1], false, [cell(0, 1)]),
    judge(PROMISES[1], true, [cell(0)]), judge(PROMISES[3], true, [cell(0)]),
  ].map((verdict) => verdict.state);
  assert.strictEqual(judge(PROMISES[0], true, [cell(0), cell(7), cell(undefined)]).text,
    'BROKEN: 7 calls in 1 of 2 cells');
  assert.deepStrictEqual(states, ['broken', 'unchecked', 'none', 'broken', 'kept', 'unchecked']);
});

test('a cost below the floor is shown as that, not moved onto the axis', async () => {
  const points = await marks(page, '#tradeoff [data-p99]');
  const below = points.filter((point) => point.below === 'yes');
  assert.deepStrictEqual(below.map((point) => point.strategy), ['busted_epoch']);
  assert.ok(below[0].marginal < 0);
  const band = await page.locator('#tradeoff .band rect').boundingBox();
  for (const point of points) {
    const mark = page.locator(`#tradeoff [data-strategy="${point.strategy}"][data-scope="${point.scope}"]`);
    const at = await mark.boundingBox();
    const inside = at.x > band.x && at.x + at.width < band.x + band.width;
    assert.strictEqual(inside, point.below === 'yes', point.strategy);
  }
  assert.match(await page.textContent('#tradeoff-lead'), /Shaded: 1 that cost less than 0\.05 ns more/);
  assert.match(await page.textContent('#scaling .band-text'), /< 0\.05 ns/);
});

test('two loads of one workload have answers, rulings and histograms of their own', async () => {
  const loads = await openFile(browser.context, reportPath('loads.html'));
  const titles = ['submit with hold_ns 0', 'submit with hold_ns 20000'];
  for (const id of ['view-workload', 'flame-workload']) {
    const options = await loads.$$eval(`#${id} option`, (all) => all.map((o) => o.textContent));
    assert.deepStrictEqual(options.filter((text) => text.startsWith('submit')), titles);
  }
  const headings = await loads.$$eval('#choice h3', (all) => all.map((h) => h.textContent));
  assert.deepStrictEqual(headings, titles.map((title) => `For ${title}`));
  const recommended = await loads.$$eval('#choice dt.recommended', (all) => all.map((t) => t.textContent));
  assert.deepStrictEqual(recommended, ['recommended psref target', 'recommended epoch global']);
  for (const [i, strategy] of ['psref', 'epoch'].entries()) {
    await loads.click(`#answers .card:nth-child(${i + 1}) a`);
    await loads.waitForFunction((title) => document.querySelector('#answers .card.current a')
      .textContent === title, titles[i]);
    assert.match(await loads.textContent('#answers .card.current strong'), new RegExp(strategy));
    const best = await loads.$$eval('#tradeoff .best text', (all) => all.map((t) => t.textContent));
    assert.strictEqual(best.length, 1);
    assert.match(best[0], new RegExp(`★ ${strategy}`));
  }
  for (const width of [1280, 320]) {
    await loads.setViewportSize({width, height: 700});
    const over = await loads.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${over} px too wide at ${width}`);
  }
  assert.deepStrictEqual(loads.problems, []);
  await loads.close();
});

test('cards give the answer of each workload, and lead to it', async () => {
  const cards = await page.$$eval('#answers .card',
    (all) => all.map((card) => card.textContent.replaceAll('\u00a0', ' ')));
  assert.strictEqual(cards.length, data.choice.answers.length);
  data.choice.answers.forEach((answer, i) => {
    for (const part of [`For ${answer.load.title}, up to ${answer.load.cpus} CPUs`, answer.strategy,
      answer.confidence]) assert.ok(cards[i].includes(part), part);
  });
  await page.click('#answers .card:not(.current) a');
  await page.waitForFunction(() => document.querySelector('#view-workload')
    .selectedOptions[0].textContent === 'submit');
  assert.match(await page.textContent('#answers .card.current'), /^For submit/);
  assert.deepStrictEqual(page.problems, []);
});
