// The report of a whole run: every panel shows the data that the page carries.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, screenshot, embeddedData, marks} = require('./browser.cjs');

let browser;
let page;
let data;

before(async () => {
  browser = await openBrowser({colorScheme: 'light'});
  page = await openFile(browser.context, reportPath('full.html'));
  data = await embeddedData(page);
});
after(async () => { await browser.close(); });

const order = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const sorted = (list) => list.slice().sort(order);

// Runs `check` for every workload, path and number of CPUs of the page.
async function forEachView(check) {
  const values = (id) => page.$$eval(`#${id} option`, (options) => options.map((o) => o.value));
  for (const workload of await values('view-workload')) {
    await page.selectOption('#view-workload', workload);
    const name = await page.$eval('#view-workload', (s) => s.selectedOptions[0].textContent);
    for (const path of await values('view-path')) {
      await page.selectOption('#view-path', path);
      for (const column of await values('view-cpus')) {
        await page.selectOption('#view-cpus', column);
        const label = await page.$eval('#view-cpus', (s) => s.selectedOptions[0].textContent);
        const cells = data.figures.cells.filter((cell) => cell.workload === name);
        await check(cells, path, cells.filter((cell) => cell.cpus === parseInt(label, 10)));
      }
    }
  }
}

test('the first screen answers the question', async () => {
  assert.strictEqual(await page.textContent('#answer'), data.choice.headline);
  assert.match(await page.textContent('#sure'), /How sure: 12 rounds/);
  assert.strictEqual(await page.isVisible('#notice'), false);
  const chart = await (await page.$('#tradeoff svg')).boundingBox();
  assert.ok(chart.y + 300 < 900, 'the proof begins within the first screen');
});

test('trade-off: one mark for each strategy that has both figures', async () => {
  await forEachView(async (all, path, cells) => {
    const {load} = data.choice.verdicts.find((v) => v.load.workload === cells[0].workload);
    const here = cells[0].cpus === load.cpus;
    const expected = cells.filter((cell) => cell.paths[path]
      && cell.paths[path].marginal_ns && cell.klist_fini_ns)
      .map((cell) => ({
        strategy: cell.strategy, scope: cell.scope,
        marginal: cell.paths[path].marginal_ns.median, p99: cell.klist_fini_ns.p99,
        memory: cell.bytes.per_knote * 10000 + cell.bytes.per_klist * 100
          + cell.bytes.per_thread * cell.threads * cell.processes
          + cell.bytes.per_cpu * cell.cpus,
        ...(cell.paths[path].marginal_ns.median < 0.05 ? {below: 'yes'} : {}),
      }));
    assert.ok(expected.length >= 5);
    assert.deepStrictEqual(sorted(await marks(page, '#tradeoff [data-p99]')), sorted(expected));
    // The choice made at the most CPUs has no star and no front at fewer.
    const lead = await page.textContent('#tradeoff-lead');
    assert.strictEqual(await page.locator('#tradeoff .front-line').count(), here && path === load.path ? 1 : 0);
    assert.strictEqual(await page.locator('#tradeoff .best text').count(), here ? 1 : 0);
    assert.match(lead, here ? new RegExp(`weighed ${load.path}, klist_fini p90`) : /was made at 4 CPUs/);
    const rulings = await page.$$eval('#tradeoff tbody tr', (all) => all.map((row) => row.cells[7].textContent));
    assert.strictEqual(rulings.includes('recommended'), here);
    const labels = await page.$$eval('#tradeoff :is(.label, .best) text', (texts) => texts.map((text) => ({
      name: text.textContent.replace(/^\u2605 /, '').replace(/ \(.*\)$/, ''), fill: getComputedStyle(text).fill,
    })));
    assert.deepStrictEqual(labels.map(({name}) => name).sort(),
      expected.map(({strategy, scope}) => `${strategy} ${scope}`).sort());
    for (const {name, fill} of labels) assert.match(fill, /^rgb/, name);
  });
});

test('scaling: one mark for each estimate', async () => {
  await forEachView(async (all, path) => {
    const expected = [];
    for (const cell of all) {
      for (const figure of ['ns_per_op', 'marginal_ns']) {
        const estimate = cell.paths[path] && cell.paths[path][figure];
        if (estimate) {
          expected.push({strategy: cell.strategy, scope: cell.scope, cpus: cell.cpus, figure,
            median: estimate.median, lo: estimate.lo, hi: estimate.hi});
        }
      }
    }
    assert.deepStrictEqual(sorted(await marks(page, '#scaling [data-figure]')), sorted(expected));
  });
});

test('writer: the distributions and the phases', async () => {
  await forEachView(async (all, path, cells) => {
    const measured = cells.filter((cell) => cell.klist_fini_ns);
    assert.deepStrictEqual(sorted(await marks(page, '#writer [data-points]')),
      sorted(measured.map((cell) => {
        const ccdf = data.ccdf[data.figures.cells.indexOf(cell)];
        assert.strictEqual(ccdf.points[0][0], cell.klist_fini_ns.max);
        return {strategy: cell.strategy, scope: cell.scope, count: cell.klist_fini_ns.count,
          max: cell.klist_fini_ns.max, points: ccdf.points.length};
      })));
    const wholes = await page.$$eval('#writer .whole text', (all) => all.map((t) => t.textContent));
    assert.strictEqual(wholes.length, measured.length);
    for (const {klist_fini_ns: fini} of measured) {
      const near = (text) => Math.abs(parseFloat(text.slice(4)) * {ns: 1, µs: 1e3, us: 1e3, ms: 1e6}[
        text.split(' ').pop()] / fini.p50 - 1) < 0.01;
      assert.ok(wholes.some((text) => text.startsWith('p50 ') && near(text)), `${fini.p50} in ${wholes}`);
    }
    assert.match(await page.textContent('#writer'), /latency of klist_fini/);
    assert.match(await page.textContent('#reader'), /latency of an operation/);
    assert.deepStrictEqual(sorted(await marks(page, '#writer [data-phase]')),
      sorted(measured.flatMap((cell) => ['publish', 'wait', 'reclaim'].map((phase) => ({
        strategy: cell.strategy, scope: cell.scope, phase, ns: cell.klist_fini_ns[`${phase}_p50`],
      })))));
  });
});

test('choice: every verdict with its reason', async () => {
  const reasons = await page.$$eval('#choice dd', (all) => all.map((e) => e.textContent));
  assert.deepStrictEqual(reasons.sort(), data.choice.verdicts.map((v) => v.reason).sort());
});

test('certificate: machine and every cell', async () => {
  const facts = await page.$$eval('#certificate dd', (all) => all.map((e) => e.textContent));
  for (const key of ['host', 'cpu_model', 'command_line', 'build', 'seed']) {
    assert.ok(facts.includes(String(data.figures.context[key])), key);
  }
  const {per_second: rate, share} = data.figures.context.interruptions;
  assert.ok(facts.some((fact) => fact.startsWith(
    `${rate} a second, ${(100 * share).toPrecision(3)} % of its time`)), facts.join('; '));
  const rows = await page.$$eval('#certificate tbody tr', (all) => all.map((row) => (
    Array.from(row.cells, (cell) => cell.dataset.value))));
  assert.deepStrictEqual(rows.map((row) => row[4]), data.figures.cells.map((cell) => (
    cell.certificate.slowdown ? String(100 * cell.certificate.slowdown.median) : undefined)));
});

test('everything: one row per cell and path, with all digits', async () => {
  const rows = await page.$$eval('#everything tbody tr', (all) => all.map((row) => [
    row.cells[0].textContent, row.cells[7].textContent, row.cells[8].dataset.value,
    row.cells[16].dataset.value]));
  const expected = data.figures.cells.flatMap((cell) => {
    const paths = Object.keys(cell.paths);
    const text = (value) => (value === undefined ? undefined : String(value));
    return (paths.length ? paths : [undefined]).map((path) => [cell.strategy, path || '-',
      text(path && cell.paths[path].ns_per_op.median),
      text(cell.klist_fini_ns && cell.klist_fini_ns.p99)]);
  });
  assert.deepStrictEqual(rows, expected);
});

test('each chart has its numbers as a table', async () => {
  for (const id of ['tradeoff', 'scaling', 'writer']) {
    await page.click(`#${id} summary`);
    assert.ok(await page.locator(`#${id} details tbody tr`).count() > 0, id);
    await page.click(`#${id} summary`);
  }
});

test('a table sorts by mouse and by keyboard, and what is absent comes last', async () => {
  const column = async (index) => page.$$eval('#everything tbody tr', (all, i) => (
    all.map((row) => row.cells[i].dataset.value)), index);
  const check = (values, direction) => {
    const numbers = values.filter((v) => v !== undefined).map(Number);
    assert.ok(numbers.length > 10 && numbers.length < values.length);
    assert.ok(values.slice(numbers.length).every((v) => v === undefined));
    assert.deepStrictEqual(numbers, numbers.slice().sort((a, b) => direction * (a - b)));
  };
  const head = page.locator('#everything th').nth(9);
  await head.locator('button').click();
  check(await column(9), 1);
  assert.strictEqual(await head.getAttribute('aria-sort'), 'ascending');
  await page.keyboard.press('Enter');
  check(await column(9), -1);
  assert.strictEqual(await head.getAttribute('aria-sort'), 'descending');
  await page.locator('#everything th').nth(0).locator('button').click();
  assert.strictEqual(await head.getAttribute('aria-sort'), 'none');
  const names = await page.$$eval('#everything tbody tr', (all) => all.map((r) => r.cells[0].textContent));
  assert.deepStrictEqual(names, names.slice().sort((a, b) => a.localeCompare(b, 'en')));
});

test('charts and controls have accessible names', async () => {
  const unnamed = await page.$$eval('svg[role], [role=region], section, form', (all) => (
    all.filter((e) => !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby'))
      .map((e) => e.outerHTML.slice(0, 80))));
  assert.deepStrictEqual(unnamed, []);
  const unlabelled = await page.$$eval('select, input', (all) => (
    all.filter((e) => e.labels.length === 0).map((e) => e.id)));
  assert.deepStrictEqual(unlabelled, []);
});

test('narrow windows scroll within their tables alone', async () => {
  await page.setViewportSize({width: 480, height: 800});
  const overflow = await page.evaluate(() => (
    document.documentElement.scrollWidth - document.documentElement.clientWidth));
  await screenshot(page, 'report-narrow');
  await page.setViewportSize({width: 1280, height: 900});
  assert.strictEqual(overflow, 0);
});

test('pictures for people, light and dark', async () => {
  await page.selectOption('#view-workload', '0');
  await page.screenshot({path: `${process.env.KNOTESTAT_SCREENSHOTS}/first-screen.png`});
  await screenshot(page, 'report-light');
  await page.emulateMedia({colorScheme: 'dark'});
  await screenshot(page, 'report-dark');
  await page.emulateMedia({colorScheme: 'light'});
});

test('nothing went wrong and nothing was requested', () => {
  assert.deepStrictEqual(page.problems, []);
});
