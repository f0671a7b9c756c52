// Numbers as people read them; the same rules as dashboards/units.cc.
// SPDX-License-Identifier: BSD-2-Clause
import {ABSENT, formatCount, formatNs, isMeasured, threeDigits}
  from '../../analysis/flame/page/values.js';

export {ABSENT, formatCount, formatNs, isMeasured, threeDigits};

// On an axis: "10 us" for "10.0 us".
export function tickNs(ns) {
  const [number, unit] = formatNs(ns).split(' ');
  return `${Number(number)} ${unit}`;
}

export function formatBytes(bytes) {
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

// "4.71 ns (4.66 to 4.75)".
export function formatEstimate(estimate) {
  if (!estimate) return ABSENT;
  return `${formatNs(estimate.median)} (${formatNs(estimate.lo)} to `
    + `${formatNs(estimate.hi)})`;
}
