import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { ask, insist } from "../src/ask.js";

afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
});

const answers = (...list) => mock.method(globalThis, "fetch", async () => {
  const next = list.length > 1 ? list.shift() : list[0];
  if (next instanceof Error) throw next;
  return new Response(next.body ?? null, { status: next.status, headers: { "content-type": next.type ?? "text/plain; charset=utf-8" } });
});

const later = () => new Promise((done) => setImmediate(done));

test("a success is handed on, an empty tile is one too", async () => {
  answers({ status: 204 });
  assert.equal((await ask("/tiles")).status, 204);
});

test("the server's own sentence is what is said", async () => {
  answers({ status: 404, body: "没有这个图层文件，请刷新页面。" });
  await assert.rejects(ask("/tiles"), { message: "没有这个图层文件，请刷新页面。" });
});

test("a page of another program is not shown to anybody", async () => {
  answers({ status: 502, body: "<h1>Bad Gateway</h1>", type: "text/html" });
  await assert.rejects(ask("/tiles"), { message: "数据没有取到（502），正在重试。" });
});

test("a server that is gone is said in Chinese", async () => {
  answers(new TypeError("Failed to fetch"));
  await assert.rejects(ask("/tiles"), { message: "与看板的连接已中断，正在重试。" });
});

test("what failed is asked for again until it succeeds", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  answers(new TypeError("Failed to fetch"), { status: 500 }, { status: 200, body: "x" });
  const heard = [];
  let done = false;
  const all = insist(async () => {
    await ask("/tiles");
    done = true;
  }, { signal: new AbortController().signal, failed: (said) => heard.push(said) });
  for (let round = 0; round < 20 && !done; round += 1) {
    await later();
    mock.timers.tick(1000);
  }
  await all;
  assert.deepEqual(heard, ["与看板的连接已中断，正在重试。", "数据没有取到（500），正在重试。"]);
});

test("what is never taken back is asked for until it comes", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const calls = answers({ status: 401, body: "请先登录。" }, { status: 200, body: "x" });
  const heard = [];
  const all = insist(() => ask("/derived"), { failed: (said) => heard.push(said) });
  for (let round = 0; round < 3; round += 1) {
    await later();
    mock.timers.tick(1000);
  }
  await all;
  assert.deepEqual([heard, calls.mock.callCount()], [["请先登录。"], 2]);
});

test("what is taken back is not asked for again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const control = new AbortController();
  const calls = answers({ status: 500 });
  const all = insist(() => ask("/tiles", control.signal), { signal: control.signal, failed: () => control.abort() });
  await later();
  mock.timers.tick(60000);
  await all;
  assert.equal(calls.mock.callCount(), 1);
});

test("a mistake of our own is not taken for the server's", async () => {
  const heard = [];
  const wrong = insist(async () => null.length, { signal: new AbortController().signal, failed: (said) => heard.push(said) });
  await assert.rejects(wrong, TypeError);
  assert.deepEqual(heard, []);
});
