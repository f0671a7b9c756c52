// A browser for one test file, and pages that notice what must not happen.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
const {execFileSync} = require('node:child_process');
const {pathToFileURL} = require('node:url');
const {chromium} = require('playwright-core');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

// A persistent context: its profile is a fresh folder that goes with it.
async function openBrowser(options = {}) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'knotestat-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.KNOTESTAT_CHROMIUM, headless: true, args: FLAGS,
    viewport: {width: 1280, height: 900}, ...options,
  });
  return {
    context,
    async close() {
      await context.close();
      fs.rmSync(profile, {recursive: true, force: true});
    },
  };
}

function reportPath(name) {
  return path.join(process.env.KNOTESTAT_REPORTS, name);
}

// Opens a file; `page.problems` collects console errors, exceptions and every
// request that is neither the file itself nor data inside it.
async function openFile(context, file, view = '') {
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error') page.problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.problems.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url && !request.url().startsWith('data:')) {
      page.problems.push(`request: ${request.url()}`);
    }
  });
  await page.goto(url + view);
  // A page without our script, or with a fault in it, is never ready.
  const failed = () => page.problems.some((problem) => problem.startsWith('exception'));
  const ready = () => page.evaluate(() => document.documentElement.dataset.ready === 'yes'
    || document.getElementById('notice') === null || !document.getElementById('notice').hidden);
  while (!failed() && !(await ready())) await page.waitForTimeout(20);
  return page;
}

function screenshot(page, name) {
  const file = path.join(process.env.KNOTESTAT_SCREENSHOTS, `${name}.png`);
  return page.screenshot({path: file, fullPage: true});
}

// A script of the report's page, bundled from its sources as the build does it. Each
// key of `plant` is a piece of them that becomes its value; `name` is the variable
// that holds what `entry` exports.
function bundled(entry, name, plant = {}) {
  const tree = path.join(__dirname, '../../..');
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'knotestat-sources-'));
  const missing = new Set(Object.keys(plant));
  for (const folder of ['dashboards/report', 'analysis/flame/page']) {
    fs.mkdirSync(path.join(copy, folder), {recursive: true});
    for (const file of fs.readdirSync(path.join(tree, folder)).filter((f) => f.endsWith('.js'))) {
      let text = fs.readFileSync(path.join(tree, folder, file), 'utf8');
      for (const [from, to] of Object.entries(plant)) {
        if (text.includes(from)) missing.delete(from);
        text = text.replaceAll(from, to);
      }
      fs.writeFileSync(path.join(copy, folder, file), text);
    }
  }
  const output = path.join(copy, 'bundle.js');
  execFileSync(process.execPath, [path.join(tree, 'cmake/bundle.mjs'),
    process.env.KNOTESTAT_PAGE_PACKAGES, path.join(copy, 'dashboards/report', entry), output, name]);
  const script = fs.readFileSync(output, 'utf8');
  fs.rmSync(copy, {recursive: true});
  if (missing.size > 0) throw new Error(`not in the sources: ${Array.from(missing).join(', ')}`);
  return script;
}

// Of an SVG document, which page.screenshot() does not take.
async function screenshotOfSvg(page, name) {
  const session = await page.context().newCDPSession(page);
  const {data} = await session.send('Page.captureScreenshot');
  fs.writeFileSync(path.join(process.env.KNOTESTAT_SCREENSHOTS, `${name}.png`),
    Buffer.from(data, 'base64'));
}

// What the page was made from, unpacked without the page's own script.
async function embeddedData(page) {
  const packed = await page.$eval('#data', (element) => element.textContent);
  return JSON.parse(zlib.inflateSync(Buffer.from(packed, 'base64')).toString());
}

// What axe finds wrong: ["rule: element", ...].
async function inaccessible(page) {
  await page.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const {violations} = await window.axe.run(document, {resultTypes: ['violations']});
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 120)}`));
  });
}

// The file that a click saves, as text.
async function saved(page, selector) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  return {name: download.suggestedFilename(), text: fs.readFileSync(await download.path(), 'utf8')};
}

// The data-* attributes of all elements that match, numbers as numbers.
function marks(page, selector) {
  return page.$$eval(selector, (elements) => elements.map((element) => (
    Object.fromEntries(Object.entries(element.dataset).map(([name, value]) => [
      name, value !== '' && !Number.isNaN(Number(value)) ? Number(value) : value])))));
}

module.exports = {
  openBrowser, openFile, reportPath, screenshot, screenshotOfSvg, embeddedData, marks,
  inaccessible, saved, bundled,
};
