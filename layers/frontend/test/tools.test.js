import assert from "node:assert/strict";
import { test } from "node:test";

import { roundLength, sayLength } from "../src/tools.js";

test("a length is rounded down to 1, 2 or 5 and zeros", () => {
  const expected = [[1, 1], [1.9, 1], [2, 2], [4.99, 2], [5, 5], [9.9, 5], [10, 10], [340, 200], [2700, 2000], [99999, 50000]];
  for (const [metres, round] of expected) assert.equal(roundLength(metres), round, `${metres}`);
});

test("a rounded length is never longer than the bar has room for, nor under two fifths of it", () => {
  for (let metres = 1; metres < 1e6; metres *= 1.07) {
    const round = roundLength(metres);
    assert.ok(round <= metres && round > metres * 0.399, `${metres} -> ${round}`);
  }
});

test("metres below a kilometre, kilometres from there", () => {
  assert.deepEqual([500, 1000, 20000].map(sayLength), ["500 米", "1 公里", "20 公里"]);
});
