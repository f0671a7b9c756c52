// A frame's fill, as analysis/flame/svg_text.cc has it: the hue says whose code it
// is, the shade comes from a hash of the name.
// SPDX-License-Identifier: BSD-2-Clause

const KERNEL = 0xe69f00;
const UNKNOWN = 0xb0b0b0;
const OURS = 0x56b4e9;
const LIBRARY = 0x3fc39b;
const OTHER = 0xf0e442;

function ownerColor(name) {
  if (name.endsWith('_[k]') || name.startsWith('[kernel')) return KERNEL;
  if (name === '' || name.startsWith('[')) return UNKNOWN;
  if (/knote|klist/.test(name)) return OURS;
  return /^(__|pthread_|std::)|libc|futex|^start_thread$|^syscall$/.test(name) ? LIBRARY : OTHER;
}

const encoder = new TextEncoder();

export function frameColor(name) {
  let hash = 2166136261;  // FNV-1a
  for (const byte of encoder.encode(name)) hash = Math.imul(hash ^ byte, 16777619);
  const white = ((hash ^ (hash >>> 15)) >>> 0) % 128;  // of 256 parts
  const color = ownerColor(name);
  const channels = [16, 8, 0].map((shift) => {
    const channel = (color >> shift) & 0xff;
    return channel + Math.floor((255 - channel) * white / 256);
  });
  return `rgb(${channels.join(',')})`;
}
