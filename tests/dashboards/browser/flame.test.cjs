// Flame graphs: in the page, and as SVG files of their own.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, screenshot, screenshotOfSvg, embeddedData, inaccessible} = require('./browser.cjs');

const MATCH = 'rect[fill="var(--match)"]';
let browser;
let page;
let data;

before(async () => {
  browser = await openBrowser();
  page = await openFile(browser.context, reportPath('full.html'));
  data = await embeddedData(page);
});
after(async () => { await browser.close(); });

function nameOf(stack) {
  const {strategy, scope} = data.figures.cells[stack.cell];
  return `${strategy} ${scope}`;
}

// The stacks of one kind and strategy, or strategy and scope, as [names, value].
function stacks(kind, strategy) {
  return data.stacks.filter((stack) => stack.kind === kind
    && (!strategy || `${nameOf(stack)} `.startsWith(`${strategy} `)))
    .map((stack) => [stack.frames.map((i) => data.frames[i]), stack.value]);
}

const sum = (list) => list.reduce((total, [, value]) => total + value, 0);
const rootValue = () => page.$eval('#flame .frame', (frame) => Number(frame.dataset.value));
const widthOf = (name) => page.$eval(`#flame .frame[data-name="${name}"] rect`,
  (rect) => Number(rect.getAttribute('width')));

async function show(kind, strategy) {
  await page.selectOption('#flame-kind', kind);
  const options = await page.$$eval('#flame-strategy option', (all) => (
    all.map((o) => [o.value, o.textContent])));
  const found = options.find(([, text]) => (strategy === ''
    ? text === 'all strategies' : `${text} `.startsWith(`${strategy} `)));
  await page.selectOption('#flame-strategy', found[0]);
}

test('the switch shows the stacks of each strategy, on and off CPU', async () => {
  const strategies = Array.from(new Set(data.stacks.map(nameOf)));
  for (const kind of ['on_cpu', 'off_cpu']) {
    for (const strategy of ['', ...strategies]) {
      await show(kind, strategy);
      const expected = stacks(kind, strategy);
      if (expected.length === 0) {
        assert.match(await page.textContent('#flame .nothing'), /^No stacks: no thread left/);
      } else {
        assert.strictEqual(await rootValue(), sum(expected), `${kind} ${strategy}`);
      }
    }
  }
});

test('a frame is as wide as its share', async () => {
  await show('on_cpu', '');
  const all = stacks('on_cpu', '');
  const with_ = all.filter(([frames]) => frames.includes('knote::FilterEvent'));
  assert.ok(Math.abs(await widthOf('knote::FilterEvent') - 1160 * sum(with_) / sum(all)) < 0.1);
});

test('click zooms, Escape goes back', async () => {
  await show('on_cpu', 'rwlock');
  const before_ = await widthOf('knote::Activate');
  assert.ok(before_ < 1160);
  await page.click('#flame .frame[data-name="knote::Activate"]');
  assert.strictEqual(await widthOf('knote::Activate'), 1160);
  assert.strictEqual(await page.locator('#flame .frame[data-name="knote::FilterEvent"]').count(), 0);
  assert.match(await page.textContent('#flame-details'), /^knote::Activate \([\d,]+ samples, /);
  await page.keyboard.press('Escape');
  assert.strictEqual(await widthOf('knote::Activate'), before_);
});

test('arrow keys walk and Enter zooms', async () => {
  await show('on_cpu', 'epoch');
  await page.focus('#flame .frame');
  const focused = () => page.evaluate(() => document.activeElement.dataset.name);
  const walked = [];
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowUp']) {
    await page.keyboard.press(key);
    walked.push(await focused());
  }
  assert.deepStrictEqual(walked, ['start_thread', 'knote::Worker::Run', 'knote::Submit',
    'knote::FilterEvent', 'knote::Activate', 'knote::Submit', 'knote::FilterEvent']);
  await page.keyboard.press('Enter');
  assert.strictEqual(await widthOf('knote::FilterEvent'), 1160);
  assert.strictEqual(await focused(), 'knote::FilterEvent');
  await page.click('#flame-reset');
  assert.ok(await widthOf('knote::FilterEvent') < 1160);
});

test('search colours what matches and says its share', async () => {
  await show('off_cpu', '');
  await page.fill('#flame-search', 'futex|knote::Detach');
  const all = stacks('off_cpu', '');
  const share = 100 * sum(all.filter(([f]) => f.some((n) => /futex/.test(n)))) / sum(all);
  assert.strictEqual(await page.textContent('#flame-details'),
    `Frames that match hold ${share.toFixed(2)} % of the total.`);
  const matched = await page.$$eval(`#flame .frame:has(${MATCH})`, (m) => m.map((e) => e.dataset.name));
  assert.ok(matched.length > 0 && matched.every((name) => /futex/.test(name)));
  await page.fill('#flame-search', '([');  // no regular expression: taken literally
  assert.strictEqual(await page.locator(`#flame .frame:has(${MATCH})`).count(), 0);
  await page.fill('#flame-search', '');
  assert.deepStrictEqual(page.problems, []);
});

test('a difference: widths of the one, colours against the other', async () => {
  await show('on_cpu', 'rwlock');
  const options = await page.$$eval('#flame-than option', (all) => (
    all.map((o) => [o.value, o.textContent])));
  await page.selectOption('#flame-than', options.find(([, text]) => text === 'epoch global')[0]);
  const [mine, other] = [stacks('on_cpu', 'rwlock'), stacks('on_cpu', 'epoch')];
  assert.strictEqual(await rootValue(), sum(mine));
  const seen = await page.$$eval('#flame .frame', (all) => all.map((f) => [
    f.dataset.name, Number(f.dataset.other), f.querySelector('rect').getAttribute('fill')]));
  for (const [name, value, look] of seen) {
    const of = (list) => sum(list.filter(([frames]) => name === 'all' || frames.includes(name)));
    assert.strictEqual(value, of(other), name);
    const more = of(mine) / sum(mine) - of(other) / sum(other);
    const step = [0.09, 0.03, 0.01].findIndex((limit) => Math.abs(more) >= limit);
    assert.strictEqual(look, `var(--${step < 0 ? 'same' : `${more < 0 ? 'less' : 'more'}${3 - step}`})`, name);
  }
  assert.ok(new Set(seen.map(([, , look]) => look)).size > 2);
  await page.selectOption('#flame-than', '');
});

test('one workload alone', async () => {
  await show('on_cpu', 'rwlock');
  await page.selectOption('#flame-workload', '1');
  const mine = data.stacks.filter((s) => s.kind === 'on_cpu'
    && data.figures.cells[s.cell].strategy === 'rwlock' && data.figures.cells[s.cell].workload === 'mix');
  assert.strictEqual(await rootValue(), mine.reduce((total, s) => total + s.value, 0));
  await page.selectOption('#flame-workload', '');
});

test('the SVG file zooms, searches and stays whole by itself', async () => {
  const picture = await openFile(browser.context, reportPath('full.svg'));
  const width = (name) => picture.$$eval('.f', (frames, wanted) => {
    const frame = frames.find((f) => f.querySelector('title').textContent.startsWith(`${wanted} (`));
    return frame.style.display === 'none' ? 0 : Number(frame.querySelector('rect').getAttribute('width'));
  }, name);
  await screenshotOfSvg(picture, 'flame-svg');
  const before_ = await width('rwlock');
  assert.ok(before_ > 100 && before_ < 1180);
  await picture.click('.f:has(title:text-matches("^rwlock \\\\("))', {force: true});
  assert.strictEqual(await width('rwlock'), 1180);
  assert.strictEqual(await width('epoch'), 0);
  await picture.keyboard.press('ArrowUp');
  assert.match(await picture.textContent('#details'), /^start_thread \(/);
  await picture.keyboard.press('Escape');
  assert.ok(Math.abs(await width('rwlock') - before_) < 0.1);
  await picture.keyboard.press('/');
  await picture.keyboard.type('FilterEvent');
  const all = stacks('on_cpu', '');
  const share = 100 * sum(all.filter(([f]) => f.includes('knote::FilterEvent'))) / sum(all);
  assert.match(await picture.textContent('#details'),
    new RegExp(`^\\d+ frames match, ${share.toFixed(2)} % of the total$`));
  await screenshotOfSvg(picture, 'flame-svg-search');
  assert.deepStrictEqual(picture.problems, []);
});

test('an SVG without samples says why', async () => {
  const picture = await openFile(browser.context, reportPath('bare.svg'));
  assert.match(await picture.textContent('svg'), /No samples\. eBPF was not attached/);
  await screenshotOfSvg(picture, 'flame-svg-empty');
  assert.deepStrictEqual(picture.problems, []);
});

test('the page of a flame graph zooms, searches, and lists the functions', async () => {
  const picture = await openFile(browser.context, reportPath('full.flame.html'));
  const all = stacks('on_cpu', '');
  const total = sum(all);
  const width = (name) => picture.$eval(`.frame[data-name="${name}"] rect`,
    (rect) => Number(rect.getAttribute('width')));
  const value = (name) => picture.$eval(`.frame[data-name="${name}"]`, (f) => Number(f.dataset.value));
  assert.strictEqual(await value('all'), total);
  assert.match(await picture.textContent('#summary'), new RegExp(`^Total ${total.toLocaleString('en')} samples`));
  const before_ = await width('rwlock');
  assert.ok(Math.abs(before_ - 1160 * await value('rwlock') / total) < 0.1);
  await picture.click('.frame[data-name="rwlock"]');
  assert.strictEqual(await width('rwlock'), 1160);
  assert.strictEqual(await picture.locator('.frame[data-name="epoch"]').count(), 0);
  await picture.keyboard.press('ArrowUp');
  assert.match(await picture.textContent('#details'), /^start_thread \(/);
  await picture.keyboard.press('Escape');
  assert.ok(Math.abs(await width('rwlock') - before_) < 0.1);
  await picture.fill('#search', 'FilterEvent');
  const share = 100 * sum(all.filter(([f]) => f.includes('knote::FilterEvent'))) / total;
  assert.strictEqual(await picture.textContent('#details'),
    `Frames that match hold ${share.toFixed(2)} % of the total.`);
  await screenshot(picture, 'flame-page');
  const rows = await picture.$$eval('tbody tr', (each) => each.map((row) => (
    Array.from(row.children, (cell) => cell.textContent))));
  const own = (name) => sum(all.filter(([f]) => f[f.length - 1] === name));
  assert.ok(rows.length > 3);
  for (const [text, part, , name] of rows) {
    assert.strictEqual(Number(text.replace(/\D/g, '')), own(name), name);
    assert.strictEqual(part, `${(100 * own(name) / total).toFixed(2)} %`);
  }
  for (const colorScheme of ['light', 'dark']) {
    await picture.emulateMedia({colorScheme});
    assert.deepStrictEqual(await inaccessible(picture), [], colorScheme);
  }
  assert.deepStrictEqual(picture.problems, []);
});

test('a page without samples says why', async () => {
  const picture = await openFile(browser.context, reportPath('bare.flame.html'));
  assert.match(await picture.textContent('#summary'), /^No samples\. eBPF was not attached/);
  assert.strictEqual(await picture.isVisible('#controls'), false);
  assert.deepStrictEqual(picture.problems, []);
});

test('stacks of a thousand frames, and 8,192 of thirty', async () => {
  const deep = await openFile(browser.context, reportPath('deep.flame.html'));
  assert.strictEqual(await deep.locator('.frame').count(), 1001);
  await deep.evaluate(() => document.querySelector('.frame[data-name="f999"]').focus());
  await deep.keyboard.press('Enter');
  assert.match(await deep.textContent('#details'), /^f999 \(1 samples, 100\.00 %\)$/);
  assert.deepStrictEqual(deep.problems, []);

  const wide = await openFile(browser.context, reportPath('distinct.flame.html'));
  assert.strictEqual(await wide.textContent('#graph .narrow'),
    'Frames narrower than half a pixel hold 100.00 % of the total; a zoom shows them.');
  const drawn = await wide.locator('.frame').count();
  await wide.fill('#search', '^r29_');
  assert.strictEqual(await wide.textContent('#details'), 'Frames that match hold 100.00 % of the total.');
  await wide.click('.frame[data-name="r0_3"]');
  assert.ok(await wide.locator('.frame').count() > 10 * drawn);
  assert.strictEqual(await wide.locator('.frame[data-name^="r29_"]').count(), 512);
  assert.deepStrictEqual(wide.problems, []);
});
