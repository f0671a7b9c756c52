// For everyone: axe finds nothing, light, dark, with the keyboard, on paper.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const {test, before, after} = require('node:test');
const {openBrowser, openFile, reportPath, screenshot, inaccessible} = require('./browser.cjs');

let browser;

before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

for (const name of ['full', 'hostile', 'bare', 'empty', 'one', 'loads', 'damaged']) {
  test(`axe finds nothing wrong with ${name}`, async () => {
    const page = await openFile(browser.context, reportPath(`${name}.html`));
    for (const details of await page.$$('details')) await details.evaluate((d) => { d.open = true; });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({colorScheme});
      assert.deepStrictEqual(await inaccessible(page), [], colorScheme);
    }
    await page.close();
  });
}

for (const name of ['full', 'one', 'loads']) {
  test(`axe finds nothing wrong with ${name} on a narrow page`, async () => {
    const page = await openFile(browser.context, reportPath(`${name}.html`));
    await page.setViewportSize({width: 360, height: 700});
    assert.deepStrictEqual(await inaccessible(page), []);
    await page.close();
  });
}

test('axe notices what is wrong on purpose', async () => {
  const page = await openFile(browser.context, reportPath('full.html'));
  await page.evaluate(() => {
    document.querySelector('#view-path').labels[0].replaceWith(document.querySelector('#view-path'));
    document.querySelector('#everything .csv').removeAttribute('aria-label');
    document.querySelector('#everything .csv').textContent = '';
    document.querySelector('.lead').setAttribute('class', '');
    document.querySelector('.plot').removeAttribute('aria-label');
  });
  const rules = (await inaccessible(page)).map((problem) => problem.split(':')[0]);
  for (const rule of ['select-name', 'button-name', 'svg-img-alt']) {
    assert.ok(rules.includes(rule), rule);
  }
  await page.close();
});

test('the keyboard reaches everything, and sees where it is', async () => {
  const page = await openFile(browser.context, reportPath('full.html'));
  const reached = new Set();
  for (let i = 0; i < 200; i += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const {outlineStyle} = getComputedStyle(element);
      return {
        id: element.id || element.className.baseVal || element.className || element.tagName,
        seen: outlineStyle !== 'none' || element.classList.contains('frame'),
      };
    });
    if (at.id === 'BODY') break;
    assert.ok(at.seen, `${at.id} has the focus and does not show it`);
    reached.add(at.id.split(' ')[0]);
  }
  for (const id of ['skip', 'view-workload', 'view-path', 'view-cpus', 'view-rows', 'SUMMARY',
    'flame-kind', 'flame-than', 'flame-search', 'frame', 'csv', 'scroll', 'save-json']) {
    assert.ok(reached.has(id), `${id} was not reached`);
  }
  await page.close();
});

// The relative luminance of WCAG of a CSS rgb() colour.
function luminance(color) {
  const [r, g, b] = color.match(/[\d.]+/g).map((v) => {
    const c = Number(v) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('lines stand out from the page, and no two strategies look the same', async () => {
  const page = await openFile(browser.context, reportPath('full.html'));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({colorScheme});
    const {panel, looks} = await page.evaluate(() => ({
      panel: getComputedStyle(document.querySelector('section')).backgroundColor,
      looks: Array.from(document.querySelectorAll('#scaling .plot-swatch path'), (m) => [
        getComputedStyle(m).fill, m.getAttribute('d')]),
    }));
    assert.ok(looks.length >= 8);
    for (const [color] of looks) {
      const [a, b] = [luminance(color), luminance(panel)].sort((x, y) => y - x);
      assert.ok((a + 0.05) / (b + 0.05) >= 3, `${color} on ${panel}`);
    }
    // Whoever sees no colours tells them by their shapes.
    assert.strictEqual(new Set(looks.map(([, shape]) => shape)).size, Math.min(looks.length, 8));
  }
  await page.close();
});

test('on paper: no controls, light, whole tables', async () => {
  const page = await openFile(browser.context, reportPath('full.html'));
  await page.emulateMedia({media: 'print', colorScheme: 'dark'});
  assert.strictEqual(await page.isVisible('#view'), false);
  assert.strictEqual(await page.isVisible('#everything .csv'), false);
  assert.strictEqual(await page.isVisible('#tradeoff svg'), true);
  const [ink, paper] = await page.evaluate(() => [getComputedStyle(document.body).color,
    getComputedStyle(document.body).backgroundColor]);
  assert.ok(luminance(ink) < 0.1 && luminance(paper) > 0.9, `${ink} on ${paper}`);
  const cut = await page.$eval('#everything .scroll', (s) => s.scrollHeight - s.clientHeight);
  assert.strictEqual(cut, 0);
  const pdf = await page.pdf({format: 'A4'});
  fs.writeFileSync(path.join(process.env.KNOTESTAT_SCREENSHOTS, 'report.pdf'), pdf);
  assert.strictEqual(pdf.subarray(0, 5).toString(), '%PDF-');
  await screenshot(page, 'report-print');
  await page.close();
});
