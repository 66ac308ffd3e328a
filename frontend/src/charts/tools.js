// What every figure has besides its picture: the table, and the picture to take away.
import { fonts, palette } from "./canvas.js";
import { element } from "./words.js";

const MARGIN = 16;
const LINE = 18;

export function showTable(drawing, shown) {
  drawing.tableArea ??= tableOf(drawing);
  drawing.tableArea.hidden = !shown;
  if (!drawing.tableArea.isConnected) drawing.tools.before(drawing.tableArea);
  drawing.toggle.setAttribute("aria-expanded", String(shown));
}

function cell(value, first) {
  const written = value && typeof value === "object" ? element("a", { href: value.href }, value.text) : (value ?? "");
  const numeric = !first && typeof value === "string" && /^[\d\s.,×%+–-]+$/u.test(value);
  return element(first ? "th" : "td", { scope: first && "row", class: numeric && "num" }, written);
}

function tableOf({ data, table }) {
  const { head, rows } = data.table ?? table(data);
  const body = rows.map((row) => element("tr", {}, ...row.map((value, i) => cell(value, i === 0))));
  const numeric = (i) => rows.some((row) => typeof row[i] === "string" && /^[\d\s.,]+$/u.test(row[i]));
  return element(
    "div",
    { class: "figure-table table-scroll", tabindex: "0", role: "region", "aria-label": data.caption },
    element(
      "table",
      { class: "table-dense" },
      element("thead", {}, element("tr", {}, ...head.map((name, i) => element("th", { scope: "col", class: i > 0 && numeric(i) && "num" }, name)))),
      element("tbody", {}, ...body),
    ),
  );
}

export function tools(drawing) {
  const { texts } = drawing.data;
  const button = (text, act) => {
    const made = element("button", { type: "button", class: "link-button" }, text);
    made.addEventListener("click", act);
    return made;
  };
  drawing.toggle = button(texts.table, () => showTable(drawing, drawing.toggle.getAttribute("aria-expanded") !== "true"));
  drawing.toggle.setAttribute("aria-expanded", "false");
  drawing.tools?.remove();
  // What is drawn from a boundary layer is shown and never leaves: nothing saves it.
  const leaving = drawing.stays
    ? []
    : [
        button(texts.png, async () => save(await asPng(composed(drawing)), `${nameOf(drawing)}.png`)),
        button(texts.svg, () => save(new Blob([composed(drawing).svg], { type: "image/svg+xml" }), `${nameOf(drawing)}.svg`)),
      ];
  drawing.tools = element("div", { class: "figure-tools" }, drawing.toggle, ...leaving);
  drawing.figure.append(drawing.tools);
}

function nameOf({ data, figure }) {
  return (data.filename ?? figure.id).replace(/[\\/:*?"<>|\s]+/g, "-");
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}

// Lines that fit `width`; scripts without spaces break anywhere.
function lines(text, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `13px ${fonts()}`;
  const out = [""];
  for (const piece of text.match(/\p{Script=Han}|\S+\s*|\s+/gu) ?? []) {
    if (out.at(-1) && pen.measureText(out.at(-1) + piece).width > width) out.push(piece);
    else out[out.length - 1] += piece;
  }
  return out;
}

// The picture alone on a ground, with its sentence and its marks: it must explain itself far from the page.
function composed({ data, svg, marks, figure }) {
  const colours = palette();
  const { parts, width, height } = svg();
  const words = [...lines(data.caption, width), ...(marks?.(data) ?? []).map(([, text, sign]) => `${sign} ${text}`)];
  const full = { width: width + 2 * MARGIN, height: height + 2 * MARGIN + words.length * LINE + 4 };
  const font = escaped(fonts());
  const inner = parts.map((part) => `<g transform="translate(${MARGIN + part.x} ${MARGIN + part.y})">${part.svg}</g>`).join("");
  const below = words.map((line, i) => `<text x="${MARGIN}" y="${MARGIN + height + LINE * (i + 1)}" font-size="13" fill="${colours.inkSoft}">${escaped(line)}</text>`).join("");
  return {
    ...full,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${full.width}" height="${full.height}" viewBox="0 0 ${full.width} ${full.height}" font-family="${font}" role="img" aria-label="${escaped(data.alt || data.caption)}" data-figure="${escaped(figure.id)}"><rect width="100%" height="100%" fill="${colours.paper}"/>${inner}${below}</svg>`,
  };
}

async function asPng({ svg, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = element("canvas", { width: width * 2, height: height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
