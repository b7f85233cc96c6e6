// Keeping the view inside the base map's window. Pure functions: no Leaflet, no DOM.

const TILE = 256;
const MAX_LAT = 85.0511287798;

/** Position in Web Mercator pixels of zoom 0. */
export function project([lng, lat]) {
  const sine = Math.sin((Math.min(Math.max(lat, -MAX_LAT), MAX_LAT) * Math.PI) / 180);
  return [
    (TILE * (lng + 180)) / 360,
    TILE * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)),
  ];
}

/** Smallest zoom at which a map of width x height pixels shows nothing outside [west, south, east, north]. */
export function minimumZoom([west, south, east, north], width, height) {
  const [left, bottom] = project([west, south]);
  const [right, top] = project([east, north]);
  return Math.log2(Math.max(width / (right - left), height / (bottom - top)));
}

/** A window moved inwards by a share of its size, so that rounding never shows its edge. */
export function inset([west, south, east, north], share) {
  const [dx, dy] = [(east - west) * share, (north - south) * share];
  return [west + dx, south + dy, east - dx, north - dy];
}
