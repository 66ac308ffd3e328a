// Several series side by side on the same axes, so that their heights can be compared at a glance.
import { axes, chartIn, common, largest, palette, pictureOf } from "./canvas.js";
import { alarmMarks, bar } from "./series.js";
import { element, numbers, tip } from "./words.js";

const HEIGHT = 108;
const TITLE = 20;

function tooltip(data, panel) {
  const write = numbers(data);
  return (points) => {
    const i = points[0].dataIndex;
    const lines = [[data.texts.observed, write(panel.observed[i])]];
    if (panel.expected) lines.push([data.texts.expected, write(panel.expected[i])]);
    if ((panel.alarms ?? []).includes(i)) lines.push(["", data.texts.alarm]);
    return tip(data.labels[i], lines);
  };
}

function option(data, panel, top, colours) {
  const style = axes(colours);
  const base = common(colours);
  const last = data.ticks.length - 1;
  const expected = panel.expected ? [{ type: "line", data: panel.expected, symbol: "none", silent: true, lineStyle: { color: colours.expected, width: 1.5 } }] : [];
  return {
    ...base,
    grid: { left: 28, right: 4, top: 12, bottom: 20 },
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: colours.ink, opacity: 0.06 } }, formatter: tooltip(data, panel) },
    xAxis: {
      type: "category",
      data: data.ticks,
      axisTick: { show: false },
      axisLine: style.line,
      axisLabel: { ...style.label, fontSize: 11, interval: (i) => i === 0 || i === last, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: { type: "value", min: 0, max: top, interval: top, axisLabel: { ...style.label, fontSize: 11, formatter: numbers(data) }, splitLine: style.grid },
    series: [{ type: "bar", data: bar(panel, colours, 280), itemStyle: { color: colours.data }, barCategoryGap: "18%" }, ...expected, alarmMarks(panel, colours, 7)],
  };
}

// The next round number, so that the one label of the axis reads well.
function roundedUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value);
}

function topOf(panel) {
  return roundedUp(largest(panel.observed, panel.expected ?? []));
}

function heading(panel) {
  const title = panel.href ? element("a", { href: panel.href }, panel.title) : panel.title;
  return element("h3", {}, element("span", {}, title), panel.note ? element("span", { class: "note num" }, panel.note) : null);
}

function table(data) {
  const write = numbers(data);
  const head = [data.texts.period, ...data.panels.map((panel) => panel.title)];
  const rows = data.labels.map((label, i) => [label, ...data.panels.map((panel) => write(panel.observed[i]))]);
  return { head, rows: rows.reverse() };
}

function composedOf(items) {
  const columns = Math.max(1, Math.min(4, items.length));
  const [width, height] = [items[0].chart.getWidth() + 16, HEIGHT + TITLE + 12];
  const ink = palette().ink;
  const parts = items.flatMap(({ panel, chart }, i) => {
    const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
    const title = new Option(panel.title).innerHTML;
    return [
      { svg: `<text y="14" font-size="14" font-weight="600" fill="${ink}">${title}</text>`, x, y },
      { svg: pictureOf(chart).svg, x, y: y + TITLE },
    ];
  });
  return { parts, width: columns * width, height: Math.ceil(items.length / columns) * height };
}

export const multiples = {
  prepared: () => ({ table }),
  draw({ data, place }) {
    const colours = palette();
    const tops = data.panels.map(topOf);
    const list = element("ul", { class: "multiples" });
    place.replaceChildren(list);
    const items = data.panels.map((panel, i) => {
      const canvas = element("div");
      list.append(element("li", {}, heading(panel), canvas));
      const chart = chartIn(canvas, HEIGHT, [panel.title, panel.note].filter(Boolean).join(", "));
      chart.setOption(option(data, panel, data.axes === "own" ? tops[i] : Math.max(...tops), colours));
      return { panel, chart };
    });
    return () => composedOf(items);
  },
};
