// Truth workloads on the page: every table cell is held against the data, and a
// page that shows something else is noticed. SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, embeddedData, marks, bundled} = require('./browser.cjs');

let browser;
let page;
let plays;

before(async () => {
  browser = await openBrowser();
  page = await openFile(browser.context, reportPath('truth.html'));
  plays = (await embeddedData(page)).figures.truth;
});
after(async () => { await browser.close(); });

const order = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const sorted = (list) => list.slice().sort(order);

// [[actual], [expected]], so that a broken page can be held against the same.
const TABLES = {
  tested: async (from) => [
    (await marks(from, '#promises [data-tested]')).map(({tested, title, count}) => (
      [tested, title, count])),
    Array.from(new Set(plays.map((play) => play.title)), (title) => (
      Object.keys(plays[0].promises).filter((key) => key !== 'writer_waits_for').map((key) => (
        [key, title, plays.filter((p) => p.title === title && p.promise_name === key).length]))))
      .flat(),
  ],
  broken: async (from) => [
    (await marks(from, '#promises [data-tested][data-state=broken]')).map(({tested, title}) => (
      [tested, title])),
    plays.filter((play) => play.verdict === 'BROKEN').map((play) => (
      [play.promise_name, play.title])),
  ],
  plays: async (from) => [
    (await marks(from, '#promises [data-play]')).map((mark) => (
      [mark.play, mark.title, mark.verdict])),
    plays.map((play) => [play.workload, play.title, play.verdict]),
  ],
  chains: async (from) => [
    (await marks(from, '#promises [data-story]')).map(({story}) => story)
      .filter((story) => /waits for/.test(story)),
    plays.filter((play) => play.wait_chain.waits.length > 0).map((play) => (
      [play.failure, ...play.wait_chain.waits.map((wait) => wait.text)].join('; '))),
  ],
};

test('the tables show what the result holds', async () => {
  assert.strictEqual(plays.length, 6);
  for (const [name, look] of Object.entries(TABLES)) {
    const [actual, expected] = await look(page);
    assert.ok(expected.length > 0, name);
    assert.deepStrictEqual(sorted(actual), sorted(expected), name);
  }
  assert.strictEqual(await page.textContent('#answer'),
    '1 of 6 plays differ from what was promised.');
  assert.strictEqual(await page.locator('#promises b').count(), 0);
  assert.strictEqual(await page.isVisible('#promises'), true);
  assert.strictEqual(await page.isVisible('#tradeoff'), false);
  assert.deepStrictEqual(page.problems, []);
});

test('a table that shows something else is noticed', async () => {
  const broken = reportPath('truth-wrong.html');
  const script = bundled('report.js', 'knotestatReport', {
    'play.promise_name === promise.key': 'play.promise_name !== promise.key',
    "play.verdict === 'BROKEN'": "play.verdict === 'kept'",
    'play.wait_chain.waits.map(': 'play.wait_chain.waits.slice(1).map(',
    'verdict: play.verdict, story': 'verdict: play.ending, story',
  });
  const whole = fs.readFileSync(reportPath('truth.html'), 'utf8');
  const [before_, after_] = [whole.indexOf('<script>'), whole.indexOf('</script>')];
  fs.writeFileSync(broken, whole.slice(0, before_).replace(/<meta http-equiv[^>]*>/, '')
    + `<script>${script}${whole.slice(after_)}`);
  const other = await openFile(browser.context, broken);
  for (const [name, look] of Object.entries(TABLES)) {
    const [actual, expected] = await look(other);
    assert.notDeepStrictEqual(sorted(actual), sorted(expected), `${name} is not looked at`);
  }
  fs.rmSync(broken);
});
