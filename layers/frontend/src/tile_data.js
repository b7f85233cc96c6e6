// What is in a vector tile, and which tiles a view needs. Pure functions: no Leaflet, no DOM.

import { PbfReader } from "../node_modules/pbf/index.js";
import { project } from "./bounds.js";

const WORLD = 256;
const [MOVE, LINE] = [1, 2];

// Fields of the Mapbox Vector Tile specification 2.1, as number * 8 + kind of value.
const TILE_LAYER = 26;
const [LAYER_FEATURE, LAYER_KEY, LAYER_VALUE, LAYER_EXTENT] = [18, 26, 34, 40];
const [FEATURE_TAGS, FEATURE_TYPE, FEATURE_GEOMETRY] = [18, 24, 34];
const VALUES = {
  10: (pbf) => pbf.readString(),
  21: (pbf) => pbf.readFloat(),
  25: (pbf) => pbf.readDouble(),
  32: (pbf) => pbf.readVarint(true),
  40: (pbf) => pbf.readVarint(),
  48: (pbf) => pbf.readSVarint(),
};

/**
 * Read a tile that has one layer. What it holds of each thing stands in four columns: `rows`, its number in the dataset;
 * `kinds`, its class; `shapes`, 1 points, 2 lines, 3 areas; `places`, where its geometry begins, for `trace`.
 */
export function decode(buffer) {
  const pbf = new PbfReader(buffer);
  const tile = { bytes: pbf.buf, extent: 4096, ...columns(0) };
  while (pbf.pos < pbf.length) {
    const tag = pbf.readVarint();
    if (tag === TILE_LAYER) readLayer(pbf, pbf.readVarint() + pbf.pos, tile);
    else pbf.skip(tag);
  }
  return tile;
}

const columns = (length) => ({
  length,
  rows: new Int32Array(length),
  kinds: new Array(length).fill(""),
  shapes: new Uint8Array(length),
  places: new Int32Array(length),
});

function readLayer(pbf, end, tile) {
  const [keys, values, features] = [[], [], []];
  while (pbf.pos < end) {
    const tag = pbf.readVarint();
    if (tag === LAYER_KEY) keys.push(pbf.readString());
    else if (tag === LAYER_VALUE) values.push(readValue(pbf, pbf.readVarint() + pbf.pos));
    else if (tag === LAYER_EXTENT) tile.extent = pbf.readVarint();
    else {
      if (tag === LAYER_FEATURE) features.push(pbf.pos);
      pbf.skip(tag);
    }
  }
  Object.assign(tile, columns(features.length));
  const [row, kind] = [keys.indexOf("row"), keys.indexOf("class")];
  for (let index = 0; index < tile.length; index += 1) {
    pbf.pos = features[index];
    readFeature(pbf, tile, index, { row, kind, values });
  }
  pbf.pos = end;
}

function readValue(pbf, end) {
  let value = null;
  while (pbf.pos < end) {
    const tag = pbf.readVarint();
    if (VALUES[tag]) value = VALUES[tag](pbf);
    else pbf.skip(tag);
  }
  return value;
}

function readFeature(pbf, tile, index, { row, kind, values }) {
  const end = pbf.readVarint() + pbf.pos;
  while (pbf.pos < end) {
    const tag = pbf.readVarint();
    if (tag === FEATURE_TYPE) {
      tile.shapes[index] = pbf.readVarint();
    } else if (tag === FEATURE_TAGS) {
      const last = pbf.readVarint() + pbf.pos;
      while (pbf.pos < last) {
        const key = pbf.readVarint();
        const value = values[pbf.readVarint()];
        if (key === row) tile.rows[index] = value;
        else if (key === kind) tile.kinds[index] = value ?? "";
      }
    } else {
      if (tag === FEATURE_GEOMETRY) tile.places[index] = pbf.pos;
      pbf.skip(tag);
    }
  }
}

let cursor = 0;

function varint(bytes) {
  let byte = bytes[cursor++];
  if (byte < 128) return byte;
  let value = byte & 127;
  for (let shift = 7; byte > 127; shift += 7) {
    byte = bytes[cursor++];
    value |= (byte & 127) << shift;
  }
  return value;
}

/** Draw the geometry of one thing in units of the tile: `pen` has moveTo(x, y) and lineTo(x, y); rings end where they began. */
export function trace({ bytes, places }, index, pen) {
  cursor = places[index];
  const end = varint(bytes) + cursor;
  let [x, y, startX, startY] = [0, 0, 0, 0];
  while (cursor < end) {
    const command = varint(bytes);
    const what = command & 7;
    if (what !== MOVE && what !== LINE) {
      pen.lineTo(startX, startY);
      continue;
    }
    for (let left = command >> 3; left > 0; left -= 1) {
      const [dx, dy] = [varint(bytes), varint(bytes)];
      x += (dx >>> 1) ^ -(dx & 1);
      y += (dy >>> 1) ^ -(dy & 1);
      if (what === LINE) {
        pen.lineTo(x, y);
      } else {
        [startX, startY] = [x, y];
        pen.moveTo(x, y);
      }
    }
  }
}

/** The zoom of the tiles that are drawn at a zoom of the map: fine enough for it, and made. */
export function tileZoom(zoom, [first, last]) {
  return Math.min(Math.max(Math.floor(zoom) - 1, first), last);
}

/** Every tile [z, x, y] of a zoom that reaches into [west, south, east, north], the nearest to the middle first. */
export function tilesIn([west, south, east, north], z) {
  const scale = 2 ** z / WORLD;
  const [left, top] = project([west, north]).map((value) => Math.floor(value * scale));
  const [right, bottom] = project([east, south]).map((value) => Math.ceil(value * scale) - 1);
  const found = [];
  for (let x = left; x <= right; x += 1) for (let y = top; y <= bottom; y += 1) found.push([z, x, y]);
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const far = ([, x, y]) => Math.hypot(x - middleX, y - middleY);
  return found.sort((one, other) => far(one) - far(other));
}

/** The tile above a tile that covers it, some zooms up. */
export function above([z, x, y], steps) {
  return [z - steps, x >> steps, y >> steps];
}

/** The four tiles below a tile. */
export function below([z, x, y]) {
  return [0, 1].flatMap((right) => [0, 1].map((down) => [z + 1, 2 * x + right, 2 * y + down]));
}
