import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { makingNote } from "../src/datasets.js";
import { makeStore } from "../src/tiles.js";
import { SQUARE, tileOf } from "./tiles_made.js";

const [HERE, THERE] = [[14, 1, 2], [14, 1, 3]];

afterEach(() => mock.restoreAll());

const later = () => new Promise((done) => setImmediate(done));

/** A server that answers when told to; `asked` lists the addresses. */
function server() {
  const waiting = [];
  mock.method(globalThis, "fetch", (address, { signal }) => new Promise((done, fail) => {
    waiting.push({ address, signal, answer: (body, status = 200) => done(new Response(body, { status })) });
    signal.addEventListener("abort", () => fail(new DOMException("aborted", "AbortError")));
  }));
  return waiting;
}

test("a tile is asked for once, however often it is wanted", async () => {
  const waiting = server();
  const arrived = [];
  const store = makeStore("/tiles/public/0", (tile) => arrived.push(String(tile)));
  store.want([HERE, THERE]);
  store.want([HERE, THERE]);
  assert.deepEqual(waiting.map(({ address }) => address), ["/tiles/public/0/14/1/2", "/tiles/public/0/14/1/3"]);
  assert.deepEqual(store.state(), { wanted: 2, waiting: 2, fault: "" });
  waiting[0].answer(tileOf([SQUARE]));
  waiting[1].answer(null, 204);
  await later();
  await later();
  assert.deepEqual(arrived.sort(), ["14,1,2", "14,1,3"]);
  assert.deepEqual(store.state(), { wanted: 2, waiting: 0, fault: "" });
  assert.equal(store.get(HERE).length, 1);
  assert.equal(store.get(THERE).length, 0);
});

test("a tile taken back on its way is asked for anew when it is wanted again", async () => {
  const waiting = server();
  const store = makeStore("/tiles/public/0", () => {});
  store.want([HERE]);
  store.want([THERE]);
  assert.ok(waiting[0].signal.aborted);
  await later();
  store.want([HERE]);
  assert.deepEqual(waiting.map(({ address }) => address.slice(-1)), ["2", "3", "2"]);
  waiting[2].answer(tileOf([SQUARE]));
  await later();
  await later();
  assert.ok(store.has(HERE));
});

test("tiles out of sight are kept up to a number, the ones seen last longest", async () => {
  const waiting = server();
  const store = makeStore("/tiles/public/0", () => {});
  const tile = (number) => [14, number, 0];
  for (let number = 0; number < 60; number += 1) {
    store.want([tile(number)]);
    waiting.at(-1).answer(null, 204);
    await later();
    await later();
  }
  const kept = Array.from({ length: 60 }, (_, number) => number).filter((number) => store.has(tile(number)));
  assert.equal(kept.at(-1), 59);
  assert.ok(kept.length >= 48 && kept.length <= 50, String(kept.length));
  assert.equal(kept[0], 60 - kept.length);
});

test("a tile that cannot be had is said and asked for again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const waiting = server();
  const store = makeStore("/tiles/public/0", () => {});
  store.want([HERE]);
  waiting[0].answer("不行", 503);
  for (let round = 0; round < 5; round += 1) await later();
  assert.equal(store.state().waiting, 1);
  assert.match(store.state().fault, /503|不行/);
  mock.timers.tick(300);
  await later();
  waiting[1].answer(tileOf([SQUARE]));
  for (let round = 0; round < 5; round += 1) await later();
  assert.deepEqual(store.state(), { wanted: 1, waiting: 0, fault: "" });
  mock.timers.reset();
});

test("the note tells how far the tiles are and that not everything is drawn yet", () => {
  assert.equal(makingNote({ state: "waiting", progress: 0, said: "" }), "切片生成中");
  assert.equal(makingNote({ state: "running", progress: 0.354, said: "正在切片" }), "切片生成中 35%");
  assert.equal(makingNote({ state: "running", progress: 0.5, said: "" }, { found: 9000, shown: 6000 }), "切片生成中 50%，当前视图共 9000 个要素，先画出较大的 6000 个");
  assert.equal(makingNote({ state: "failed", progress: 0, said: "矢量切片：没有做成，请重试。" }), "矢量切片：没有做成，请重试。先画出当前视图中的要素。");
});
