// Reads the data of the page and draws its panels.
// SPDX-License-Identifier: BSD-2-Clause

function drawAnswer(model) {
  const {choice, figures} = model.data;
  const answer = document.getElementById('answer');
  const notice = document.getElementById('notice');
  answer.textContent = visible(choice.headline) || (model.cells.length === 0
    ? 'Nothing was measured.' : 'No recommendation can be made from this run.');
  document.getElementById('sure').textContent = choice.confidence
    ? `How sure: ${visible(choice.confidence)}` : '';
  const notes = [];
  if (model.cells.length === 0) {
    notes.push('This result holds no cells: the run ended before its first one.');
  }
  if (!figures.finished) {
    notes.push('The run is still going on or was stopped; these are its figures so far.');
  }
  if (!figures.context.bpf) {
    notes.push(`eBPF was not attached: ${figures.context.bpf_reason || 'no reason recorded'}`);
  }
  notice.textContent = visible(notes.join(' '));
  notice.hidden = notes.length === 0;
  document.title = `knotestat: ${answer.textContent}`;
}

// The grid, path and column that the charts show.
function initialView(model) {
  const grid = model.grids[0];
  return {grid, path: grid.paths[0] || '', column: grid.columns[grid.columns.length - 1]};
}

function drawCharts(model, view) {
  const holder = (id) => {
    const element = document.querySelector(`#${id} .chart`);
    element.replaceChildren();
    return element;
  };
  drawTradeoff(model, view, holder('tradeoff'), document.getElementById('tradeoff-lead'));
  drawScaling(model, view, holder('scaling'));
  drawWriter(model, view, holder('writer'));
}

function drawControls(model, view) {
  const form = document.getElementById('view');
  const {grid} = view;
  const redraw = () => { drawControls(model, view); drawCharts(model, view); };
  const refocus = (id) => document.getElementById(id).focus();
  const name = (g) => (model.grids.filter((other) => other.workload === g.workload).length > 1
    ? `${g.workload} ${g.parameters}` : g.workload);
  form.replaceChildren(
    chooser('view-workload', 'Workload', model.grids.map((g, i) => [String(i), name(g)]),
      String(model.grids.indexOf(grid)), (value) => {
        Object.assign(view, initialView({grids: [model.grids[Number(value)]]}));
        redraw();
        refocus('view-workload');
      }),
    chooser('view-path', 'Path', grid.paths.map((path) => [path, path]), view.path, (value) => {
      view.path = value;
      drawCharts(model, view);
    }),
    chooser('view-cpus', 'At', grid.columns.map((column, i) => [String(i), column.label]),
      String(grid.columns.indexOf(view.column)), (value) => {
        view.column = grid.columns[Number(value)];
        drawCharts(model, view);
      }));
}

function main() {
  const data = JSON.parse(document.getElementById('data').textContent);
  const model = readModel(data);
  drawAnswer(model);
  document.getElementById('view').addEventListener('submit', (event) => event.preventDefault());
  if (model.cells.length > 0) {
    const view = initialView(model);
    drawControls(model, view);
    drawCharts(model, view);
    drawFlame(model, document.getElementById('flame'));
  } else {
    for (const id of ['tradeoff', 'scaling', 'writer', 'flame']) {
      document.getElementById(id).hidden = true;
    }
  }
  drawChoice(model, document.querySelector('#choice .chart'));
  drawCertificate(model, document.querySelector('#certificate .chart'));
  drawEverything(model, document.querySelector('#everything .chart'));
}

main();
