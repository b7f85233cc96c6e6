import assert from "node:assert/strict";
import { test } from "node:test";

import { inset, minimumZoom, project } from "../src/bounds.js";

const WINDOW = [121.0, 38.6, 121.9, 39.2];
const SIZES = [[1024, 768], [1280, 720], [1366, 768], [1440, 900], [1920, 1080], [2560, 1440], [3440, 1440], [3840, 2160], [768, 1024]];

/** Width and height in pixels of a window of degrees at a zoom. */
function sizeOf([west, south, east, north], zoom) {
  const [left, bottom] = project([west, south]);
  const [right, top] = project([east, north]);
  return [(right - left) * 2 ** zoom, (bottom - top) * 2 ** zoom];
}

test("the origin lies in the middle of the world, and the world is one tile at zoom 0", () => {
  const near = ([x, y], [a, b]) => assert.ok(Math.hypot(x - a, y - b) < 1e-6, `${x}, ${y}`);
  near(project([0, 0]), [128, 128]);
  near(project([-180, 85.0511287798]), [0, 0]);
  near(project([180, -85.0511287798]), [256, 256]);
});

test("latitudes beyond the projection's end stay finite", () => {
  assert.deepEqual(project([0, 90]), project([0, 86]));
  assert.ok(Number.isFinite(project([0, -90])[1]));
});

for (const [width, height] of SIZES) {
  test(`at its minimum zoom a map of ${width} x ${height} never shows more than the base map's window`, () => {
    const [across, down] = sizeOf(WINDOW, minimumZoom(WINDOW, width, height));
    assert.ok(across >= width - 1e-6, `${across} < ${width}`);
    assert.ok(down >= height - 1e-6, `${down} < ${height}`);
  });

  test(`the minimum zoom of ${width} x ${height} is the smallest that does`, () => {
    const [across, down] = sizeOf(WINDOW, minimumZoom(WINDOW, width, height) - 0.01);
    assert.ok(across < width || down < height);
  });
}

test("an inset window lies inside by its share on each side", () => {
  const [west, south, east, north] = inset(WINDOW, 0.1);
  assert.ok(Math.abs(west - 121.09) < 1e-9 && Math.abs(east - 121.81) < 1e-9);
  assert.ok(Math.abs(south - 38.66) < 1e-9 && Math.abs(north - 39.14) < 1e-9);
});
