// hdr.cjs FIGURES PERCENTILES LOG: every distribution of the figures is in
// both files, with its quantiles within three digits, as hdr-histogram-js
// reads them. SPDX-License-Identifier: BSD-2-Clause
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const hdr = require('hdr-histogram-js');

const [figuresFile, textFile, logFile] = process.argv.slice(2);
const figures = JSON.parse(fs.readFileSync(figuresFile, 'utf8'));
const texts = new Map();
for (const part of fs.readFileSync(textFile, 'utf8')
         .split(/^(?=#\[Histogram: )/m)) {
  const [head, ...lines] = part.split('\n');
  texts.set(/^#\[Histogram: (.*), values in ns\]$/.exec(head)[1],
            lines.join('\n'));
}
const histograms = new Map();
const reader = new hdr.HistogramLogReader(fs.readFileSync(logFile, 'utf8'));
for (let next; (next = reader.nextIntervalHistogram());) {
  histograms.set(next.tag, next);
}

assert.strictEqual(
    Number(/^#\[StartTime: ([\d.]+) /m.exec(fs.readFileSync(logFile, 'utf8'))[1]),
    Date.parse(figures.context.started_at) / 1000);

// Ranks are rounded up here and to the nearest there, so the value one rank
// away will do as well. Whole ns, three digits.
function checkQuantile(histogram, quantile, expected) {
  const rank = 1 / histogram.totalCount;
  const at = (q) => histogram.getValueAtPercentile(
      100 * Math.min(1, Math.max(0, q)));
  const slack = (value) => 1.5 + 0.0011 * value;
  const low = at(quantile - rank), high = at(quantile + rank);
  assert(expected >= low - slack(low) && expected <= high + slack(high),
         `${histogram.tag} ${quantile}: ${expected} is not in ${low}..${high}`);
}

// A percentile text but for the twelfth decimal of the percentiles, where C
// and JavaScript round halves differently.
function wordsOf(text) {
  return text.trim().split(/\s+/).map(
      (word) => /^[01]\.\d{12}$/.test(word) ? word.slice(0, -1) : word);
}

function check(tag, distribution) {
  const histogram = histograms.get(tag);
  assert(histogram, `no ${tag} in the log`);
  assert.strictEqual(histogram.totalCount, distribution.count, tag);
  checkQuantile(histogram, 0.5, distribution.p50);
  checkQuantile(histogram, 0.9, distribution.p90);
  checkQuantile(histogram, 0.99, distribution.p99);
  checkQuantile(histogram, 0.999, distribution.p999);
  checkQuantile(histogram, 1, distribution.max);
  assert.deepStrictEqual(
      wordsOf(texts.get(tag)),
      wordsOf(histogram.outputPercentileDistribution()), tag);
}

let checked = 0;
for (const cell of figures.cells) {
  const name = `${cell.workload}/${cell.strategy}:${cell.scope}/cpus:` +
      `${cell.cpus}`;
  for (const [path, figure] of Object.entries(cell.paths)) {
    check(`${name}/${path}`, figure.sampled_ns);
    ++checked;
  }
  check(`${name}/klist_fini`, cell.klist_fini_ns);
  check(`${name}/klist_fini_from_intended`, cell.klist_fini_ns.from_intended);
  checked += 2;
}
assert.strictEqual(checked, 15);  // 3 strategies, 3 paths and 2 latencies
assert.strictEqual(checked, histograms.size);
assert.strictEqual(checked, texts.size);

// The comparison can fail.
const [tag, histogram] = [...histograms][0];
assert.throws(() => checkQuantile(
    histogram, 1, 1.01 * histogram.maxValue + 100), /is not in/);
assert.throws(() => check(tag, {count: histogram.totalCount + 1}));
console.log(`${checked} distributions agree`);
