// A large dataset as vector tiles on one canvas: no seams between tiles at any zoom, and none is ever left out.

import { look, POINT_RADIUS } from "./looks.js";
import { ask, insist } from "./ask.js";
import { above, below, decode, tileZoom, tilesIn, trace } from "./tile_data.js";

const KEPT = 48; // decoded tiles kept although they are out of sight
const SHAPES = [null, "points", "lines", "areas"];
const FULL_TURN = 2 * Math.PI;

/**
 * A Leaflet layer that draws a dataset's tiles. `report({wanted, waiting, fault})` hears how many tiles are in
 * sight, and how many of them are missing yet.
 */
export function tileLayer(L, dataset, { pane, report }) {
  const TileCanvas = L.Canvas.extend({
    _draw() {
      const pen = this._ctx;
      pen.save();
      if (this._redrawBounds) clip(pen, this._redrawBounds);
      painter.paint(pen, this._map, this._bounds, this._redrawBounds);
      pen.restore();
    },
    _renew(bounds) {
      if (!this._map || !this._ctx) return;
      this._redrawBounds = this._redrawBounds ?? L.bounds([]);
      this._redrawBounds.extend(bounds.min).extend(bounds.max);
      this._redrawRequest ??= L.Util.requestAnimFrame(this._redraw, this);
    },
    mark(marks) {
      painter.mark(marks);
      if (this._map) this._updatePaths();
    },
  });
  const canvas = new TileCanvas({ pane, padding: 0.2 });
  const painter = makePainter(L, dataset, { report, renew: (bounds) => canvas._renew(bounds) });
  return canvas.on("remove", painter.stop);
}

function clip(pen, { min, max }) {
  pen.beginPath();
  pen.rect(min.x, min.y, max.x - min.x, max.y - min.y);
  pen.clip();
}

function makePainter(L, dataset, { report, renew }) {
  const store = makeStore(dataset.tiles, (tile) => {
    if (view) renew(frame(L, view, tile));
  });
  let marks = new Map();
  let view = null;

  function paint(pen, map, bounds, only) {
    const zoom = map.getZoom();
    const corners = [map.layerPointToLatLng(bounds.getBottomLeft()), map.layerPointToLatLng(bounds.getTopRight())];
    const sides = [corners[0].lng, corners[0].lat, corners[1].lng, corners[1].lat];
    const wanted = tilesIn(sides, tileZoom(zoom, dataset.zooms));
    view = { zoom, origin: map.getPixelOrigin() };
    store.want(wanted);
    for (const tile of wanted) {
      const edge = frame(L, view, tile);
      if (only && !edge.overlaps(only)) continue;
      pen.save();
      clip(pen, edge);
      for (const other of instead(tile)) draw(pen, other);
      pen.restore();
    }
    report(store.state());
  }

  /** The tile itself; while it is on its way, what is there above or below it. */
  function instead(tile) {
    if (store.has(tile)) return [tile];
    for (let steps = 1; tile[0] - steps >= dataset.zooms[0]; steps += 1) {
      if (store.has(above(tile, steps))) return [above(tile, steps)];
    }
    return below(tile).filter(store.has);
  }

  function draw(pen, tile) {
    const content = store.get(tile);
    const { min, max } = exactFrame(L, view, tile);
    const scale = (max.x - min.x) / content.extent;
    content.groups ??= groups(content, dataset);
    pen.save();
    pen.translate(min.x, min.y);
    pen.scale(scale, scale);
    pen.lineJoin = "round";
    for (let place = dataset.signs.length - 1; place >= 0; place -= 1) {
      for (const [shape, group] of Object.entries(content.groups[place])) {
        stroke(pen, group, look(dataset.signs[place], { shape, zoom: view.zoom, edges: dataset.edges }), scale);
      }
    }
    if (marks.size) content.rows.forEach((row, index) => marks.has(row) && drawMarked(pen, content, index, scale));
    pen.restore();
  }

  function drawMarked(pen, content, index, scale) {
    const shape = SHAPES[content.shapes[index]];
    const group = emptyGroup();
    trace(content, index, shape === "points" ? group : group.path);
    if (shape === "areas") erase(pen, group.path);
    const sign = dataset.signs[dataset.classes[content.kinds[index]]];
    stroke(pen, group, look(sign, { shape, zoom: view.zoom, edges: dataset.edges, colour: marks.get(content.rows[index]) }), scale);
  }

  return {
    paint,
    stop: () => store.want([]),
    mark: (wanted) => {
      marks = new Map(Object.entries(wanted).map(([row, colour]) => [Number(row), colour]));
    },
  };
}

/** Where a tile lies, exactly, in pixels of the layer. */
function exactFrame(L, { zoom, origin }, [z, x, y]) {
  const size = 256 * 2 ** (zoom - z);
  return L.bounds([x * size - origin.x, y * size - origin.y], [(x + 1) * size - origin.x, (y + 1) * size - origin.y]);
}

/** The same on whole pixels: neighbours meet without a seam. */
function frame(L, view, tile) {
  const { min, max } = exactFrame(L, view, tile);
  return L.bounds(min.round(), max.round());
}

/** One path per sign and kind of shape: a thousand times fewer strokes of the pen. */
function groups(content, { signs, classes }) {
  const found = signs.map(() => ({}));
  for (let index = 0; index < content.length; index += 1) {
    const shape = SHAPES[content.shapes[index]];
    const group = (found[classes[content.kinds[index]]][shape] ??= emptyGroup());
    trace(content, index, shape === "points" ? group : group.path);
  }
  return found;
}

/** Lines and edges of areas in a path (closePath() would make it a hundred times slower), points in a list. */
function emptyGroup() {
  const points = [];
  return { path: new Path2D(), points, moveTo: (x, y) => points.push(x, y) };
}

function stroke(pen, { path, points }, { color, weight, fill, fillColor, fillOpacity }, scale) {
  const outlines = points.length ? circles(points, POINT_RADIUS / scale) : path;
  if (fill) {
    pen.globalAlpha = fillOpacity;
    pen.fillStyle = fillColor;
    pen.fill(outlines);
  }
  if (weight) {
    pen.globalAlpha = 1;
    pen.strokeStyle = color;
    pen.lineWidth = weight / scale;
    pen.stroke(outlines);
  }
}

function circles(points, radius) {
  const path = new Path2D();
  for (let place = 0; place < points.length; place += 2) {
    path.moveTo(points[place] + radius, points[place + 1]);
    path.arc(points[place], points[place + 1], radius, 0, FULL_TURN);
  }
  return path;
}

function erase(pen, path) {
  pen.globalCompositeOperation = "destination-out";
  pen.globalAlpha = 1;
  pen.fill(path);
  pen.globalCompositeOperation = "source-over";
}

/** The tiles fetched so far. What is wanted is asked for until it comes; what is not wanted any more is taken back. */
export function makeStore(url, arrived) {
  const tiles = new Map();
  let wanted = new Map();
  let fault = "";

  function load(tile) {
    const entry = { control: new AbortController(), content: null };
    const { signal } = entry.control;
    const act = async () => {
      const answer = await ask(`${url}/${tile.join("/")}`, signal);
      entry.content = decode(answer.status === 204 ? new ArrayBuffer(0) : await answer.arrayBuffer());
      fault = "";
      arrived(tile);
    };
    const failed = (said) => {
      fault = said;
      arrived(tile);
    };
    tiles.set(String(tile), entry);
    insist(act, { signal, failed });
  }

  const has = (tile) => Boolean(tiles.get(String(tile))?.content);

  return {
    has,
    get: (tile) => tiles.get(String(tile)).content,
    state: () => ({ wanted: wanted.size, waiting: [...wanted.values()].filter((tile) => !has(tile)).length, fault }),
    want: (list) => {
      wanted = new Map(list.map((tile) => [String(tile), tile]));
      for (const [name, { content, control }] of tiles) {
        if (wanted.has(name) || (content && tiles.size <= wanted.size + KEPT)) continue;
        control.abort();
        tiles.delete(name);
      }
      for (const tile of list) {
        const entry = tiles.get(String(tile));
        tiles.delete(String(tile)); // to the end: the oldest goes first
        if (entry) tiles.set(String(tile), entry);
        else load(tile);
      }
    },
  };
}
