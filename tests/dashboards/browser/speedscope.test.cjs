// speedscope's own importer takes our files, and counts what the folded stacks
// count. SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const {pathToFileURL} = require('node:url');
const {test, before, after} = require('node:test');
const {openBrowser, reportPath, screenshot} = require('./browser.cjs');

const app = path.join(path.dirname(require.resolve('speedscope/package.json')),
  'dist/release/index.html');
let browser;

before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

// Opens a profile as speedscope's command line does.
async function openProfile(name) {
  const content = fs.readFileSync(reportPath(name)).toString('base64');
  const script = path.resolve(`${reportPath(name)}.js`);
  fs.writeFileSync(script,
    `speedscope.loadFileFromBase64(${JSON.stringify(name)}, "${content}")`);
  const page = await browser.context.newPage();
  await page.goto(`${pathToFileURL(app).href}#localProfilePath=${script}`);
  return page;
}

// Its table of functions: name to total and own value.
async function functionsOf(page) {
  await page.getByText('Sandwich', {exact: false}).first().click();
  await page.waitForSelector('table tr:nth-child(3)');
  const rows = await page.$$eval('table tr', (all) => all.map((row) => (
    Array.from(row.querySelectorAll('td'), (cell) => cell.textContent))));
  const found = {};
  for (const cells of rows) {
    if (cells.length !== 3) continue;
    const [total, self] = cells.map((cell) => Number(cell.replace(/[ (].*$/, '').replace(/,/g, '')));
    found[cells[2]] = {total, self};
  }
  return found;
}

// The same from folded stacks.
function countFolded(text) {
  const counts = {};
  for (const line of text.trim().split('\n')) {
    const space = line.lastIndexOf(' ');
    const frames = line.slice(0, space).split(';');
    const value = Number(line.slice(space + 1));
    const at = (name) => (counts[name] ??= {total: 0, self: 0});
    for (const name of new Set(frames)) at(name).total += value;
    at(frames[frames.length - 1]).self += value;
  }
  return counts;
}

for (const form of ['speedscope', 'pprof']) {
  test(`speedscope shows every function of a ${form} file with its values`, async () => {
    const page = await openProfile(`full.${form}`);
    const expected = countFolded(fs.readFileSync(reportPath('full.folded'), 'utf8'));
    const found = await functionsOf(page);
    await screenshot(page, `speedscope-${form}`);
    assert.ok(Object.keys(expected).length > 5);
    assert.deepStrictEqual(found, expected);
    await page.close();
  });

  test(`speedscope takes hostile names of a ${form} file as text`, async () => {
    const page = await openProfile(`hostile.${form}`);
    const found = await functionsOf(page);
    assert.ok(Object.keys(found).some((name) => name.includes('<script>')),
      Object.keys(found).join('\n'));
    assert.strictEqual(await page.evaluate(() => window.injected), undefined);
    await page.close();
  });
}

test('the comparison sees a file that lacks a sample', async () => {
  const profile = JSON.parse(fs.readFileSync(reportPath('full.speedscope'), 'utf8'));
  profile.profiles[0].weights[0] += 1;
  profile.profiles[0].endValue += 1;
  fs.writeFileSync(reportPath('wrong.speedscope'), JSON.stringify(profile));
  const found = await functionsOf(await openProfile('wrong.speedscope'));
  assert.notDeepStrictEqual(found,
    countFolded(fs.readFileSync(reportPath('full.folded'), 'utf8')));
});
