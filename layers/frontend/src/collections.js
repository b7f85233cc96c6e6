// Datasets drawn thing by thing: a whole small one from its file, or of a large one what is in view.

import { ask, insist } from "./ask.js";
import { look, POINT_RADIUS, shapeOf, width } from "./looks.js";

const QUIET = 120; // ms the map must stand still before what is in view is asked for
const ROOM = 0.15; // share of the view fetched beyond each edge
const TIP = { sticky: true, pane: "tips", className: "map-tip", direction: "top" };

/** The layer of a collection: things in the order of their rows, restyled by zoom and by marks. */
function drawn(L, map, dataset, { pane, features }) {
  const renderer = L.canvas({ pane, padding: 0.2 });
  const layers = new Map();
  let marks = {};
  const { edges } = dataset;
  let widths = "";
  const styleOf = ({ properties, geometry }) => {
    const sign = dataset.signs[dataset.classes[properties.class]];
    return look(sign, { shape: shapeOf(geometry.type), zoom: map.getZoom(), edges, colour: marks[properties.row] });
  };
  const group = L.geoJSON(null, {
    renderer,
    pane,
    style: styleOf,
    pointToLayer: (feature, at) => L.circleMarker(at, { renderer, pane, radius: POINT_RADIUS }),
    onEachFeature: (feature, layer) => layers.set(feature.properties.row, layer),
  });
  group.bindTooltip(({ feature: { properties } }) => tip(properties), TIP);
  group.addData({ type: "FeatureCollection", features });
  const restyle = () => {
    const now = dataset.signs.map((sign) => width(sign, { shape: "areas", zoom: map.getZoom(), edges })).join();
    if (now !== widths) group.setStyle(styleOf);
    widths = now;
  };
  restyle();
  map.on("zoomend", restyle);
  group.on("remove", () => map.off("zoomend", restyle));
  return {
    group,
    mark: (wanted) => {
      const touched = new Set([...Object.keys(marks), ...Object.keys(wanted)]);
      marks = wanted;
      for (const row of touched) layers.get(Number(row))?.setStyle(styleOf(layers.get(Number(row)).feature));
    },
  };
}

function tip({ name, id }) {
  const node = document.createElement("span");
  node.textContent = name || id;
  return node;
}

/** A small dataset, whole; `report` hears when it is there. */
export function fileLayer(L, map, dataset, { pane, report }) {
  const control = new AbortController();
  let inside = null;
  let marks = {};
  const { signal } = control;
  const load = async () => {
    const { features } = await (await ask(dataset.file, signal)).json();
    inside = drawn(L, map, dataset, { pane, features });
    inside.mark(marks);
    inside.group.addTo(map);
    report({ waiting: 0, fault: "" });
  };
  insist(load, { signal, failed: (fault) => report({ waiting: 1, fault }) });
  return {
    mark: (wanted) => {
      marks = wanted;
      inside?.mark(wanted);
    },
    remove: () => {
      control.abort();
      inside?.group.remove();
    },
  };
}

/** What is in view of a large dataset, asked for again whenever the view has moved. */
export function windowLayer(L, map, dataset, { pane, report }) {
  let [inside, marks, control, timer] = [null, {}, new AbortController(), 0];
  const load = async () => {
    const answer = await (await ask(`${dataset.window}?${viewOf(map)}`, control.signal)).json();
    inside?.group.remove();
    inside = drawn(L, map, dataset, { pane, features: answer.features });
    inside.mark(marks);
    inside.group.addTo(map);
    report({ waiting: 0, fault: "", found: answer.found, shown: answer.features.length });
  };
  const begin = () => {
    control.abort();
    control = new AbortController();
    insist(load, { signal: control.signal, failed: (fault) => report({ waiting: 1, fault }) });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(begin, QUIET);
  };
  map.on("moveend resize", later);
  begin();
  return {
    mark: (wanted) => {
      marks = wanted;
      inside?.mark(wanted);
    },
    remove: () => {
      map.off("moveend resize", later);
      clearTimeout(timer);
      control.abort();
      inside?.group.remove();
    },
  };
}

function viewOf(map) {
  const bounds = map.getBounds().pad(ROOM);
  const query = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth(), zoom: map.getZoom() };
  return new URLSearchParams(Object.entries(query).map(([name, value]) => [name, value.toFixed(6)]));
}
