// One count over time: bars, what was expected, the threshold, and what is doubtful about the last periods.
import { axes, chartIn, common, hatched, palette, pictureOf } from "./canvas.js";
import { element, legend, numbers, tip } from "./words.js";

const HEIGHT = 320;
const HATCH = '<path d="M1 1h12v12H1zM1 9l8-8M1 13L13 1M5 13l8-8" fill="none" stroke="var(--data)"/>';
const TRIANGLE = '<path d="M7 2l6 10H1z" fill="var(--alarm)"/>';
const RING = '<path d="M7 0v14" stroke="var(--ink)"/><circle cx="7" cy="7" r="3.5" fill="var(--paper)" stroke="var(--ink)" stroke-width="1.5"/>';
const SHADE = '<rect width="14" height="14" fill="var(--rule)"/>';

export function bar(data, colours, width) {
  const firstIncomplete = data.observed.length - (data.incomplete ?? 0);
  return data.observed.map((value, i) => (i >= firstIncomplete ? { value, itemStyle: hatched(colours, width / data.observed.length < 5) } : value));
}

export function alarmMarks(data, colours, size = 9) {
  return {
    type: "scatter",
    data: (data.alarms ?? []).map((i) => [i, data.observed[i]]),
    symbol: "triangle",
    symbolSize: size,
    symbolOffset: [0, -size],
    itemStyle: { color: colours.alarm, opacity: 1 },
    z: 5,
    silent: true,
    clip: false,
  };
}

function line(name, values, colour, style, width) {
  return {
    type: "line",
    name,
    data: values,
    symbol: "none",
    silent: true,
    lineStyle: { color: colour, width, ...style },
    endLabel: { show: true, formatter: name, color: colour, fontSize: 12, distance: 6 },
    labelLayout: { moveOverlap: "shiftY" },
    z: 4,
  };
}

function estimateRange({ low, high }, colours) {
  const rows = low.map((value, i) => (value == null ? null : [i, value, high[i]])).filter(Boolean);
  return {
    type: "custom",
    data: rows,
    encode: { x: 0, y: [1, 2] },
    silent: true,
    z: 6,
    renderItem: (_, api) => {
      const [x, bottom] = api.coord([api.value(0), api.value(1)]);
      const [, top] = api.coord([api.value(0), api.value(2)]);
      const style = { stroke: colours.ink, lineWidth: 1.5 };
      const across = (y) => ({ type: "line", shape: { x1: x - 4, x2: x + 4, y1: y, y2: y }, style });
      return { type: "group", children: [{ type: "line", shape: { x1: x, x2: x, y1: bottom, y2: top }, style }, across(bottom), across(top)] };
    },
  };
}

function estimateMiddle({ middle }, colours) {
  const rows = middle.map((value, i) => (value == null ? null : [i, value])).filter(Boolean);
  return { type: "scatter", data: rows, symbol: "circle", symbolSize: 8, z: 7, silent: true, itemStyle: { color: colours.paper, borderColor: colours.ink, borderWidth: 1.5, opacity: 1 } };
}

// Drawn by hand: areas of ECharts end at the ticks that have a label, weeks away from where they should.
function excluded(data, colours) {
  return {
    type: "custom",
    data: (data.excluded ?? []).map(([first, last]) => [first, last]),
    encode: { x: [0, 1] },
    silent: true,
    z: 1,
    renderItem: ({ coordSys }, api) => {
      const band = api.size([1, 0])[0];
      const left = api.coord([api.value(0), 0])[0] - band / 2;
      const right = api.coord([api.value(1), 0])[0] + band / 2;
      return { type: "rect", shape: { x: left, width: right - left, y: coordSys.y, height: coordSys.height }, style: { fill: colours.rule } };
    },
  };
}

function reasonAt(data, i) {
  return (data.excluded ?? []).find(([first, last]) => i >= first && i <= last);
}

function remarks(data, i) {
  const { texts } = data;
  const out = [];
  if ((data.alarms ?? []).includes(i)) out.push(texts.alarm);
  if (i >= data.observed.length - (data.incomplete ?? 0)) out.push(texts.incomplete);
  const reason = reasonAt(data, i);
  if (reason) out.push(reason[2] ? `${texts.excluded}: ${reason[2]}` : texts.excluded);
  return out;
}

function tooltip(data) {
  const write = numbers(data);
  const { texts } = data;
  return (points) => {
    const i = points.find((point) => point.seriesType === "bar").dataIndex;
    const lines = [[texts.observed, data.numbers?.[i] ?? write(data.observed[i])]];
    for (const key of ["expected", "threshold"]) if (data[key]?.[i] != null) lines.push([texts[key], write(data[key][i])]);
    if (data.estimate?.middle[i] != null) lines.push([texts.estimate, `${write(data.estimate.middle[i])} (${write(data.estimate.low[i])}–${write(data.estimate.high[i])})`]);
    return tip(data.labels[i], [...lines, ...remarks(data, i).map((remark) => ["", remark])]);
  };
}

function marks(data) {
  const { texts } = data;
  const found = [];
  if (data.alarms?.length) found.push([TRIANGLE, texts.alarm, "▲"]);
  if (data.incomplete) found.push([HATCH, texts.incomplete, "▨"]);
  if (data.estimate) found.push([RING, `${texts.estimate} · ${texts.interval}`, "○"]);
  if (data.excluded?.length) found.push([SHADE, texts.excluded, "░"]);
  return found;
}

function option(data, colours, width) {
  const style = axes(colours);
  const base = common(colours);
  const written = width > 560 ? [data.expected && data.texts.expected, data.threshold && data.texts.threshold].filter(Boolean) : [];
  const right = written.length ? 16 + Math.max(...written.map((word) => [...word].reduce((sum, sign) => sum + (sign > "⺀" ? 12.5 : 7), 0))) : 24;
  const lines = [];
  if (data.expected) lines.push(line(data.texts.expected, data.expected, colours.expected, {}, 2));
  if (data.threshold) lines.push(line(data.texts.threshold, data.threshold, colours.inkSoft, { type: [2, 3] }, 1.25));
  if (!written.length) for (const one of lines) one.endLabel.show = false;
  const estimates = data.estimate ? [estimateRange(data.estimate, colours), estimateMiddle(data.estimate, colours)] : [];
  return {
    ...base,
    grid: { left: 4, right, top: 28, bottom: 4, containLabel: true },
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: colours.ink, opacity: 0.06 } }, formatter: tooltip(data) },
    xAxis: { type: "category", data: data.ticks, axisLabel: { ...style.label, hideOverlap: true, showMinLabel: true }, axisLine: style.line, axisTick: { show: false } },
    yAxis: {
      type: "value",
      min: 0,
      minInterval: 1,
      name: data.unit,
      nameTextStyle: { color: colours.inkSoft, align: "left", padding: [0, 0, 0, -20] },
      axisLabel: { ...style.label, formatter: numbers(data) },
      splitLine: style.grid,
      max: (extent) => (extent.max > 0 ? null : 1),
    },
    series: [
      { type: "bar", data: bar(data, colours, width), itemStyle: { color: colours.data }, barCategoryGap: "18%", barMaxWidth: 28, z: 2 },
      excluded(data, colours),
      ...lines,
      alarmMarks(data, colours),
      ...estimates,
    ],
  };
}

export function table(data) {
  const write = numbers(data);
  const { texts } = data;
  const columns = ["expected", "threshold"].filter((key) => data[key]);
  const rows = data.labels.map((label, i) => [label, data.numbers?.[i] ?? write(data.observed[i]), ...columns.map((key) => write(data[key][i])), remarks(data, i).join("; ")]);
  return { head: [texts.period, texts.observed, ...columns.map((key) => texts[key]), texts.remark], rows: rows.reverse() };
}

export const series = {
  prepared: () => ({ table, marks }),
  draw({ data, place }) {
    const canvas = element("div");
    place.replaceChildren(canvas);
    const chart = chartIn(canvas, HEIGHT, data.alt || data.caption);
    chart.setOption(option(data, palette(), chart.getWidth()));
    const found = marks(data);
    if (data.expected && chart.getWidth() <= 560) {
      if (data.threshold) found.unshift(['<path d="M0 7h14" stroke="var(--ink-soft)" stroke-width="1.5" stroke-dasharray="2 2"/>', data.texts.threshold, "┄"]);
      found.unshift(['<path d="M0 7h14" stroke="var(--expected)" stroke-width="2"/>', data.texts.expected, "—"]);
    }
    if (found.length) place.append(legend(found));
    return () => {
      const { svg, width, height } = pictureOf(chart);
      return { parts: [{ svg, x: 0, y: 0 }], width, height };
    };
  },
};
