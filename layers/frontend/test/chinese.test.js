import assert from "node:assert/strict";
import { test } from "node:test";

import { TEXTS, translate } from "../src/chinese.js";

const CHINESE = /[一-鿿]/;

test("every entry of the table is Chinese and free of the English it stands for", () => {
  for (const [english, chinese] of TEXTS) {
    assert.match(chinese, CHINESE, english);
    assert.ok(!chinese.includes(english), english);
  }
});

test("a known text is translated, spaces round it or not", () => {
  assert.equal(translate("Skip to main content"), "跳到正文");
  assert.equal(translate("\n  Close \t"), "关闭");
});

test("sentences of a stopped server and of a page not found are told by their beginning", () => {
  assert.match(translate("Is Streamlit still running? If you accidentally stopped Streamlit, just restart it."), /^看板程序可能已停止/);
  assert.match(translate("You have requested page /nonsense, but no corresponding file was found."), /页面不存在/);
});

test("numbers in a sentence are kept", () => {
  assert.equal(translate("Limit 200MB per file • GEOJSON"), "每个文件不超过 200MB");
  assert.equal(translate("You can only select up to 2 options. Remove an option first."), "最多选 2 项，请先去掉一项");
});

test("what is Chinese, a number, a unit letter or unknown stays as it is", () => {
  for (const text of ["总览", "153", "", "  ", "A", "CGCS2000", "EPSG:4549", "OpenStreetMap"]) assert.equal(translate(text), null, text);
});

test("a name from data that merely contains a known text stays as it is", () => {
  for (const text of ["Upload 平台", "<b>Close</b>", "Search引擎"]) assert.equal(translate(text), null, text);
});

test("a translated text is never translated again", () => {
  for (const chinese of TEXTS.values()) assert.equal(translate(chinese), null, chinese);
});
