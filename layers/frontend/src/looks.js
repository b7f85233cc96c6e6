// How one thing of a dataset looks, the same from a file, from the features in view and from tiles. Pure functions.

export const POINT_RADIUS = 4.5;
const SOLID = 0.4; // from this opacity on a fill shows its own edge
const STEPS = 4; // widths per pixel: a layer is restyled only where one of them changes

/** Width of a line or an edge; edges: the zooms from which filled areas have edges, and full ones. */
export function width({ weight, fill_opacity: opacity }, { shape, zoom, edges: [none, all] }) {
  if (shape !== "areas" || opacity < SOLID || zoom >= all) return weight;
  return Math.round((STEPS * weight * Math.max(zoom - none, 0)) / (all - none)) / STEPS;
}

/** Colours and widths of a sign at a zoom, with another colour where it is marked. shape: areas, lines or points. */
export function look(sign, { shape, zoom, edges, colour }) {
  const line = shape === "lines";
  return {
    color: line && colour ? colour : sign.color,
    weight: width(sign, { shape, zoom, edges }),
    fill: !line,
    fillColor: colour ?? sign.fill ?? sign.color,
    fillOpacity: line ? 0 : colour ? Math.max(sign.fill_opacity, 0.8) : sign.fill_opacity,
  };
}

/** "areas", "lines" or "points" for the type of a GeoJSON geometry. */
export function shapeOf(type) {
  if (type.endsWith("Polygon")) return "areas";
  return type.endsWith("LineString") ? "lines" : "points";
}
