import assert from "node:assert/strict";
import { mock, test } from "node:test";

import search, { find, score } from "../src/search.js";
import { later, page } from "./page.js";

const INDEX = [
  { id: "Z004", name: "一城：英歌石科学城", pinyin: "yichengyinggeshikexuecheng", initials: "ycygskxc" },
  { id: "I011", name: "英歌石污水处理厂", pinyin: "yinggeshiwushuichulichang", initials: "ygswsclc" },
  { id: "", name: "英歌石", pinyin: "yinggeshi", initials: "ygs", at: [121.37, 38.88] },
  { id: "P001", name: "天地软件园", pinyin: "tiandiruanjianyuan", initials: "tdrjy" },
];
const names = (query) => find(INDEX, query).map(({ name }) => name);

test("initials, pinyin, Chinese and ids find", () => {
  assert.equal(names("tdrjy")[0], "天地软件园");
  assert.equal(names("tiandi")[0], "天地软件园");
  assert.equal(names("软件")[0], "天地软件园");
  assert.equal(names("z004")[0], "一城：英歌石科学城");
});

test("the name on the map finds too", () => {
  const entry = { id: "S004", name: "七贤岭中央商务区", pinyin: "qixianlingzhongyangshangwuqu", initials: "qxlzysw", short: { name: "七贤岭CBD", pinyin: "qixianlingcbd", initials: "qxlcbd" } };
  for (const query of ["七贤岭CBD", "qxlcbd", "七贤岭中央"]) assert.deepEqual(find([entry], query), [entry]);
  assert.deepEqual(find([entry], "凌水"), []);
});

test("the whole name comes before names that begin with it, these before names that hold it", () => {
  assert.deepEqual(names("英歌石"), ["英歌石", "英歌石污水处理厂", "一城：英歌石科学城"]);
});

test("the beginning of initials comes before their middle", () => {
  assert.deepEqual(names("ygs"), ["英歌石", "英歌石污水处理厂", "一城：英歌石科学城"]);
});

const CITY = { ...INDEX[0], unit: true, short: { name: "英歌石科学城", pinyin: "yinggeshikexuecheng", initials: "ygskxc" } };

test("a layout unit comes before others that are found alike, after the very name", () => {
  const found = (query) => find([...INDEX.slice(1), CITY], query).map(({ name }) => name);
  assert.deepEqual(found("英歌石"), ["英歌石", "一城：英歌石科学城", "英歌石污水处理厂"]);
  assert.equal(found("ygs")[0], "一城：英歌石科学城");
  const lab = { id: "P069", name: "科学城实验室", pinyin: "kexuechengshiyanshi", initials: "kxcsys" };
  for (const query of ["科学城", "kxc"]) assert.deepEqual(find([lab, CITY], query), [CITY, lab]);
});

test("several words narrow, letters of full width are letters, and a colon is one of either width", () => {
  assert.deepEqual(names("英歌石 污水"), ["英歌石污水处理厂"]);
  assert.deepEqual(names("英歌石　wscl"), ["英歌石污水处理厂"]);
  assert.deepEqual(names("英歌石 软件"), []);
  assert.deepEqual(names("ｔｄｒｊｙ"), ["天地软件园"]);
  assert.deepEqual(names("一城：英歌石"), names("一城:英歌石"));
});

test("nothing asked and nothing found give nothing", () => {
  assert.deepEqual(names("  "), []);
  assert.deepEqual(names("<img src=x>"), []);
  assert.equal(score(INDEX[0], "zzz"), null);
});

test("at most as many as wanted", () => {
  assert.equal(find(INDEX, "y", 2).length, 2);
});

test("an index that does not come is said in the list, and comes after all", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const given = [new Response("请先登录。", { status: 401, headers: { "content-type": "text/plain" } }), Response.json(INDEX)];
  mock.method(globalThis, "fetch", async () => given.shift());
  const { node, document } = page();
  const [input, list] = [Object.assign(node("input"), { value: "tdrjy" }), node("ul")];
  document.activeElement = input;
  search({ data: { url: "/derived/search" }, parentElement: { querySelector: (tag) => ({ input, ul: list })[tag] } });
  const said = () => list.children.map(({ textContent, children }) => textContent ?? children[0].textContent);
  for (let round = 0; round < 5; round += 1) await later();
  assert.deepEqual([list.hidden, said()], [false, ["请先登录。"]]);
  mock.timers.tick(1000);
  for (let round = 0; round < 5; round += 1) await later();
  assert.deepEqual([list.hidden, said()], [false, ["天地软件园"]]);
  mock.restoreAll();
  mock.timers.reset();
});
