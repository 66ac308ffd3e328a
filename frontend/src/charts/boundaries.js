// A boundary layer, where the node has chosen one: read from the node itself, never part of a document or an exchange.
import { feature } from "topojson-client";
import { chartIn, common, echarts, palette } from "./canvas.js";
import { shades } from "./shades.js";
import { legendOf, table } from "./tiles.js";
import { element, numbers, tip } from "./words.js";

const layers = new Map();

async function layer({ url, object, key = "id", texts }) {
  const name = `${url}#${object ?? ""}#${key}`;
  if (layers.has(name)) return name;
  try {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    let read = await answer.json();
    if (read.type === "Topology") read = feature(read, read.objects[object ?? Object.keys(read.objects)[0]]);
    const features = read.features.map((one) => ({ ...one, properties: { ...one.properties, name: String(one.properties?.[key] ?? one.id) } }));
    echarts.registerMap(name, { type: "FeatureCollection", features });
    layers.set(name, features.length);
    return name;
  } catch (error) {
    error.forPeople = texts.no_layer;
    throw error;
  }
}

function option(data, name, colours, shade) {
  const base = common(colours);
  const byId = new Map(data.cells.map((cell) => [String(cell.id), cell]));
  const regions = data.cells.map((cell) => ({
    name: String(cell.id),
    value: cell.value,
    itemStyle: { areaColor: shade.of(cell.value).fill, ...(cell.tone === "alarm" ? { borderColor: colours.alarm, borderWidth: 2.5 } : {}) },
    emphasis: { itemStyle: { areaColor: shade.of(cell.value).fill, borderColor: colours.ink, borderWidth: 2 } },
  }));
  return {
    ...base,
    tooltip: {
      ...base.tooltip,
      formatter: ({ name: id }) => {
        const cell = byId.get(id);
        return cell ? tip(cell.name, [["", cell.value == null ? data.texts.missing : cell.text]]) : "";
      },
    },
    series: [
      {
        type: "map",
        map: name,
        data: regions,
        selectedMode: false,
        label: { show: false },
        itemStyle: { areaColor: colours.paper, borderColor: colours.ruleStrong, borderWidth: 0.75 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: colours.paperSunk } },
        left: 0, right: 0, top: 0, bottom: 0,
      },
    ],
  };
}

export const boundaries = {
  prepared: () => ({ table, stays: true }),
  async draw({ data, place }) {
    const name = await layer(data);
    const canvas = element("div");
    place.replaceChildren(canvas);
    const shade = shades(data);
    const chart = chartIn(canvas, Math.max(240, Math.min(480, place.clientWidth * 0.6)), data.alt || data.caption);
    chart.setOption(option(data, name, palette(), shade));
    chart.on("click", ({ name: id }) => {
      const cell = data.cells.find((one) => String(one.id) === id);
      if (cell?.href) location.assign(cell.href);
    });
    place.append(legendOf(data, shade, numbers(data)));
  },
};
