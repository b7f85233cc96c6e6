import assert from "node:assert/strict";
import { test } from "node:test";

import { pathOptions, presence } from "../src/layers.js";

const STYLE = { color: "#F2A900", fill_opacity: 0.18, weight: 4.5 };
const SURVEYED = { schematic: false };
const feature = (values) => ({ id: "Z004", strong: ["layout"], context: true, detail: false, ...values });
const theme = (name, detailed = false) => ({ theme: name, detailed });

test("a theme shows its own fully, context faintly, nothing else", () => {
  assert.equal(presence(feature(), theme("layout")), "strong");
  assert.equal(presence(feature(), theme("projects")), "faint");
  assert.equal(presence(feature({ context: false }), theme("renewal")), null);
});

test("details of the layout wait for the zoom, in other themes they do not", () => {
  const detail = feature({ strong: ["layout", "renewal"], detail: true });
  assert.equal(presence(detail, theme("layout", false)), null);
  assert.equal(presence(detail, theme("layout", true)), "strong");
  assert.equal(presence(detail, theme("renewal", false)), "strong");
});

test("a list stands instead of the theme, beside the context", () => {
  const only = new Set(["P001"]);
  assert.equal(presence(feature({ id: "P001", context: false }), { theme: "layout", only }), "strong");
  assert.equal(presence(feature({ id: "P002", context: false }), { theme: "layout", only }), null);
  assert.equal(presence(feature(), { theme: "layout", only }), "faint");
});

test("what is inside a unit stands beside the theme, details or not; details of other units wait for the zoom", () => {
  const wanted = { ...theme("layout"), beside: new Set(["P001", "S001"]) };
  assert.equal(presence(feature({ id: "P001", strong: ["projects"], context: false }), wanted), "strong");
  assert.equal(presence(feature({ id: "S001", detail: true }), wanted), "strong");
  assert.equal(presence(feature({ id: "S002", detail: true }), wanted), null);
  assert.equal(presence(feature(), wanted), "strong");
});

test("schematic is dashed, surveyed is solid", () => {
  assert.match(pathOptions(STYLE, { schematic: true }).dashArray, /^[\d.]+ [\d.]+$/);
  assert.equal(pathOptions(STYLE, SURVEYED).dashArray, null);
});

test("a style's own dash is for what is schematic", () => {
  const dotted = { ...STYLE, dash: "2 5" };
  assert.equal(pathOptions(dotted, { schematic: true }).dashArray, "2 5");
  assert.equal(pathOptions(dotted, SURVEYED).dashArray, null);
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
