import assert from "node:assert/strict";
import { test } from "node:test";

import { look, shapeOf, width } from "../src/looks.js";

const PLOT = { key: "plots/1401", color: "#4A5763", fill: "#00FF00", fill_opacity: 0.8, weight: 0.9 };
const LINE = { key: "controls/coastline", color: "#01579B", fill_opacity: 0.05, weight: 2.2 };

const edges = [12.5, 15];
const at = (zoom, shape = "areas") => ({ shape, zoom, edges });

test("from afar thousands of filled areas have no edges, close by they have", () => {
  assert.equal(width(PLOT, at(12)), 0);
  assert.ok(width(PLOT, at(14)) > 0 && width(PLOT, at(14)) < 0.9);
  assert.equal(width(PLOT, at(15)), 0.9);
});

test("a few areas have their edges at every zoom", () => {
  assert.equal(width(PLOT, { shape: "areas", zoom: 9, edges: [0, 0] }), 0.9);
});

test("what is hardly filled keeps its edge, and a line its width", () => {
  assert.equal(width(LINE, at(11)), 2.2);
  assert.equal(width({ ...PLOT, weight: 3 }, at(11, "lines")), 3);
});

test("an area is filled with its fill, a line is not filled", () => {
  const area = look(PLOT, { shape: "areas", zoom: 16, edges });
  assert.deepEqual([area.fill, area.fillColor, area.fillOpacity], [true, "#00FF00", 0.8]);
  const line = look(LINE, { shape: "lines", zoom: 16, edges });
  assert.deepEqual([line.fill, line.color, line.fillOpacity], [false, "#01579B", 0]);
});

test("a mark colours the fill of an area and the stroke of a line", () => {
  assert.equal(look(PLOT, { shape: "areas", zoom: 16, edges, colour: "#C2185B" }).fillColor, "#C2185B");
  assert.equal(look(LINE, { shape: "lines", zoom: 16, edges, colour: "#C2185B" }).color, "#C2185B");
  assert.ok(look(LINE, { shape: "areas", zoom: 16, edges, colour: "#C2185B" }).fillOpacity >= 0.8);
});

test("shapes of GeoJSON are those of tiles", () => {
  assert.deepEqual(["Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point", "MultiPoint"].map(shapeOf), ["areas", "areas", "lines", "lines", "points", "points"]);
});
