// The map: start once with what never changes, apply what the page wants to see.

import { ask } from "./ask.js";
import { inset, minimumZoom } from "./bounds.js";
import { datasetsOn } from "./datasets.js";
import { dropView, forwardKeys, send, writeView } from "./events.js";
import { addKeys } from "./keys.js";
import { drawLabels, writeLarge } from "./labels.js";
import { drawBase, highlight, makePlan, sharedEdges, showPlan } from "./layers.js";
import { addMeasure } from "./measure.js";
import { addCoordinates, addFoot, addLegend, addNavigation, addScale } from "./tools.js";

const PANES = { base: 350, plan: 420, tiles: 430, data: 431, selection: 450, names: 640, tips: 700 };
const MARGIN = 24;
const ROOM = 100; // pixels below which there is nothing to show
const LOST = "有图层没有取到，图面不完整。请刷新页面；若再次出现，请重新启动看板。";
const DETAIL = 0.8; // how much closer than the whole zone details appear

/** Draw the map; resolves to `apply(state)`, called at once and whenever the page wants to show something else. */
export async function start(map, options) {
  const { L } = window;
  for (const [name, zIndex] of Object.entries(PANES)) map.createPane(name).style.zIndex = zIndex;
  for (const name of ["base", "tiles", "selection", "names", "tips"]) map.getPane(name).style.pointerEvents = "none";
  map.setMaxZoom(options.maxZoom); // closer, a link would be refused
  if (options.tiles) L.tileLayer(options.tiles.url, { maxNativeZoom: 18, maxZoom: options.maxZoom }).addTo(map);
  writeLarge(); // before the view makes room for the legend
  const legend = addLegend(L, map);
  const view = keepInside(L, map, options, legend);
  addNavigation(L, map, view.home);
  const datasets = datasetsOn(L, map);
  const report = (kind, shape) => send(kind, map, { latlng: map.getCenter(), shape });
  const measure = addMeasure(L, map, options.geoman, { report, say: datasets.say });
  addScale(L, map);
  addCoordinates(L, map, options);
  addFoot(L, map, options.foot);
  addKeys(map);
  forwardKeys();
  map.on("click", ({ latlng, originalEvent: { shiftKey } }) => measure.active() || send("click", map, { latlng, shift: shiftKey, detail: view.detailed() }));

  const { at, dataset } = window.wanted ?? {}; // known by now: what takes longest begins first
  if (at) view.to([at[1], at[0]], at[2]);
  datasets.show(dataset);

  const collections = await Promise.all(options.layers.map(({ url }) => ask(url).then((answer) => answer.json()).catch(() => withoutLayer(datasets))));
  const base = collections.filter((_, index) => options.layers[index].group === "base");
  const plan = collections.filter((_, index) => options.layers[index].group === "plan").flatMap((part) => makePlan(L, part, options.styles));
  return { L, map, options, view, base, plan, legend, measure, datasets, state: null };
}

function withoutLayer(datasets) {
  datasets.say("lost fault", LOST);
  return { features: [] };
}

/** Show a state of the page: theme, selection, legend, and a move where it asks for one. */
export function apply(kit, state) {
  const told = JSON.stringify({ ...state, at: null, written: null });
  if (told !== kit.told) show(kit, state); // otherwise the link alone was written
  if (kit.told) kit.view.remember();
  kit.told = told;
}

function show(kit, state) {
  const { L, map, options, view } = kit;
  kit.legend.show(state.legend);
  if (!kit.state) {
    if (state.at) view.to([state.at[1], state.at[0]], state.at[2]);
    else view.settle();
    const { labels, areas } = drawBase(L, map, kit.base, options.styles);
    kit.baseLabels = labels;
    kit.drawEdges = sharedEdges(L, areas, kit.plan);
    kit.selection = L.layerGroup().addTo(map);
    map.on("zoomend moveend resize legend", () => redraw(kit));
  } else if (state.move && state.move.n !== kit.moved) {
    if (state.move.at) view.to([state.move.at[1], state.move.at[0]], state.move.at[2]);
    else view.fit(state.move.box);
  }
  if (kit.state?.theme !== state.theme) kit.measure.end();
  kit.moved = state.move?.n;
  kit.state = state;
  kit.measure.say(state.measured);
  kit.measure.offerParks(Boolean(state.dataset?.parks));
  kit.datasets.show(state.dataset);
  redraw(kit);
  document.body.dataset.theme = state.theme;
  document.body.dataset.drawn = "true";
}

function redraw(kit) {
  const { L, map, view, legend, plan, state } = kit;
  if (!view.roomy()) return;
  legend.detailed(view.detailed());
  const visible = showPlan(map, plan, kit.drawEdges, { theme: state.theme, only: state.only && new Set(state.only), beside: new Set(state.beside), detailed: view.detailed() });
  highlight(L, map, kit.selection, visible, state.selected);
  const zoom = map.getZoom();
  const signs = visible.filter(({ radius }) => radius).map(({ properties, radius }) => [...properties.at, radius]);
  const names = visible.filter(({ how, properties }) => how === "strong" && properties.label).map((feature) => planLabel(feature, state.selected));
  drawLabels(map, map.getPane("names"), [...names, ...kit.baseLabels.filter(({ from }) => zoom >= from)], signs);
}

function planLabel({ properties, style, label, radius, path }, selected) {
  const chosen = selected.includes(properties.id);
  const color = style.text ?? style.color;
  return { text: properties.label, at: properties.at, rank: chosen ? 0 : label.rank, size: label.size, color, bold: label.rank <= 2 || chosen, radius, bounds: radius ? null : path.getBounds() };
}

/** Bounds and a minimum zoom computed from them, kept at every size of the window. */
function keepInside(L, map, { window: edges, home: zone }, legend) {
  const safe = inset(edges, 0.005);
  const corners = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);
  let atHome = true;
  let quiet = 0;
  const quietly = (move) => {
    quiet += 1;
    move();
    quiet -= 1;
  };
  const roomy = () => Math.min(map.getSize().x, map.getSize().y) > ROOM; // a frame being hidden or built has no size
  const limit = () => {
    const { x, y } = map.getSize();
    map.options.minZoom = minimumZoom(safe, x, y); // setMinZoom would zoom with an animation that ends after what follows
    if (map.getZoom() < map.getMinZoom()) map.setZoom(map.getMinZoom(), { animate: false });
    map.fire("zoomlevelschange");
  };
  const beside = () => (legend.width() < map.getSize().x / 3 ? legend.width() : 0);
  const padding = () => ({ paddingTopLeft: [MARGIN + beside(), MARGIN], paddingBottomRight: [MARGIN, 2 * MARGIN] });
  const home = () => roomy() && quietly(() => map.fitBounds(corners(zone), { ...padding(), animate: false }));
  map.options.maxBoundsViscosity = 1;
  if (roomy()) quietly(limit);
  quietly(() => map.setMaxBounds(corners(safe)));
  home();
  map.on("resize legend", () => {
    if (!roomy()) return;
    quietly(limit);
    if (atHome) home();
    else quietly(() => map.panInsideBounds(corners(safe), { animate: false }));
  });
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  map.on("dragstart zoomstart", () => {
    if (!quiet) atHome = false;
  });
  map.on("moveend", () => {
    if (!atHome && !quiet) writeView(map);
  });
  return {
    roomy,
    detailed: () => map.getZoom() >= map.getBoundsZoom(corners(zone)) + DETAIL,
    settle: home,
    remember: () => (atHome ? dropView() : writeView(map)), // Streamlit writes links of its own and knows no view
    home: () => {
      atHome = true;
      home();
      dropView();
    },
    to: (center, zoom) => {
      atHome = false;
      quietly(() => map.setView(center, Math.max(zoom, map.getMinZoom()), { animate: false }));
    },
    fit: (box) => {
      atHome = false;
      map.fitBounds(corners(box), { padding: [60, 60], maxZoom: 15, animate: true });
    },
  };
}
