// Draws every <figure data-chart> from the JSON beside it. The shapes are in docs/design-system.md.
import { bars } from "./charts/bars.js";
import { boundaries } from "./charts/boundaries.js";
import { shown } from "./charts/canvas.js";
import { multiples } from "./charts/multiples.js";
import { series } from "./charts/series.js";
import { showTable, tools } from "./charts/tools.js";
import { tiles } from "./charts/tiles.js";

const KINDS = { series, bars, tiles, boundaries, "small-multiples": multiples };
const drawn = new Map();

// A drawing is { figure, data, place, svg(): the picture as an SVG string and its size, table(): head and rows }.
async function draw(figure) {
  figure.dataset.begun = "1";
  const data = JSON.parse(document.querySelector(figure.dataset.source).textContent);
  const place = figure.querySelector(".figure-picture");
  place.replaceChildren();
  const drawing = { figure, data, place, ...KINDS[figure.dataset.chart].prepared(data) };
  drawn.set(figure, drawing);
  tools(drawing);
  await redraw(drawing);
}

async function redraw(drawing) {
  await shown(drawing.place);
  try {
    drawing.svg = await KINDS[drawing.figure.dataset.chart].draw(drawing);
    drawing.figure.dataset.drawn = "1";
  } catch (error) {
    console.error(error);
    const note = document.createElement("p");
    note.className = "muted";
    note.textContent = error.forPeople ?? drawing.data.texts.failed;
    drawing.place.replaceChildren(note);
    showTable(drawing, true);
  }
}

function begin(root) {
  for (const figure of root.querySelectorAll("figure[data-chart]:not([data-begun])")) draw(figure);
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
document.addEventListener("theme:changed", () => {
  for (const [figure, drawing] of drawn) {
    if (figure.isConnected) redraw(drawing);
    else drawn.delete(figure);
  }
});
