// Reads the data of the page and draws its panels. render(data) may be called
// again with newer data: what people have chosen, sorted, opened and zoomed
// stays. SPDX-License-Identifier: BSD-2-Clause
import {drawAnswer, drawAnswers} from './answer.js';
import {drawCourse} from './course.js';
import {nothing, save, visible} from './elements.js';
import {drawFairness} from './fairness.js';
import {drawFlame} from './flame.js';
import {readModel} from './model.js';
import {drawPromises} from './promises.js';
import {drawReader} from './reader.js';
import {drawScaling} from './scaling.js';
import {drawScopes} from './scopes.js';
import {drawCertificate, drawChoice, drawEverything} from './tables.js';
import {drawTradeoff} from './tradeoff.js';
import {addressOfView, drawControls, viewFromAddress} from './view.js';
import {drawWriter} from './writer.js';

const CHARTS = {
  tradeoff: drawTradeoff, scaling: drawScaling, reader: drawReader, writer: drawWriter,
  course: drawCourse, fairness: drawFairness, scopes: drawScopes,
};
const TABLES = {
  promises: drawPromises, certificate: drawCertificate, everything: drawEverything,
};

// What is drawn now: {model, view}.
let shown = null;

function panel(id) {
  const element = document.querySelector(`#${id} .chart`);
  element.replaceChildren();
  return element;
}

// One panel that fails does not take the others with it.
function drawPanel(id, draw, model, view) {
  const holder = panel(id);
  try {
    draw(model, view, holder);
  } catch (error) {
    holder.replaceChildren(nothing('This panel could not be drawn, which is a fault of knotestat '
      + `or of the result file: ${error.message}`));
    console.error(error);
  }
}

function drawPanels({model, view}) {
  for (const [id, draw] of Object.entries({...CHARTS, ...TABLES})) drawPanel(id, draw, model, view);
  drawFlame(model, view, document.getElementById('flame'));
  drawAnswers(model, view);
}

// Draws everything that depends on the view, which goes into the address.
function showView() {
  const {model, view} = shown;
  const changed = (id) => {
    showView();
    const control = document.getElementById(id);
    if (control) control.focus();
  };
  drawControls(model, view, changed);
  drawPanels(shown);
  history.replaceState(null, '', addressOfView(model, view));
}

function hidePanels(hidden) {
  for (const section of document.querySelectorAll('main > section')) section.hidden = hidden;
}

function showFailure(title, why) {
  document.getElementById('answer').textContent = title;
  document.title = `knotestat: ${title}`;
  const notice = document.getElementById('notice');
  notice.textContent = visible(why);
  notice.hidden = false;
  hidePanels(true);
  document.getElementById('view').hidden = true;
}

// Draws the page from what ReportData() of dashboards/report_data.h gives.
export function render(data) {
  if (data.failed !== undefined) {
    showFailure('There is no result to show.', data.failed);
    return;
  }
  const model = readModel(data);
  drawAnswer(model);
  const some = model.cells.length > 0;
  hidePanels(false);
  document.getElementById('view').hidden = !some;
  for (const id of [...Object.keys(CHARTS), 'flame', 'promises']) {
    document.getElementById(id).hidden = !some;
  }
  if (data.figures.truth) document.getElementById('promises').hidden = false;
  drawChoice(model, panel('choice'));
  if (some) {
    shown = {model, view: viewFromAddress(model, window.location.hash)};
    showView();
  } else {
    drawPromises(model, null, panel('promises'));
    drawCertificate(model, null, panel('certificate'));
    drawEverything(model, null, panel('everything'));
  }
}

// The text of the embedded data: JSON, deflated, in base64.
export async function unpack(packed) {
  const characters = atob(packed);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = characters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).text();
}

async function start() {
  for (const form of document.forms) {
    form.addEventListener('submit', (event) => event.preventDefault());
  }
  window.addEventListener('hashchange', () => {
    if (!shown || window.location.hash === addressOfView(shown.model, shown.view)) return;
    shown.view = viewFromAddress(shown.model, window.location.hash);
    showView();
  });
  let text;
  let data;
  try {
    text = await unpack(document.getElementById('data').textContent.trim());
    data = JSON.parse(text);
  } catch (error) {
    showFailure('The data of this page is damaged.', 'Its end is missing or it was changed, or '
      + 'this browser is older than 2023. Write it again: knotestat report FILE --html PAGE '
      + `(${error ? error.message : 'no data'})`);
    return;
  }
  document.getElementById('save-json').addEventListener('click',
    () => save('knotestat-report.json', 'application/json', text));
  render(data);
  performance.mark('drawn');
  document.documentElement.dataset.ready = 'yes';
}

document.addEventListener('DOMContentLoaded', start);
