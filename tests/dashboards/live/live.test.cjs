// The live page in a browser while a real sweep is measured; axe finds nothing.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const {spawn} = require('node:child_process');
const {test, before, after} = require('node:test');
const {openBrowser, inaccessible} = require('../browser/browser.cjs');

const results = process.env.KNOTESTAT_RESULTS;
const patience = {timeout: 120000};
const children = [];
let browser;
let address;

function start(...words) {
  const child = spawn(process.env.KNOTESTAT, words, {cwd: results});
  children.push(child);
  child.ended = new Promise((resolve) => { child.on('exit', resolve); });
  return child;
}

function sweep(file, seconds, ...more) {
  return start('sweep', '--no-bpf', '--cpus', '1', '--strategy', 'epoch', '--seconds', seconds,
    '-o', file, ...more);
}

// A page that notes every problem, and every request that leaves the server.
async function open(url) {
  const page = await browser.context.newPage();
  page.problems = [];
  page.requests = [];
  page.on('console', (message) => {
    if (message.type() === 'error') page.problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.problems.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    page.requests.push(request.url());
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) {
      page.problems.push(`request: ${request.url()}`);
    }
  });
  await page.goto(url);
  return page;
}

function shoot(page, name) {
  return page.screenshot({path: path.join(process.env.KNOTESTAT_SCREENSHOTS, `${name}.png`)});
}

before(async () => {
  const server = start('serve', results, '--port', '0');
  address = await new Promise((resolve) => {
    server.stdout.on('data', (text) => resolve(String(text).trim()));
  });
  browser = await openBrowser({colorScheme: 'light'});
});

after(async () => {
  if (browser) await browser.close();
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => child.ended));
});

const counted = (page, id) => page.$$eval(`#${id} rect`, (all) => (
  all.reduce((sum, cell) => sum + Number(cell.dataset.count), 0)));
const share = (page) => page.$eval('#share', (bar) => (bar.hasAttribute('value') ? bar.value : -1));

test('the page follows a sweep to its end', async () => {
  const measured = sweep('live.db', '8', '--workloads', 'submit,scan', '--launches', '4');
  while (!fs.existsSync(path.join(results, 'live.db'))) {
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  const page = await open(`${address}run/live.db`);
  await page.waitForFunction(() => document.body.dataset.state === 'measuring', null, patience);
  await page.waitForFunction(() => document.querySelector('#share').value > 0.05, null, patience);
  assert.match(await page.textContent('#sentence'), /of 8 launches, about \d+:\d\d left\./);
  // Between two launches nothing is measured.
  await page.waitForFunction(() => document.getElementById('now').textContent !== '', null, patience);
  assert.match(await page.textContent('#now'), /^Now: (submit|scan), 1 CPU, (none|epoch):global, \w+ block$/);
  const earlier = await share(page);

  await page.waitForSelector('#heat-fini rect', patience);
  const detaches = await counted(page, 'heat-fini');
  await page.waitForFunction((before) => document.querySelector('#share').value > before + 0.1,
    earlier, patience);
  await page.waitForFunction((before) => Array.from(document.querySelectorAll('#heat-fini rect'))
    .reduce((sum, cell) => sum + Number(cell.dataset.count), 0) > before, detaches, patience);
  assert.ok(await counted(page, 'heat-operations') > 0);
  await page.waitForSelector('iframe.shown', patience);
  const report = page.frames().find((frame) => frame.url().includes('/report/'));
  assert.match(await report.textContent('#notice'), /still going on or was stopped/);
  await shoot(page, 'live-measuring');
  assert.deepStrictEqual(await inaccessible(page), []);

  assert.strictEqual(await measured.ended, 0);
  await page.waitForFunction(() => document.body.dataset.state === 'finished', null, patience);
  assert.strictEqual(await page.textContent('#sentence'), 'Finished: 8 of 8 launches.');
  // The report is drawn a last time, with all rows.
  await page.waitForFunction(() => {
    const frames = document.querySelectorAll('iframe');
    const report = frames.length === 1 && frames[0].className === 'shown'
      && frames[0].contentDocument;
    return report && report.documentElement.dataset.ready === 'yes'
      && !/still going on/.test(report.getElementById('notice').textContent);
  }, null, patience);
  await shoot(page, 'live-finished');
  assert.deepStrictEqual(await inaccessible(page), []);
  assert.deepStrictEqual(page.problems, []);
  assert.ok(page.requests.filter((url) => url.includes('/report/')).length >= 2);
  await page.close();
});

test('the list shows states and compares two', async () => {
  assert.strictEqual(await sweep('other.db', '0.2', '--workloads', 'submit').ended, 0);
  const page = await open(address);
  assert.deepStrictEqual(await page.$$eval('tbody a', (all) => all.map((a) => a.textContent)),
    ['other.db', 'live.db']);
  await page.selectOption('[name=before]', 'live.db');
  await page.selectOption('[name=after]', 'other.db');
  await shoot(page, 'list');
  assert.deepStrictEqual(await inaccessible(page), []);
  await page.click('button');
  await page.waitForURL(/compare\?before=live\.db&after=other\.db/);
  assert.ok(await page.locator('tbody tr').count() > 0);
  await shoot(page, 'compare');
  assert.deepStrictEqual(await inaccessible(page), []);
  await page.setViewportSize({width: 360, height: 700});
  assert.deepStrictEqual(await inaccessible(page), []);
  assert.deepStrictEqual(page.problems, []);
  await page.close();
});

test('a run that was killed, and a file that is removed, are said to be', async () => {
  const killed = sweep('killed.db', '60', '--workloads', 'submit');
  while (!fs.existsSync(path.join(results, 'killed.db'))) {
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  const page = await open(`${address}run/killed.db`);
  await page.waitForFunction(() => document.body.dataset.state === 'measuring', null, patience);
  killed.kill('SIGKILL');
  await page.waitForFunction(() => document.body.dataset.state === 'silent', null, patience);
  assert.match(await page.textContent('#sentence'), /Nothing was stored for \d+ s: the run was stopped/);
  // A report that is being drawn as its file goes would be an error of its own.
  await page.uncheck('#follow');
  await page.waitForFunction(() => document.querySelectorAll('iframe').length === 1
    && document.querySelector('iframe.shown'), null, patience);
  for (const suffix of ['', '-wal', '-shm']) {
    fs.rmSync(path.join(results, `killed.db${suffix}`), {force: true});
  }
  await page.waitForFunction(() => !document.getElementById('problem').hidden, null, patience);
  assert.match(await page.textContent('#problem'), /killed\.db: no such file/);
  await shoot(page, 'live-removed');
  assert.deepStrictEqual(page.problems, []);
  await page.close();
});

test('names stay text', async () => {
  const name = '<img src=x onerror=alert(1)>.db';
  fs.copyFileSync(path.join(results, 'other.db'), path.join(results, name));
  for (const url of [address, `${address}run/${encodeURIComponent(name)}`]) {
    const page = await open(url);
    assert.ok((await page.textContent('body')).includes(name), url);
    assert.strictEqual(await page.locator('img').count(), 0);
    assert.deepStrictEqual(page.problems, []);
    await page.close();
  }
});

test('the checks notice a page that asks elsewhere', async () => {
  const page = await open(address);
  await page.evaluate(() => fetch('http://127.0.0.1:9/').catch(() => {}));
  assert.ok(page.problems.some((problem) => /Content Security Policy/.test(problem)));
  await page.close();
});
