// One cell, 5,000, 50,000, and pages that are damaged.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, screenshot, embeddedData} = require('./browser.cjs');

let browser;

before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

// Milliseconds from the start of loading until all panels are drawn.
const ready = (page) => page.evaluate(() => Math.round(
  performance.getEntriesByName('drawn')[0].startTime));

test('5,000 cells: below 5 MB, every panel, and tables that grow on demand', async (t) => {
  const file = reportPath('5000.html');
  assert.ok(fs.statSync(file).size < 5e6);
  const page = await openFile(browser.context, file);
  t.diagnostic(`5,000 cells: ${fs.statSync(file).size} bytes, drawn after ${await ready(page)} ms`);
  const data = await embeddedData(page);
  assert.strictEqual(data.figures.cells.length, 5000);
  assert.strictEqual(await page.isVisible('#notice'), false);
  for (const id of ['tradeoff', 'scaling', 'reader', 'writer', 'course', 'fairness', 'scopes']) {
    assert.ok(await page.locator(`#${id} [data-strategy]`).count() > 0, id);
  }
  assert.strictEqual(await page.locator('#certificate tbody tr').count(), 200);
  assert.match(await page.textContent('#certificate .more'), /^200 of 5,000 rows/);
  await page.click('#certificate .more-rows');
  assert.strictEqual(await page.locator('#certificate tbody tr').count(), 1200);
  const total = (kind) => data.stacks.filter((s) => s.kind === kind)
    .reduce((sum, s) => sum + s.value, 0);
  assert.strictEqual(await page.$eval('#flame .frame', (f) => Number(f.dataset.value)), total('on_cpu'));
  assert.deepStrictEqual(page.problems, []);
  await screenshot(page, 'report-5000');
});

test('50,000 cells: their figures, and why not more', async (t) => {
  const page = await openFile(browser.context, reportPath('50000.html'));
  t.diagnostic(`50,000 cells: drawn after ${await ready(page)} ms`);
  assert.match(await page.textContent('#notice'), /holds 50,000 cells, too many for one page/);
  assert.match(await page.textContent('#certificate .more'), /^200 of 50,000 rows/);
  assert.ok(await page.locator('#tradeoff [data-p99]').count() > 0);
  for (const id of ['reader', 'course', 'fairness']) {
    assert.ok(await page.isVisible(`#${id} .nothing`), id);
  }
  assert.deepStrictEqual(page.problems, []);
});

test('one cell: its cost without a floor, and no comparison', async () => {
  const page = await openFile(browser.context, reportPath('one.html'));
  const data = await embeddedData(page);
  const points = await page.$$eval('#tradeoff [data-p99]', (all) => all.map((e) => e.dataset.p99));
  assert.deepStrictEqual(points.map(Number), [data.figures.cells[0].klist_fini_ns.p99]);
  const costs = await page.$$eval('#tradeoff [data-p99]', (all) => all.map((e) => e.dataset.marginal));
  assert.deepStrictEqual(costs.map(Number), [data.figures.cells[0].paths.submit.ns_per_op.median]);
  assert.match(await page.textContent('#tradeoff svg'), /dispatch included/);
  assert.match(await page.textContent('#scopes .nothing'), /nothing to compare/);
  assert.strictEqual(await page.locator('text=NaN').count(), 0);
  assert.strictEqual(await page.locator('text=Infinity').count(), 0);
  assert.deepStrictEqual(page.problems, []);
  await screenshot(page, 'report-one');
});

test('a result file that cannot be read: the page says why', async () => {
  const page = await openFile(browser.context, reportPath('damaged.html'));
  assert.strictEqual(await page.textContent('#answer'), 'There is no result to show.');
  assert.strictEqual(await page.textContent('#notice'), 'x.db: truncated or damaged (<img src=x>)');
  assert.strictEqual(await page.isVisible('#main'), false);
  assert.deepStrictEqual(page.problems, []);
});

test('a page that was cut off says so', async () => {
  const whole = fs.readFileSync(reportPath('full.html'), 'utf8');
  const cut = reportPath('cut.html');
  for (const length of [whole.indexOf('id="data"') + 1000, whole.length - 40]) {
    fs.writeFileSync(cut, whole.slice(0, length));
    const page = await openFile(browser.context, cut);
    assert.strictEqual(await page.textContent('#answer'), 'The data of this page is damaged.');
    assert.match(await page.textContent('#notice'), /Write it again: knotestat report FILE --html/);
    assert.deepStrictEqual(page.problems, []);
    await page.close();
  }
  fs.rmSync(cut);
});
