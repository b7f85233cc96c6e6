import assert from "node:assert/strict";
import { test } from "node:test";

import { above, below, decode, tilesIn, tileZoom, trace } from "../src/tile_data.js";
import { HOLE, LINES, POINTS, SQUARE, tileOf } from "./tiles_made.js";

/** What a pen is told. */
function traced(tile, index) {
  const told = [];
  trace(tile, index, { moveTo: (x, y) => told.push(["to", x, y]), lineTo: (x, y) => told.push([x, y]) });
  return told;
}

test("a tile gives number, class and shape of what is in it", () => {
  const tile = decode(tileOf([SQUARE, LINES, POINTS]));
  assert.equal(tile.length, 3);
  assert.equal(tile.extent, 4096);
  assert.deepEqual([...tile.rows], [7, 100000, 3]);
  assert.deepEqual(tile.kinds, ["1401", "", "0701"]);
  assert.deepEqual([...tile.shapes], [3, 2, 1]);
});

test("a ring ends where it began, and a hole is a ring of its own", () => {
  const tile = decode(tileOf([HOLE]));
  assert.deepEqual(traced(tile, 0), [["to", 0, 0], [100, 0], [100, 100], [0, 100], [0, 0], ["to", 20, 20], [20, 40], [40, 40], [20, 20]]);
});

test("lines and points are followed part by part, on both sides of the tile's edge", () => {
  const tile = decode(tileOf([LINES, POINTS]));
  assert.deepEqual(traced(tile, 0), [["to", -60, 5], [4200, 4100], ["to", 10, 10], [-5, 2]]);
  assert.deepEqual(traced(tile, 1), [["to", 5, 7], ["to", 3, 2]]);
});

test("numbers may be written in any of the kinds engines write them", () => {
  for (const kind of ["int", "uint", "sint", "double", "float"]) {
    const tile = decode(tileOf([{ ...SQUARE, row: 70001 }], kind));
    assert.equal(tile.rows[0], 70001, kind);
  }
});

test("an empty tile has nothing in it", () => {
  assert.equal(decode(new ArrayBuffer(0)).length, 0);
  assert.equal(decode(new ArrayBuffer(0)).rows.length, 0);
  assert.equal(decode(tileOf([])).length, 0);
});

test("the tiles drawn are a little coarser than the map, and never beyond what was made", () => {
  assert.deepEqual([8, 11.9, 12, 12.99, 13, 15, 18].map((zoom) => tileZoom(zoom, [11, 14])), [11, 11, 11, 11, 12, 14, 14]);
});

test("a view needs every tile it touches and no other, the middle first", () => {
  const found = tilesIn([121.3, 38.8, 121.6, 38.95], 12);
  const [columns, rows] = [found.map(([, x]) => x), found.map(([, , y]) => y)];
  assert.deepEqual([Math.min(...columns), Math.max(...columns), Math.min(...rows), Math.max(...rows)], [3428, 3431, 1566, 1568]);
  assert.equal(found.length, 12);
  assert.equal(new Set(found.map(String)).size, 12);
  assert.ok(found[0][1] === 3429 || found[0][1] === 3430);
  assert.equal(found[0][2], 1567);
});

test("a view that ends on a tile's edge does not need the tile beyond", () => {
  const edge = (3430 / 2 ** 12) * 360 - 180;
  assert.deepEqual(tilesIn([edge - 0.01, 38.85, edge, 38.86], 12).map(([, x]) => x), [3429]);
});

test("tiles above and below cover the same ground", () => {
  assert.deepEqual(above([14, 13719, 6270], 3), [11, 1714, 783]);
  for (const tile of below([13, 6859, 3135])) assert.deepEqual(above(tile, 1), [13, 6859, 3135]);
  assert.equal(new Set(below([13, 6859, 3135]).map(String)).size, 4);
});
