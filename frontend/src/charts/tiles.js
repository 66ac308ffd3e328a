// States or regions as tiles in rows and columns: no border is drawn, none is disputed, small ones are as visible as large.
import { fonts, palette } from "./canvas.js";
import { scaleLegend, shades } from "./shades.js";
import { drawnElement as svg, element, numbers } from "./words.js";

const [WIDE, TALL, GAP] = [88, 64, 6];

function said(cell, data) {
  return `${cell.name}: ${cell.value == null ? data.texts.missing : cell.text}${cell.tone === "alarm" ? `, ${data.texts.alarm}` : ""}`;
}

function tile(cell, data, shade, colours, write) {
  const { fill, ink } = shade.of(cell.value);
  const alarm = cell.tone === "alarm";
  const box = svg("rect", {
    x: 1.5, y: 1.5, width: WIDE - 3, height: TALL - 3, rx: 6, fill,
    stroke: alarm ? colours.alarm : cell.value == null ? colours.rule : "none",
    "stroke-width": alarm ? 3 : 1.5,
  });
  const words = [
    svg("text", { x: 10, y: 24, fill: ink, "font-size": cell.size ?? 15, "font-weight": 600 }, cell.short),
    svg("text", { x: WIDE - 10, y: TALL - 12, fill: ink, "font-size": 15, "text-anchor": "end" }, cell.value == null ? "–" : write(cell.value)),
  ];
  if (alarm) words.push(svg("path", { d: `M18 ${TALL - 26}l8 14h-16z`, fill: colours.alarm, stroke: colours.paper, "stroke-width": 1 }));
  const spoken = said(cell, data);
  const place = { transform: `translate(${cell.column * (WIDE + GAP)} ${cell.row * (TALL + GAP)})` };
  const inside = [svg("title", {}, spoken), box, ...words];
  if (cell.href) return svg("a", { ...place, href: cell.href }, ...inside);
  return svg("g", { ...place, role: "img", "aria-label": spoken }, ...inside);
}

function extent(cells) {
  return {
    width: (Math.max(...cells.map((cell) => cell.column)) + 1) * (WIDE + GAP) - GAP,
    height: (Math.max(...cells.map((cell) => cell.row)) + 1) * (TALL + GAP) - GAP,
  };
}

export function legendOf(data, shade, write) {
  const { squares, low, high } = scaleLegend(data, shade, write);
  const list = element("p", { class: "figure-legend", "aria-hidden": "true" });
  list.innerHTML = `<span data-low></span><svg width="90" height="14">${squares}</svg><span data-high></span>`;
  list.querySelector("[data-low]").textContent = low;
  list.querySelector("[data-high]").textContent = high;
  return list;
}

export function table(data) {
  const write = numbers(data);
  const rows = data.cells.map((cell) => [
    cell.href ? { href: cell.href, text: cell.name } : cell.name,
    write(cell.value),
    [cell.text, cell.tone === "alarm" ? data.texts.alarm : ""].filter(Boolean).join("; "),
  ]);
  return { head: [data.texts.place, data.texts.value, data.texts.remark], rows };
}

export const tiles = {
  prepared: () => ({ table }),
  draw({ data, place }) {
    const [colours, shade, write] = [palette(), shades(data), numbers(data)];
    const { width, height } = extent(data.cells);
    const drawing = svg(
      "svg",
      { class: "tiles", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": data.alt || data.caption, "font-family": fonts() },
      ...data.cells.map((cell) => tile(cell, data, shade, colours, write)),
    );
    drawing.style.maxInlineSize = `${width}px`;
    place.replaceChildren(drawing, legendOf(data, shade, write));
    return () => ({ parts: [{ svg: drawing.innerHTML, x: 0, y: 0 }], width, height });
  },
};
