import assert from "node:assert/strict";
import { test } from "node:test";

import { place, scaleOf } from "../src/labels.js";

const [WIDTH, HEIGHT] = [1000, 600];
const ROUNDS = 300;

const box = ([x, y], { w, h }) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
const label = (values) => ({ x: 500, y: 300, w: 100, h: 20, rank: 1, radius: 0, ...values });

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function crowd(random) {
  const some = (count, make) => Array.from({ length: Math.floor(random() * count) + 1 }, make);
  const labels = some(60, () => ({
    x: random() * WIDTH,
    y: random() * HEIGHT,
    w: 20 + random() * 160,
    h: 12 + random() * 14,
    rank: Math.floor(random() * 9),
    radius: random() < 0.3 ? 11 : 0,
  }));
  const controls = some(6, () => {
    const [x, y] = [random() * WIDTH, random() * HEIGHT];
    return [x, y, x + random() * 200, y + random() * 120];
  });
  return { labels, controls };
}

/** Run a check on made-up crowds of labels, naming the seed that breaks it. */
function forAll(check) {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const { labels, controls } = crowd(generator(seed));
    const boxes = place(labels, WIDTH, HEIGHT, controls).map((centre, index) => centre && box(centre, labels[index]));
    check({ labels, controls, boxes, placed: boxes.filter(Boolean), seed });
  }
}

test("no label lies over another", () => {
  forAll(({ placed, seed }) => {
    placed.forEach((a, i) => placed.slice(i + 1).forEach((b) => assert.ok(!overlaps(a, b), `seed ${seed}: ${a} over ${b}`)));
  });
});

test("no label is cut by the edge", () => {
  forAll(({ placed, seed }) => {
    for (const [left, top, right, bottom] of placed) {
      assert.ok(left >= 0 && top >= 0 && right <= WIDTH && bottom <= HEIGHT, `seed ${seed}`);
    }
  });
});

test("no label lies over a control", () => {
  forAll(({ placed, controls, seed }) => {
    for (const one of placed) assert.ok(!controls.some((control) => overlaps(one, control)), `seed ${seed}`);
  });
});

test("a label never covers the middle of its own sign", () => {
  forAll(({ labels, boxes, seed }) => {
    labels.forEach(({ x, y, radius }, index) => {
      const at = boxes[index];
      if (radius && at) assert.ok(!(at[0] < x && x < at[2] && at[1] < y && y < at[3]), `seed ${seed}`);
    });
  });
});

test("the answer has the order of the question", () => {
  forAll(({ labels, boxes }) => assert.equal(boxes.length, labels.length));
});

test("less important labels never move a more important one", () => {
  forAll(({ labels, controls, boxes }) => {
    const important = labels.map(({ rank }, index) => (rank <= 3 ? index : -1)).filter((index) => index >= 0);
    const alone = place(important.map((index) => labels[index]), WIDTH, HEIGHT, controls);
    important.forEach((index, n) => assert.deepEqual(alone[n] && box(alone[n], labels[index]), boxes[index]));
  });
});

test("a label with room stands over its anchor", () => {
  assert.deepEqual(place([label()], WIDTH, HEIGHT), [[500, 300]]);
});

test("a label of a sign stands beside it", () => {
  const [[x, y]] = place([label({ radius: 11 })], WIDTH, HEIGHT);
  assert.ok(x - 50 >= 511);
  assert.equal(y, 300);
});

test("of two at one place the more important keeps it, whatever the order", () => {
  const [minor, major] = place([label({ rank: 5 }), label({ rank: 1 })], WIDTH, HEIGHT);
  assert.deepEqual(major, [500, 300]);
  assert.notDeepEqual(minor, [500, 300]);
});

test("a label of an area stays with it, or is left out", () => {
  const reach = [400, 280, 600, 320];
  const band = (top, bottom) => [[0, top, WIDTH, bottom]];
  assert.deepEqual(place([label({ reach })], WIDTH, HEIGHT, band(290, 310)), [[500, 322]]);
  assert.deepEqual(place([label({ reach })], WIDTH, HEIGHT, band(250, 350)), [null]);
  assert.notDeepEqual(place([label()], WIDTH, HEIGHT, band(250, 350)), [null]);
});

test("a label at the edge is pulled into the frame, not thrown to the other side", () => {
  assert.deepEqual(place([label({ x: 980 })], WIDTH, HEIGHT), [[942, 300]]);
  assert.deepEqual(place([label({ x: 10 })], WIDTH, HEIGHT), [[58, 300]]);
});

test("a wide window is written larger", () => {
  assert.equal(scaleOf(1280), 1);
  assert.ok(scaleOf(1920) > 1);
});

test("a label without room is left out", () => {
  assert.deepEqual(place([label()], WIDTH, HEIGHT, [[0, 0, WIDTH, HEIGHT]]), [null]);
  assert.deepEqual(place([label({ w: WIDTH + 1 })], WIDTH, HEIGHT), [null]);
});

test("no labels, no places", () => {
  assert.deepEqual(place([], WIDTH, HEIGHT), []);
});
