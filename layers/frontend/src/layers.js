// Drawing the layers: base map once, plan features by theme. Styles come from the server, one per role.

import { edgesOf } from "./edges.js";
import { SIGN_RADIUS, signClass } from "./signs.js";

const POINT = "Point";
const TIP = { sticky: true, pane: "tips", className: "map-tip", direction: "top" };
const FAINT = 0.35;
const MOST_CIRCLES = 300; // more accuracy circles than this would cover the map
const OUTLINE = 1.8;

/** "strong", "faint" or null: how a feature is shown. A list (only) stands instead of the theme, what is inside a unit (beside) comes to it; details need zoom. */
export function presence({ id, strong, context, detail }, { theme, only, beside, detailed }) {
  if (only) return only.has(id) ? "strong" : context ? "faint" : null;
  if (beside?.has(id)) return "strong";
  if (theme === "layout" && detail && !detailed) return null;
  if (strong.includes(theme)) return "strong";
  return context ? "faint" : null;
}

/** Leaflet's path options for a feature of a style. */
export function pathOptions(style, { schematic, faint = false, line = false }) {
  const strength = faint ? FAINT : 1;
  const weight = line && !faint ? style.weight : Math.min(style.weight, faint ? 1.2 : OUTLINE);
  return {
    color: style.color,
    weight,
    opacity: (schematic ? 0.85 : 1) * (faint ? 0.55 : 1),
    fill: !line,
    fillColor: style.fill ?? style.color,
    fillOpacity: line ? 0 : style.fill_opacity * strength,
    dashArray: schematic ? style.dash ?? `${4 + 2 * weight} ${3 + weight}` : null,
    lineJoin: "round",
    lineCap: schematic ? "butt" : "round",
  };
}

/** Put the base layers into the map; returns their labels, and the areas of which only the edge is drawn. */
export function drawBase(L, map, collections, styles) {
  const renderer = L.canvas({ pane: "base", padding: 0.3 });
  const [labels, areas] = [[], []];
  for (const { features } of collections) {
    for (const feature of features) {
      const { style: role, label, at, rank, official } = feature.properties;
      const style = styles[role];
      if (feature.geometry.type !== POINT) {
        const options = baseOptions(role, style, official);
        const path = L.geoJSON(feature, { interactive: false, renderer, pane: "base", style: () => options }).addTo(map);
        if (!options.fill && feature.geometry.type.endsWith("Polygon")) areas.push({ geometry: feature.geometry, path, pane: "base", renderer, options });
      } else if (role === "station") {
        dot(L, map, feature, style, renderer);
      }
      if (label) labels.push({ text: label, at, rank: style.rank + rank / 10, size: style.size, color: style.text ?? style.color, radius: role === "station" ? 4 : 0, from: role === "station" ? 13.6 : 0 });
    }
  }
  return { labels, areas };
}

function baseOptions(role, style, official) {
  const dash = official ? null : style.dash ?? null;
  return { ...pathOptions(style, { schematic: false, line: role !== "land" }), dashArray: dash, lineCap: dash ? "butt" : "round" };
}

function dot(L, map, feature, style, renderer) {
  const [lng, lat] = feature.geometry.coordinates;
  const options = { renderer, pane: "base", interactive: false, radius: 2.5, weight: 1, color: style.color, fillColor: "#fff", fillOpacity: 1 };
  L.circleMarker([lat, lng], options).addTo(map);
}

/** The plan's features as Leaflet layers, not yet in the map: [{properties, path, extras}]. */
export function makePlan(L, collection, styles) {
  const renderer = new (hidingClass(L))({ pane: "plan", padding: 0.3 });
  const Sign = signClass(L);
  return collection.features.map((feature) => {
    const { properties, geometry } = feature;
    const style = styles[properties.style];
    const label = styles[properties.role];
    if (geometry.type === POINT) return { properties, style, label, ...sign(L, Sign, feature, style, renderer) };
    const line = geometry.type.endsWith("LineString");
    const path = L.geoJSON(feature, { pane: "plan", renderer, style: () => pathOptions(style, { schematic: properties.schematic, line }) });
    path.bindTooltip(() => tooltip(properties.name), TIP);
    return { properties, geometry, style, label, line, path, pane: "plan", renderer };
  });
}

function tooltip(name) {
  const node = document.createElement("span");
  node.textContent = name;
  return node;
}

/** A canvas that passes over what is hidden: to take thousands of layers out and in again costs more than to draw. */
function hidingClass(L) {
  const { _updatePoly, _updateCircle } = L.Canvas.prototype;
  return L.Canvas.extend({
    _updatePoly(layer, closed) {
      if (!layer.options.hidden) _updatePoly.call(this, layer, closed);
    },
    _updateCircle(layer) {
      if (!layer.options.hidden) _updateCircle.call(this, layer);
    },
  });
}

function sign(L, Sign, { properties, geometry }, style, renderer) {
  const at = [geometry.coordinates[1], geometry.coordinates[0]];
  const { schematic } = properties;
  const options = { radius: SIGN_RADIUS, glyph: style.glyph, color: style.color, schematic, dashArray: schematic ? "3 3" : null };
  const path = new Sign(at, { ...options, pane: "plan", renderer });
  path.bindTooltip(() => tooltip(properties.name), TIP);
  if (!schematic) return { path, radius: SIGN_RADIUS };
  const halo = { pane: "plan", renderer, interactive: false, radius: properties.accuracy_m, color: style.color, weight: 1, opacity: 0.35, fillColor: style.color, fillOpacity: 0.05 };
  return { path, halo: L.circle(at, halo), radius: SIGN_RADIUS };
}

/** Let a layer be seen or not; returns whether it is new in the map. What is hidden stays there. */
function put(map, layer, wanted, style) {
  const isNew = wanted && !map.hasLayer(layer);
  if (isNew) layer.addTo(map);
  layer.setStyle({ ...style, hidden: !wanted });
  if (!wanted) layer.closeTooltip();
  return isNew;
}

/** How a feature is drawn that is shown so; what is not shown takes no clicks. */
function look({ properties: { schematic, role, detail }, style, line, radius }, how) {
  const options = how && !radius ? pathOptions(style, { schematic, faint: how === "faint", line }) : {};
  if (role === "part" && detail) options.fillOpacity = 0; // the unit it is a part of is filled: twice is no colour of the legend
  return { ...options, interactive: Boolean(how) };
}

/** Draws edges once. Who draws one that several have: rather the plan than the base map, what is strong, what is more important, what is smaller. */
export function sharedEdges(L, base, plan) {
  const areas = [...base, ...plan.filter(({ geometry }) => geometry?.type.endsWith("Polygon"))];
  const edges = edgesOf(L, areas);
  const lookOf = (area, number) => {
    if (area.options) return { rank: number, style: area.options };
    const importance = (area.how === "strong" ? 20 : 10) - area.label.rank; // the server's ranks are 1 to 9
    return area.how ? { rank: number + importance * areas.length, style: look(area, area.how) } : null;
  };
  return (map) => edges.draw(map, areas.map(lookOf));
}

/** Show what is wanted ({theme, only, beside, detailed}) with its edges; returns the features in sight. */
export function showPlan(map, plan, drawEdges, wanted) {
  const shown = plan.map(({ properties }) => presence(properties, wanted));
  const circles = shown.filter(Boolean).length <= MOST_CIRCLES;
  let added = false;
  for (const [index, feature] of plan.entries()) {
    const [how, circled] = [shown[index], Boolean(shown[index]) && circles];
    if (feature.halo && circled !== feature.circled) added = put(map, feature.halo, circled) || added;
    if (how !== feature.how) added = put(map, feature.path, Boolean(how), look(feature, how)) || added;
    Object.assign(feature, { how, circled });
  }
  if (drawEdges(map) || added) for (const { path, edge } of plan) for (const layer of [path, edge]) if (layer && map.hasLayer(layer)) layer.bringToFront();
  return plan.filter(({ how }) => how);
}

/** Outline the selected features. */
export function highlight(L, map, group, plan, selected) {
  group.clearLayers();
  for (const { properties, path, radius } of plan) {
    if (!selected.includes(properties.id)) continue;
    if (radius) {
      const options = { pane: "selection", interactive: false, radius: radius + 4, color: "#0B5CAD", weight: 3, fill: false };
      L.circleMarker(path.getLatLng(), options).addTo(group);
      continue;
    }
    outlined(L, group, path.toGeoJSON());
  }
}

/** Outline shapes given as GeoJSON, a point by a ring. */
export function outlined(L, group, shapes) {
  for (const [color, weight] of [["#FFFFFF", 7], ["#0B5CAD", 3.2]]) {
    const style = { pane: "selection", interactive: false, color, weight, fill: false, lineJoin: "round" };
    L.geoJSON(shapes, { ...style, style, pointToLayer: (feature, at) => L.circleMarker(at, { ...style, radius: 9 }) }).addTo(group);
  }
}
