import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { addMeasure } from "../src/measure.js";
import { addCoordinates, roundLength, sayLength } from "../src/tools.js";
import { later, leaflet, page } from "./page.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const rounds = async (count) => {
  for (let round = 0; round < count; round += 1) {
    await later();
    mock.timers.tick(1000);
  }
};

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

test("metres stand beside the degrees once their script has come, however often it did not", async () => {
  const { asked } = page(2);
  const { L, map, made } = leaflet();
  globalThis.window.proj4 = () => ({ forward: () => [630198, 4304031] });
  addCoordinates(L, map, { proj4Url: "/proj4.js", metric: "" });
  const point = () => map.heard.mousemove({ latlng: { lng: 121.5, lat: 38.86 } });
  point();
  point();
  assert.doesNotMatch(made[0].textContent, /米/);
  await rounds(9);
  point();
  assert.match(made[0].textContent, /东 630198\u3000北 4304031 米$/);
  assert.deepEqual(asked.map(({ src, removed }) => [src, removed]), [["/proj4.js", true], ["/proj4.js", true], ["/proj4.js", false]]);
});

test("drawing begins once its script has come, and says meanwhile why it does not", async () => {
  const { document } = page(1);
  const { L, map, made } = leaflet();
  const drawing = [];
  L.PM = {
    Map: class {
      Draw = { getActiveShape: () => drawing.at(-1) };
      setLang() {}
      setGlobalOptions() {}
      disableDraw() {}
      enableDraw = (shape) => drawing.push(shape);
    },
  };
  const [heard, pressed] = [[], {}];
  const create = document.createElement;
  document.createElement = (tag) => Object.assign(create(tag), { addEventListener: (kind, act) => Object.assign(pressed, { [kind]: pressed[kind] ?? act }) });
  addMeasure(L, map, { script: "/geoman.js", style: "" }, { report() {}, say: (about, text) => heard.push(text) });
  assert.equal(made[0].children.length, 3);
  pressed.click({ preventDefault() {} });
  await rounds(9);
  assert.deepEqual(heard, ["与看板的连接已中断，正在重试。", ""]);
  assert.deepEqual(drawing, ["Line"]);
});
