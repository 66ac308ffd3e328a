// ECharts with only the parts in use, its colours taken from the styles so that both follow one theme.
import { BarChart, CustomChart, LineChart, MapChart, ScatterChart } from "echarts/charts";
import { GeoComponent, GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, CustomChart, LineChart, MapChart, ScatterChart, GeoComponent, GridComponent, TooltipComponent, LabelLayout, SVGRenderer]);
export { echarts };

// Width of what A4 leaves between the page's margins.
const PAPER = 680;

export function palette() {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries(
    ["paper", "paper-raised", "ink", "ink-soft", "rule", "rule-strong", "alarm", "data", "data-wash", "expected", "attention", "paper-sunk"].map((name) => [
      name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
      colour(name),
    ]),
  );
}

// Without double quotes: a saved picture writes them into an attribute as they are.
export function fonts() {
  return getComputedStyle(document.body).fontFamily.replaceAll('"', "'");
}

export function common(colours) {
  return {
    animation: false,
    textStyle: { fontFamily: fonts(), color: colours.ink, fontSize: 12 },
    tooltip: {
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.paperRaised,
      borderColor: colours.ruleStrong,
      padding: [8, 12],
      textStyle: { color: colours.ink },
      extraCssText: "box-shadow: 0 4px 16px rgb(0 0 0 / 12%)",
    },
  };
}

export function axes(colours) {
  return {
    label: { color: colours.inkSoft, fontSize: 12 },
    line: { lineStyle: { color: colours.ruleStrong } },
    grid: { lineStyle: { color: colours.rule } },
  };
}

// A chart in `place`; drawn anew in the same element when it is there already.
export function chartIn(place, height, label) {
  const old = echarts.getInstanceByDom(place);
  if (old) old.dispose();
  place.classList.add("figure-canvas");
  place.style.blockSize = `${height}px`;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", label);
  const chart = echarts.init(place, null, { renderer: "svg" });
  watched.add(place);
  observer.observe(place);
  return chart;
}

const watched = new Set();

// A place folded away has no size, and a map cannot be fitted into none.
const observer = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const chart = echarts.getInstanceByDom(target);
    if (!target.isConnected || !chart) {
      observer.unobserve(target);
      watched.delete(target);
    } else if (contentRect.width > 0 && Math.abs(contentRect.width - chart.getWidth()) >= 1) chart.resize();
  }
});

// Resolves when `place` has a width: a figure in a closed <details> is drawn when it is opened.
export function shown(place) {
  if (place.clientWidth > 0) return Promise.resolve();
  return new Promise((resolve) => {
    const waiting = new ResizeObserver(() => {
      if (place.clientWidth === 0) return;
      waiting.disconnect();
      resolve();
    });
    waiting.observe(place);
  });
}

// Drawn anew at about the size it has on paper, so that its words stay readable; the styles for print fit the rest.
window.addEventListener("beforeprint", () => {
  const page = document.querySelector("main")?.clientWidth ?? PAPER;
  for (const place of watched) {
    const chart = echarts.getInstanceByDom(place);
    if (!chart) continue;
    const width = Math.min(chart.getWidth(), Math.max(240, (chart.getWidth() * PAPER) / page));
    chart.resize({ width });
    chart.getZr().flush();
    place.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${chart.getHeight()}`);
  }
});
window.addEventListener("afterprint", () => {
  for (const place of watched) {
    place.querySelector("svg")?.removeAttribute("viewBox");
    echarts.getInstanceByDom(place)?.resize({ width: "auto" });
  }
});

export function pictureOf(chart) {
  return { svg: chart.renderToSVGString(), width: chart.getWidth(), height: chart.getHeight() };
}

export function largest(...lists) {
  return Math.max(1, ...lists.flat().filter((value) => value != null));
}

// Diagonal lines: the one sign everywhere for "not yet complete".
export function hatched(colours, thin = false) {
  if (thin) return { color: colours.data, opacity: 0.4 }; // no line fits into such a bar
  return {
    color: colours.dataWash,
    borderColor: colours.data,
    borderWidth: 0.75,
    decal: { symbol: "rect", color: colours.data, dashArrayX: [1, 0], dashArrayY: [1, 3], rotation: Math.PI / 4 },
  };
}
