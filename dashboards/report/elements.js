// HTML elements. Text is always set as text: no name that a result
// holds is ever parsed as markup. SPDX-License-Identifier: BSD-2-Clause

// `text` with control characters and marks that reorder text as escapes, so
// that no name can pass for another.
export function visible(text) {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null)
    .map((child) => (typeof child === 'string' ? visible(child) : child)));
  return element;
}

export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// A labelled <select>; options are [value, text] pairs.
export function chooser(id, label, options, selected, changed) {
  const select = html('select', {id});
  for (const [value, text] of options) {
    select.append(html('option', {value}, text));
  }
  select.value = selected;
  select.addEventListener('change', () => changed(select.value));
  return html('label', {for: id}, `${label} `, select);
}

export function checkbox(id, label, checked, changed) {
  const box = html('input', {id, type: 'checkbox'});
  box.checked = checked;
  box.addEventListener('change', () => changed(box.checked));
  return html('label', {for: id}, box, ` ${label}`);
}

export function button(attributes, text, clicked) {
  const element = html('button', {type: 'button', ...attributes}, text);
  element.addEventListener('click', clicked);
  return element;
}

// A sentence in the place of a chart that has no data.
export function nothing(text) {
  return html('p', {class: 'nothing'}, text);
}

// Has the browser save `text` under `name`.
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], {type}));
  html('a', {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// Which of the folded parts people have opened: they stay open when the page
// is drawn again.
const opened = new Set();

export function folded(name, summary, ...children) {
  const details = html('details', {class: 'data'}, html('summary', {}, summary), ...children);
  details.open = opened.has(name);
  details.addEventListener('toggle', () => {
    if (details.open) opened.add(name);
    else opened.delete(name);
  });
  return details;
}
