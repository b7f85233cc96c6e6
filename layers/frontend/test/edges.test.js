import assert from "node:assert/strict";
import { test } from "node:test";

import { ownLines, shareEdges } from "../src/edges.js";

const [A, B, C, D, E, F] = [[0, 0], [1, 0], [1, 1], [0, 1], [2, 0], [2, 1]];
const LEFT = { type: "Polygon", coordinates: [[A, B, C, D, A]] };
const RIGHT = { type: "MultiPolygon", coordinates: [[[B, E, F, C, B]]] };
const FAR = { type: "Polygon", coordinates: [[[5, 5], [6, 5], [6, 6], [5, 5]]] };
const LINE = { type: "LineString", coordinates: [B, C] };

const drawn = (geometries, ranks) =>
  shareEdges(geometries).map((rings, number) => rings && (ranks[number] === null ? [] : rings.flatMap((ring) => ownLines(ring, ranks, ranks[number]))));

test("only areas that share an edge get lines of their own", () => {
  assert.deepEqual(shareEdges([LEFT, FAR, LINE]), [null, null, null]);
  assert.deepEqual(shareEdges([LEFT, RIGHT, FAR]).map(Boolean), [true, true, false]);
});

test("a shared edge is drawn once, by the higher one", () => {
  assert.deepEqual(drawn([LEFT, RIGHT], [1, 2]), [[[C, D, A, B]], [[B, E, F, C, B]]]);
  assert.deepEqual(drawn([LEFT, RIGHT], [2, 1]), [[[A, B, C, D, A]], [[B, E, F, C]]]);
});

test("who is not seen draws nothing and takes no edge from others", () => {
  assert.deepEqual(drawn([LEFT, RIGHT], [1, null]), [[[A, B, C, D, A]], []]);
});

test("of the same area twice, one is drawn", () => {
  assert.deepEqual(drawn([LEFT, LEFT], [2, 1]), [[[A, B, C, D, A]], []]);
});
