// Numbers as people read them; the same rules as dashboards/units.cc.
// SPDX-License-Identifier: BSD-2-Clause

export const ABSENT = '-';

export function isMeasured(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

// Three significant digits without an exponent: 0.0123, 1.23, 12.3, 12300.
export function threeDigits(value) {
  if (!isMeasured(value)) return ABSENT;
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(2).split('e')[1]);
  return value.toFixed(Math.min(5, Math.max(0, 2 - exponent)));
}

export function formatNs(ns) {
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

export function formatCount(count) {
  if (!isMeasured(count)) return ABSENT;
  if (!Number.isInteger(count) && Math.abs(count) < 1000) {
    return threeDigits(count);
  }
  return Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
