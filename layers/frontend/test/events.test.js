import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutView, withView } from "../src/events.js";

const DALIAN = { lng: 121.4200001, lat: 38.8599999 };

test("the view joins what the link holds", () => {
  assert.equal(withView("?theme=projects&sel=P001", DALIAN, 12.5), "?theme=projects&sel=P001&at=121.42000,38.86000,12.50");
});

test("an empty link gets the view alone", () => {
  assert.equal(withView("", DALIAN, 12), "?at=121.42000,38.86000,12.00");
});

test("a new view replaces the old one", () => {
  assert.equal(withView("?at=1,2,3&theme=renewal", DALIAN, 12), "?at=121.42000,38.86000,12.00&theme=renewal");
});

test("commas of a selection stay readable", () => {
  assert.equal(withView("?sel=P001,P012", DALIAN, 12), "?sel=P001,P012&at=121.42000,38.86000,12.00");
  assert.equal(withoutView("?sel=P001,P012&at=1,2,3"), "?sel=P001,P012");
});

test("signs of other values stay escaped", () => {
  assert.equal(new URLSearchParams(withView("?q=a%26b%3Dc", DALIAN, 12)).get("q"), "a&b=c");
});

test("taking the view out undoes putting it in", () => {
  for (const search of ["", "?theme=renewal", "?theme=projects&sel=P001,P012"]) {
    assert.equal(withoutView(withView(search, DALIAN, 12)), search);
  }
});
