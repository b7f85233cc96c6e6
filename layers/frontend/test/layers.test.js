import assert from "node:assert/strict";
import { test } from "node:test";

import { pathOptions, presence } from "../src/layers.js";

const STYLE = { color: "#F2A900", fill_opacity: 0.18, weight: 4.5 };
const SURVEYED = { schematic: false };
const feature = (values) => ({ strong: ["layout"], faint: ["projects"], detail: false, ...values });

test("a theme shows its own fully, its context faintly, nothing else", () => {
  assert.equal(presence(feature(), "layout", false), "strong");
  assert.equal(presence(feature(), "projects", false), "faint");
  assert.equal(presence(feature(), "renewal", false), null);
});

test("details appear in the layout only when zoomed in, elsewhere always", () => {
  const detail = feature({ strong: ["layout", "renewal"], detail: true });
  assert.equal(presence(detail, "layout", false), null);
  assert.equal(presence(detail, "layout", true), "strong");
  assert.equal(presence(detail, "renewal", false), "strong");
});

test("schematic is dashed, surveyed is solid", () => {
  assert.match(pathOptions(STYLE, { schematic: true }).dashArray, /^[\d.]+ [\d.]+$/);
  assert.equal(pathOptions(STYLE, SURVEYED).dashArray, null);
});

test("faint is weaker than strong in line, width and fill", () => {
  const strong = pathOptions(STYLE, SURVEYED);
  const faint = pathOptions(STYLE, { ...SURVEYED, faint: true });
  for (const key of ["opacity", "weight", "fillOpacity"]) assert.ok(faint[key] < strong[key], key);
});

test("a line has its full width and no fill, an area a thin edge and its fill", () => {
  const line = pathOptions(STYLE, { ...SURVEYED, line: true });
  const area = pathOptions(STYLE, SURVEYED);
  assert.deepEqual([line.fill, line.fillOpacity, line.weight], [false, 0, 4.5]);
  assert.deepEqual([area.fill, area.fillOpacity], [true, 0.18]);
  assert.ok(area.weight < 4.5);
});

test("an area is filled with its fill colour, or else its line's", () => {
  assert.equal(pathOptions(STYLE, SURVEYED).fillColor, "#F2A900");
  assert.equal(pathOptions({ ...STYLE, fill: "#F6F3EC" }, SURVEYED).fillColor, "#F6F3EC");
});
