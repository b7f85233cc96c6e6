// How one thing of a dataset looks, the same from a file, from the features in view and from tiles. Pure functions.

export const POINT_RADIUS = 4.5;
const SOLID = 0.4; // from this opacity on a fill shows its own edge
const [NO_EDGES, ALL_EDGES] = [12.5, 15];

/** Width of a line or an edge: thousands of small areas are told apart by their fills, their edges would hide them. */
export function width({ weight, fill_opacity: opacity }, zoom, area) {
  if (!area || opacity < SOLID) return weight;
  const share = (zoom - NO_EDGES) / (ALL_EDGES - NO_EDGES);
  return Math.round(4 * weight * Math.min(Math.max(share, 0), 1)) / 4;
}

/** Colours and widths of a sign at a zoom, with another colour where it is marked. shape: areas, lines or points. */
export function look(sign, { shape, zoom, colour }) {
  const line = shape === "lines";
  return {
    color: line && colour ? colour : sign.color,
    weight: width(sign, zoom, shape === "areas"),
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
