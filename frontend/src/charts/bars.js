// Amounts by age, place or kind: lying bars, each with its own words at its end.
import { chartIn, common, largest, palette, pictureOf } from "./canvas.js";
import { element, legend, numbers } from "./words.js";

const ROW = 30;
const MARK = '<path d="M7 1v12" stroke="var(--ink)" stroke-width="2.5"/>';

function styleOf(bar, colours) {
  if (bar.tone === "estimate") return { color: "transparent", borderColor: colours.data, borderWidth: 1.5 };
  return { color: colours.data };
}

function option(data, colours) {
  const write = numbers(data);
  const base = common(colours);
  const words = (bar) => `${bar.tone === "alarm" ? "▲ " : ""}${bar.text ?? write(bar.value)}`;
  const marks = data.bars.map((bar, i) => (bar.expected == null ? null : [bar.expected, i])).filter(Boolean);
  const room = Math.max(...data.bars.map((bar) => widthOf(words(bar))));
  return {
    ...base,
    tooltip: { show: false },
    grid: { left: 4, right: 16 + room, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", min: 0, max: largest(data.bars.map((bar) => bar.value), data.bars.map((bar) => bar.expected)), show: false },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.bars.map((bar) => bar.label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.ruleStrong } },
      axisLabel: { color: colours.ink, fontSize: 13, interval: 0 },
    },
    series: [
      {
        type: "bar",
        silent: true,
        barWidth: 16,
        data: data.bars.map((bar) => ({
          value: bar.value,
          itemStyle: styleOf(bar, colours),
          label: { show: true, position: "right", distance: bar.expected > bar.value && bar.expected < bar.value * 1.6 ? 14 : 6, formatter: words(bar), color: bar.tone === "alarm" ? alarmInk() : colours.ink, fontSize: 13, fontWeight: bar.tone === "alarm" ? 600 : 400 },
        })),
      },
      { type: "scatter", silent: true, data: marks, symbol: "rect", symbolSize: [2.5, 22], itemStyle: { color: colours.ink, opacity: 1 }, z: 5 },
    ],
  };
}

// About, in pixels of type of 13: a Chinese character is as wide as it is high.
function widthOf(text) {
  return [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/u.test(letter) ? 13.5 : 7.5), 0);
}

function alarmInk() {
  return getComputedStyle(document.documentElement).getPropertyValue("--alarm-ink").trim();
}

function marks(data) {
  return data.bars.some((bar) => bar.expected != null) ? [[MARK, data.texts.expected, "|"]] : [];
}

function table(data) {
  const write = numbers(data);
  const expected = data.bars.some((bar) => bar.expected != null);
  return {
    head: [data.texts.group, data.unit ?? data.texts.observed, ...(expected ? [data.texts.expected] : [])],
    rows: data.bars.map((bar) => [bar.label, bar.text ?? write(bar.value), ...(expected ? [write(bar.expected)] : [])]),
  };
}

export const bars = {
  prepared: () => ({ table, marks }),
  draw({ data, place }) {
    const canvas = element("div");
    place.replaceChildren(canvas);
    const chart = chartIn(canvas, data.bars.length * ROW + 8, data.alt || data.caption);
    chart.setOption(option(data, palette()));
    if (marks(data).length) place.append(legend(marks(data)));
    return () => {
      const { svg, width, height } = pictureOf(chart);
      return { parts: [{ svg, x: 0, y: 0 }], width, height };
    };
  },
};
