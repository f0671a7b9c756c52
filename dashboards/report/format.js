// Numbers as people read them; the same rules as dashboards/units.cc.
// SPDX-License-Identifier: BSD-2-Clause
'use strict';

const ABSENT = '-';

function isMeasured(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

// Three significant digits without an exponent: 0.0123, 1.23, 12.3, 12300.
function threeDigits(value) {
  if (!isMeasured(value)) return ABSENT;
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(2).split('e')[1]);
  return value.toFixed(Math.min(5, Math.max(0, 2 - exponent)));
}

function formatNs(ns) {
  if (!isMeasured(ns)) return ABSENT;
  const units = ['ns', 'us', 'ms', 's'];
  let unit = 0;
  let value = ns;
  while (Math.abs(value) >= 999.5 && unit + 1 < units.length) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0 && Math.abs(value) < 0.0005) return '0 ns';
  return `${threeDigits(value)} ${units[unit]}`;
}

// On an axis: "10 us" for "10.0 us".
function tickNs(ns) {
  const [number, unit] = formatNs(ns).split(' ');
  return `${Number(number)} ${unit}`;
}

function formatCount(count) {
  if (!isMeasured(count)) return ABSENT;
  if (!Number.isInteger(count) && Math.abs(count) < 1000) {
    return threeDigits(count);
  }
  return Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function formatBytes(bytes) {
  if (!isMeasured(bytes)) return ABSENT;
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit + 1 < units.length) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? formatCount(value) : threeDigits(value)} ${units[unit]}`;
}

function formatPercent(fraction) {
  if (!isMeasured(fraction)) return ABSENT;
  return `${fraction > 0 ? '+' : ''}${threeDigits(100 * fraction)} %`;
}

// "4.71 ns (4.66 to 4.75)".
function formatEstimate(estimate) {
  if (!estimate) return ABSENT;
  return `${formatNs(estimate.median)} (${formatNs(estimate.lo)} to `
    + `${formatNs(estimate.hi)})`;
}
