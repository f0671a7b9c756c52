// Zoom, search and keyboard of the flame graph's SVG. Without scripts the
// picture stays readable. SPDX-License-Identifier: BSD-2-Clause
(function () {
  'use strict';
  const svg = document.querySelector('svg');  // may stand in a page
  const XHTML = 'http://www.w3.org/1999/xhtml';
  const MARGIN = 10;
  const CHARACTER = 6.65;
  const width = Number(svg.getAttribute('width')) - 2 * MARGIN;
  const details = document.getElementById('details');
  const frames = Array.from(document.querySelectorAll('.f'), (group) => ({
    group,
    rect: group.querySelector('rect'),
    title: group.querySelector('title').textContent,
    name: group.querySelector('title').textContent.replace(/ \([^(]*\)$/, ''),
    start: Number(group.dataset.s),
    value: Number(group.dataset.v),
    depth: Number(group.dataset.d),
  }));
  if (frames.length === 0) return;
  let zoomed = frames[0];
  let focused = frames[0];

  function label(frame, x, pixels) {
    let text = frame.group.querySelector('text');
    const limit = Math.floor((pixels - 6) / CHARACTER);
    const characters = Array.from(frame.name);
    if (limit < 3) {
      if (text) text.textContent = '';
      return;
    }
    if (!text) {
      text = document.createElementNS(svg.namespaceURI, 'text');
      text.setAttribute('y', Number(frame.rect.getAttribute('y')) + 12);
      frame.group.appendChild(text);
    }
    text.setAttribute('x', x + 3);
    text.textContent = characters.length <= limit
      ? frame.name : characters.slice(0, limit - 2).join('') + '..';
  }

  function zoom(target) {
    zoomed = target;
    const end = target.start + target.value;
    for (const frame of frames) {
      const above = frame.depth < target.depth && frame.start <= target.start
        && frame.start + frame.value >= end;
      const inside = frame.depth >= target.depth
        && frame.start >= target.start && frame.start + frame.value <= end;
      frame.group.classList.toggle('above', above);
      frame.group.style.display = above || inside ? '' : 'none';
      if (!above && !inside) continue;
      const x = above ? 0 : (frame.start - target.start) / target.value * width;
      const pixels = above ? width : frame.value / target.value * width;
      frame.rect.setAttribute('x', MARGIN + x);
      frame.rect.setAttribute('width', pixels);
      label(frame, MARGIN + x, pixels);
    }
  }

  function focus(frame) {
    focused.group.setAttribute('tabindex', '-1');
    focused = frame;
    frame.group.setAttribute('tabindex', '0');
    frame.group.focus({preventScroll: false});
    details.textContent = frame.title;
  }

  // The frame that an arrow key leads to: the parent is below, the widest
  // child above, the neighbours of the same depth left and right.
  function neighbour(key) {
    const shown = frames.filter((f) => f.group.style.display !== 'none');
    const end = focused.start + focused.value;
    if (key === 'ArrowDown') {
      return shown.find((f) => f.depth === focused.depth - 1
        && f.start <= focused.start && f.start + f.value >= end);
    }
    if (key === 'ArrowUp') {
      return shown.filter((f) => f.depth === focused.depth + 1
        && f.start >= focused.start && f.start + f.value <= end)
        .sort((a, b) => b.value - a.value)[0];
    }
    const row = shown.filter((f) => f.depth === focused.depth);
    return row[row.indexOf(focused) + (key === 'ArrowRight' ? 1 : -1)];
  }

  function pattern(text) {
    try {
      return new RegExp(text);
    } catch (error) {
      return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    }
  }

  // Colours what matches; a frame below a match adds nothing to the share.
  function search(text) {
    const wanted = text === '' ? null : pattern(text);
    let matched = 0;
    let count = 0;
    let covered = -1;
    for (const frame of frames) {
      const match = wanted !== null && wanted.test(frame.name);
      frame.group.classList.toggle('match', match);
      if (!match) continue;
      count += 1;
      if (frame.start >= covered) {
        matched += frame.value;
        covered = frame.start + frame.value;
      }
    }
    const share = (100 * matched / frames[0].value).toFixed(2);
    details.textContent = wanted === null
      ? '' : `${count} frames match, ${share} % of the total`;
  }

  function element(name, attributes) {
    const made = document.createElementNS(XHTML, name);
    for (const key of Object.keys(attributes)) {
      made.setAttribute(key, attributes[key]);
    }
    return made;
  }

  function addTools() {
    const holder = document.createElementNS(svg.namespaceURI, 'foreignObject');
    holder.setAttribute('x', Math.max(MARGIN, MARGIN + width - 330));
    holder.setAttribute('y', 30);
    holder.setAttribute('width', 330);
    holder.setAttribute('height', 30);
    const tools = element('div', {id: 'tools'});
    const input = element('input', {
      id: 'search', type: 'search', placeholder: 'Search  ( / )',
      'aria-label': 'Search frames by regular expression',
    });
    const reset = element('button', {id: 'reset', type: 'button'});
    reset.textContent = 'Reset zoom';
    input.addEventListener('input', () => search(input.value));
    reset.addEventListener('click', () => zoom(frames[0]));
    tools.append(input, reset);
    holder.append(tools);
    svg.append(holder);
    return input;
  }

  const input = addTools();
  for (const frame of frames) {
    frame.group.setAttribute('tabindex', frame === focused ? '0' : '-1');
    frame.group.setAttribute('role', 'button');
    frame.group.setAttribute('aria-label', frame.title);
    frame.group.addEventListener('click', () => { focus(frame); zoom(frame); });
    frame.group.addEventListener('mouseover', () => {
      details.textContent = frame.title;
    });
    frame.group.addEventListener('focus', () => {
      focused = frame;
      details.textContent = frame.title;
    });
  }
  svg.addEventListener('keydown', (event) => {
    if (event.target === input) {
      if (event.key === 'Escape') {
        input.value = '';
        search('');
        focus(focused);
      }
      return;
    }
    if (event.key === '/') input.focus();
    else if (event.key === 'Escape') zoom(frames[0]);
    else if (event.key === 'Enter' || event.key === ' ') zoom(focused);
    else if (event.key.startsWith('Arrow')) {
      const next = neighbour(event.key);
      if (next) focus(next);
    } else return;
    event.preventDefault();
  });
})();
