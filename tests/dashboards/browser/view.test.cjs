// What people choose: it filters charts and tables, stays in the address, and
// survives new data; what they save is what they see.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, embeddedData, marks, saved} = require('./browser.cjs');

let browser;
let page;
let data;

before(async () => {
  browser = await openBrowser();
  page = await openFile(browser.context, reportPath('full.html'));
  data = await embeddedData(page);
});
after(async () => { await browser.close(); });

const address = async (of = page) => new URLSearchParams(new URL(of.url()).hash.slice(1));
const drawn = async (of = page) => new Set((await marks(of, 'main [data-strategy]'))
  .map((m) => `${m.strategy} ${m.scope}`));
const rows = (id) => page.$$eval(`${id} tbody tr`, (all) => (
  all.map((row) => Array.from(row.cells, (cell) => cell.textContent))));

test('a hidden strategy leaves charts, tables and flame graphs', async () => {
  assert.ok((await drawn()).has('rwlock global'));
  await page.click('#view summary');
  await page.getByLabel('rwlock global', {exact: true}).uncheck();
  assert.strictEqual((await drawn()).has('rwlock global'), false);
  for (const id of ['#everything', '#certificate', '#promises']) {
    const names = (await rows(id)).map((row) => row[0]);
    assert.ok(names.length > 0 && !names.includes('rwlock'), id);
  }
  const options = await page.$$eval('#flame-strategy option', (all) => all.map((o) => o.textContent));
  assert.ok(options.includes('psref klist') && !options.includes('rwlock global'));
  assert.deepStrictEqual((await address()).getAll('hide'), ['rwlock global']);
  await page.click('#show-all');
  assert.ok((await drawn()).has('rwlock global'));
});

test('tables of one workload and CPUs alone', async () => {
  await page.check('#view-rows');
  const listed = await rows('#certificate');
  const expected = data.figures.cells.filter((c) => c.workload === 'submit' && c.cpus === 4);
  assert.strictEqual(listed.length, expected.length);
  assert.ok(listed.every((row) => row[2] === 'submit' && row[3] === '4'));
  assert.strictEqual((await address()).get('rows'), 'view');
  await page.uncheck('#view-rows');
});

test('the address opens the same view', async () => {
  await page.selectOption('#view-workload', '1');
  await page.selectOption('#view-path', 'register');
  await page.selectOption('#view-cpus', '1');
  await page.getByLabel('epoch global', {exact: true}).uncheck();
  const other = await openFile(browser.context, reportPath('full.html'), new URL(page.url()).hash);
  for (const id of ['view-workload', 'view-path', 'view-cpus']) {
    const chosen = (of) => of.$eval(`#${id}`, (s) => s.selectedOptions[0].textContent);
    assert.strictEqual(await chosen(other), await chosen(page), id);
  }
  assert.deepStrictEqual(await marks(other, '#scaling [data-figure]'),
    await marks(page, '#scaling [data-figure]'));
  assert.strictEqual((await drawn(other)).has('epoch global'), false);
  await other.evaluate(() => { window.location.hash = '#workload=submit&cpus=1'; });
  await other.waitForFunction(() => document.querySelector('#view-workload').value === '0');
  assert.strictEqual((await drawn(other)).has('epoch global'), true);
  assert.deepStrictEqual(other.problems, []);
  await other.close();
});

test('an address that names what is not there opens the page all the same', async () => {
  const other = await openFile(browser.context, reportPath('full.html'),
    '#workload=%3Cimg%3E&path=__proto__&cpus=-1&load=99&hide=nobody');
  assert.strictEqual(await other.$eval('#view-workload', (s) => s.value), '0');
  assert.ok((await marks(other, '#tradeoff [data-p99]')).length > 0);
  assert.deepStrictEqual(other.problems, []);
  await other.close();
});

// RFC 4180.
function parseCsv(text) {
  const records = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/gy;
  for (let match = field.exec(text); match && match.index < text.length; match = field.exec(text)) {
    records[records.length - 1].push(match[1] === undefined ? match[2] : match[1].replace(/""/g, '"'));
    if (match[3] !== ',') records.push([]);
  }
  return records.slice(0, -1);
}

test('every table saves itself as CSV, in its order and with all digits', async () => {
  await page.goto(page.url().split('#')[0]);
  await page.waitForFunction(() => document.documentElement.dataset.ready === 'yes');
  await page.locator('#everything th button').nth(8).click();
  const {name, text} = await saved(page, '#everything .csv');
  assert.strictEqual(name, 'knotestat-every-cell-and-path.csv');
  const [head, ...records] = parseCsv(text);
  assert.strictEqual(head[8], 'ns/op');
  const all = data.figures.cells.flatMap((cell) => (
    Object.values(cell.paths).map((path) => path.ns_per_op.median)));
  assert.deepStrictEqual(records.map((r) => r[8]).filter((v) => v !== '').map(Number),
    all.slice().sort((a, b) => a - b));
  const tables = await page.locator('main .table').count();
  assert.strictEqual(await page.locator('main .csv').count(), tables);
  assert.ok(tables >= 14, `${tables} tables`);
});

test('a name cannot break out of its CSV field', async () => {
  const other = await openFile(browser.context, reportPath('hostile.html'));
  const {text} = await saved(other, '#certificate .csv');
  const of = await embeddedData(other);
  assert.deepStrictEqual(parseCsv(text).slice(1).map((record) => record[0]),
    of.figures.cells.map((cell) => cell.strategy));
  await other.close();
});

test('the whole data can be saved', async () => {
  const {name, text} = await saved(page, '#save-json');
  assert.strictEqual(name, 'knotestat-report.json');
  assert.deepStrictEqual(JSON.parse(text), data);
});

test('new data is drawn, and what people have chosen stays', async () => {
  await page.selectOption('#view-workload', '1');
  await page.click('#tradeoff summary');
  await page.locator('#everything th button').nth(0).click();
  await page.selectOption('#flame-kind', 'on_cpu');
  await page.fill('#flame-search', 'Worker');
  await page.click('#flame .frame[data-name="knote::Worker::Run"]');
  await page.evaluate(async () => {
    const next = JSON.parse(await knotestatReport.unpack(document.getElementById('data').textContent));
    next.figures.finished = false;
    for (const cell of next.figures.cells) if (cell.klist_fini_ns) cell.klist_fini_ns.p99 *= 2;
    knotestatReport.render(next);
  });
  assert.match(await page.textContent('#notice'), /still going on/);
  const shown = (await marks(page, '#tradeoff [data-p99]')).map((m) => m.p99).sort();
  assert.deepStrictEqual(shown, data.figures.cells.filter((c) => c.workload === 'mix'
    && c.cpus === 4 && c.klist_fini_ns && c.paths.scan.marginal_ns).map((c) => 2 * c.klist_fini_ns.p99).sort());
  assert.strictEqual(await page.$eval('#view-workload', (s) => s.value), '1');
  assert.strictEqual(await page.$eval('#tradeoff details', (d) => d.open), true);
  assert.strictEqual(await page.locator('#everything th').nth(0).getAttribute('aria-sort'), 'ascending');
  assert.strictEqual(await page.inputValue('#flame-search'), 'Worker');
  assert.strictEqual(await page.$eval('#flame .frame[data-name="knote::Worker::Run"] rect',
    (rect) => Number(rect.getAttribute('width'))), 1160);
  assert.deepStrictEqual(page.problems, []);
});
