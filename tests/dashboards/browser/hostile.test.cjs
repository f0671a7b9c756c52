// Names that try to be markup, runs that lack things, and the checks
// themselves. SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, screenshot, embeddedData} = require('./browser.cjs');

let browser;

before(async () => { browser = await openBrowser({colorScheme: 'dark'}); });
after(async () => { await browser.close(); });

// What the page shows in the place of control characters.
function visible(name) {
  return name.replace(/[\x01\r\x1b\u202e]/g, (c) => (
    `\\u00${c.charCodeAt(0).toString(16).padStart(2, '0')}`.replace('\\u00202e', '\\u202e')));
}

// Elements that only a name parsed as markup could have made.
function injected(page) {
  return page.evaluate(() => ({
    flag: window.injected, images: document.querySelectorAll('img').length,
    scripts: document.querySelectorAll('script').length,
  }));
}

test('hostile names stay text in the page', async () => {
  const page = await openFile(browser.context, reportPath('hostile.html'));
  const data = await embeddedData(page);
  assert.match(data.figures.context.host, /^<img src=x onerror=/);
  assert.strictEqual(await page.textContent('#answer'), visible(data.choice.headline));
  const names = await page.$$eval('#flame-strategy option', (all) => all.map((o) => o.textContent));
  for (const cell of data.figures.cells) {
    assert.ok(names.includes(visible(`${cell.strategy} ${cell.scope}`)), cell.strategy);
  }
  const rows = await page.$$eval('#everything tbody tr', (all) => (
    all.map((row) => row.cells[0].textContent)));
  assert.deepStrictEqual(new Set(rows), 
    new Set(data.figures.cells.map((cell) => visible(cell.strategy))));
  for (const workload of ['0', '1']) {
    await page.selectOption('#view-workload', workload);
    const marks = await page.$$eval('#tradeoff [data-strategy]', (all) => (
      all.map((mark) => mark.dataset.strategy)));
    assert.ok(marks.includes('__proto__'));
    assert.ok(marks.includes('</script><script>window.injected=1</script>'));
  }
  await page.selectOption('#flame-kind', 'off_cpu');
  await page.hover('#flame .frame >> nth=3');
  assert.deepStrictEqual(await injected(page), {flag: undefined, images: 0, scripts: 2});
  assert.deepStrictEqual(page.problems, []);
  await screenshot(page, 'report-hostile');
});

test('hostile names stay text in the SVG', async () => {
  const page = await openFile(browser.context, reportPath('hostile.svg'));
  assert.deepStrictEqual(await injected(page), {flag: undefined, images: 0, scripts: 1});
  assert.match(await page.textContent('svg'), /<\/script><script>window\.injected=1<\/script>/);
  assert.deepStrictEqual(page.problems, []);
});

test('hostile names stay text in the page of a flame graph', async () => {
  const page = await openFile(browser.context, reportPath('hostile.flame.html'));
  assert.deepStrictEqual(await injected(page), {flag: undefined, images: 0, scripts: 2});
  const drawn = await page.$$eval('.frame', (all) => all.map((frame) => frame.dataset.name));
  assert.ok(drawn.includes('</script><script>window.injected=1</script>'), drawn.join('\n'));
  assert.match(await page.textContent('table'), /<\/script><script>window\.injected=1<\/script>/);
  assert.deepStrictEqual(page.problems, []);
});

test('a run without cells says so', async () => {
  const page = await openFile(browser.context, reportPath('empty.html'));
  assert.strictEqual(await page.textContent('#answer'), 'Nothing was measured.');
  assert.match(await page.textContent('#notice'), /holds no cells.*still going on or was stopped/);
  assert.strictEqual(await page.textContent('#everything .nothing'), 'This result holds no cells.');
  assert.deepStrictEqual(page.problems, []);
  await screenshot(page, 'report-empty');
});

test('a run without distributions, eBPF or end says so', async () => {
  const page = await openFile(browser.context, reportPath('bare.html'));
  assert.match(await page.textContent('#notice'), /so far\. eBPF was not attached: bpf\(\) is not/);
  assert.match(await page.textContent('#tradeoff .nothing'), /needs `none` beside it, and detaches/);
  assert.match(await page.textContent('#writer .nothing'), /No detach was recorded at 1 CPU/);
  assert.match(await page.textContent('#reader .nothing'), /No operation was sampled at 1 CPU/);
  assert.match(await page.textContent('#course .nothing'), /No rounds were recorded at 1 CPU/);
  assert.match(await page.textContent('#fairness .nothing'), /nobody to share with/);
  assert.match(await page.textContent('#flame .nothing'), /eBPF was not attached: bpf\(\)/);
  assert.match(await page.textContent('#choice .nothing'), /No recommendation/);
  assert.ok(await page.locator('#scaling [data-figure]').count() > 0);
  assert.strictEqual(await page.locator('text=NaN').count(), 0);
  assert.strictEqual(await page.locator('text=undefined').count(), 0);
  assert.deepStrictEqual(page.problems, []);
  await screenshot(page, 'report-bare');
});

test('the policy stops scripts, styles and requests that are not ours', async () => {
  const page = await openFile(browser.context, reportPath('full.html'));
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = 3';
    document.body.append(script);
    const reached = await fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => error.name);
    return {flag: window.injected, reached};
  });
  assert.deepStrictEqual(outcome, {flag: undefined, reached: 'TypeError'});
  assert.ok(page.problems.some((problem) => /Content Security Policy/.test(problem)));
});

test('the checks notice a page that is broken on purpose', async () => {
  const broken = reportPath('broken.html');
  const whole = fs.readFileSync(reportPath('full.html'), 'utf8');
  fs.writeFileSync(broken, whole
    .replace(/<meta http-equiv[^>]*>/, '')
    .replace('<body>', '<body><img src="http://127.0.0.1:9/x"><script>window.injected=4</script>')
    .replace('DOMContentLoaded', 'DOMContentLoaded",drawnAway,"'));
  const page = await openFile(browser.context, broken);
  assert.ok(page.problems.some((problem) => /request: http:\/\/127/.test(problem)));
  assert.ok(page.problems.some((problem) => /exception: drawnAway is not defined/.test(problem)));
  assert.deepStrictEqual(await injected(page), {flag: 4, images: 1, scripts: 3});
  fs.rmSync(broken);
});
