// The live page: follows the server's events, and shows the report as it is now
// in a frame of its own, whose policy and script are the report's.
// SPDX-License-Identifier: BSD-2-Clause

const REDRAW_MS = 10000;
const SETTLE_MS = 1500;
const file = document.querySelector('header').dataset.file;
const part = (id) => document.getElementById(id);
// `drawn`: how much of the run the report that is shown holds, as the server says
// with its next event.
const live = {columns: [], stored: -1, drawn: -1, drawnAt: 0, finished: false, drawing: false};

function complain(text) {
  part('problem').textContent = text;
  part('problem').hidden = text === '';
}

// The frame that is shown stays until the next one is ready, and hands on its
// address (which holds the filters) and how far it was scrolled.
function drawReport() {
  if (live.drawing) return;
  live.drawing = true;
  const shown = document.querySelector('iframe.shown');
  const frame = document.createElement('iframe');
  frame.title = 'Report';
  frame.className = 'next';
  frame.src = shown ? shown.contentWindow.location.href : `/report/${file}`;
  frame.addEventListener('load', () => {
    if (!frame.contentDocument) {  // an error, which is not let into a frame
      frame.remove();
      Object.assign(live, {drawnAt: Date.now(), drawing: false});
      return;
    }
    if (shown) {
      frame.contentWindow.scrollTo(0, shown.contentWindow.scrollY);
      shown.remove();
    }
    frame.className = 'shown';
    Object.assign(live, {drawn: null, drawnAt: Date.now(), drawing: false});
    part('drawn').textContent = `Drawn at ${new Date().toLocaleTimeString()}.`;
  });
  part('report').append(frame);
}

function drawIfDue() {
  const waited = Date.now() - live.drawnAt >= (live.finished ? SETTLE_MS : REDRAW_MS);
  const stale = part('follow').checked && live.stored !== live.drawn;
  if (live.drawn === -1 || (stale && waited)) drawReport();
}

function showProgress(progress) {
  part('sentence').textContent = progress.sentence;
  const when = progress.state === 'silent' ? 'Last' : 'Now';
  part('now').textContent = progress.now ? `${when}: ${progress.now}` : '';
  document.body.dataset.state = progress.state;
  if (progress.share === undefined) {
    part('share').removeAttribute('value');
  } else {
    part('share').value = progress.share;
  }
  part('share').hidden = progress.state === 'finished';
  live.finished = progress.state === 'finished';
}

function showLatency(columns) {
  const last = live.columns.length ? live.columns[live.columns.length - 1].number : 0;
  live.columns.push(...columns.filter((column) => column.number > last));
  live.columns.splice(0, Math.max(0, live.columns.length - HEAT.columns));
  part('heat').hidden = live.finished && live.columns.length === 0;
  part('controls').hidden = part('heat').hidden;
  drawHeatMap(part('heat-fini'), live.columns, 'klist_fini');
  drawHeatMap(part('heat-operations'), live.columns, 'operations');
}

function look(event) {
  const seen = JSON.parse(event.data);
  complain(seen.problem || '');
  if (seen.problem) return;
  live.stored = seen.stored;
  // Below 0 the report could not be made: tried again, but not at once.
  if (live.drawn === null) live.drawn = seen.reported < 0 ? null : seen.reported;
  showProgress(seen.progress);
  showLatency(seen.columns);
  drawIfDue();
}

const source = new EventSource(`/events/${file}`);
source.addEventListener('look', look);
source.addEventListener('error', () => {
  complain('The server does not answer. If it was ended, start it again; this page waits for it.');
});
part('follow').addEventListener('change', drawIfDue);
