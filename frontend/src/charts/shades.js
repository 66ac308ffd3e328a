// Shades of blue for amounts, and ink that can be read on each.
import { palette } from "./canvas.js";

function channels(colour) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour;
  const hex = pen.fillStyle;
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function luminance(colour) {
  const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

// { of(value): colours of the cell with that value, low, high, steps } for the cells and scale of the data.
export function shades(data) {
  const colours = palette();
  const [pale, full] = [channels(colours.dataWash), channels(colours.data)];
  const inks = [channels(colours.ink), channels(colours.paper)];
  const high = data.scale?.high ?? Math.max(1, ...data.cells.map((cell) => cell.value ?? 0));
  const low = data.scale?.low ?? 0;
  const between = (share) => {
    const fill = pale.map((value, i) => Math.round(value + (full[i] - value) * share));
    const ink = contrast(fill, inks[0]) >= contrast(fill, inks[1]) ? inks[0] : inks[1];
    return { fill: `rgb(${fill})`, ink: `rgb(${ink})` };
  };
  const of = (value) => (value == null ? { fill: colours.paper, ink: colours.inkSoft } : between(Math.max(0, Math.min(1, (value - low) / (high - low || 1)))));
  return { of, low, high, steps: [0, 0.25, 0.5, 0.75, 1].map((share) => between(share).fill) };
}

export function scaleLegend(data, shade, write) {
  const squares = shade.steps.map((fill, i) => `<rect x="${i * 18}" width="18" height="14" fill="${fill}"/>`).join("");
  const low = data.scale?.low_text ?? write(shade.low);
  const high = data.scale?.high_text ?? write(shade.high);
  return { squares, low, high };
}
