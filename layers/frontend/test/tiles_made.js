// Vector tiles made by hand, for the tests.

import { PbfWriter } from "../node_modules/pbf/index.js";

const [POINT, LINE, AREA] = [1, 2, 3];
const [MOVE, TO, CLOSE] = [1, 2, 7];
const WRITE = {
  int: (value, pbf) => pbf.writeVarintField(4, value),
  uint: (value, pbf) => pbf.writeVarintField(5, value),
  sint: (value, pbf) => pbf.writeSVarintField(6, value),
  double: (value, pbf) => pbf.writeDoubleField(3, value),
  float: (value, pbf) => pbf.writeFloatField(2, value),
  text: (value, pbf) => pbf.writeStringField(1, value),
};

export const SQUARE = { row: 7, kind: "1401", shape: AREA, parts: [[[0, 0], [100, 0], [100, 100], [0, 100]]] };
export const HOLE = { ...SQUARE, parts: [...SQUARE.parts, [[20, 20], [20, 40], [40, 40]]] };
export const LINES = { row: 100000, kind: null, shape: LINE, parts: [[[-60, 5], [4200, 4100]], [[10, 10], [-5, 2]]] };
export const POINTS = { row: 3, kind: "0701", shape: POINT, parts: [[[5, 7], [3, 2]]] };

/** The bytes of a tile that holds things; `kind` is how their numbers are written. */
export function tileOf(things, kind = "uint") {
  const pbf = new PbfWriter();
  pbf.writeMessage(3, layer, { things, kind });
  return pbf.finish();
}

function layer({ things, kind }, pbf) {
  pbf.writeVarintField(15, 2);
  pbf.writeStringField(1, "data");
  let values = 0;
  for (const thing of things) {
    const tags = [0, values];
    if (thing.kind !== null) tags.push(1, values + 1);
    pbf.writeMessage(2, feature, { tags, ...thing });
    pbf.writeMessage(4, (value, inner) => WRITE[kind](value, inner), thing.row);
    if (thing.kind !== null) pbf.writeMessage(4, (value, inner) => WRITE.text(value, inner), thing.kind);
    values += thing.kind === null ? 1 : 2;
  }
  for (const key of ["row", "class"]) pbf.writeStringField(3, key);
  pbf.writeVarintField(5, 4096);
}

function feature({ tags, shape, parts }, pbf) {
  pbf.writePackedVarint(2, tags);
  pbf.writeVarintField(3, shape);
  pbf.writePackedVarint(4, geometry(shape, parts));
}

function geometry(shape, parts) {
  const commands = [];
  let [x, y] = [0, 0];
  const step = ([toX, toY]) => {
    for (const moved of [toX - x, toY - y]) commands.push((moved << 1) ^ (moved >> 31));
    [x, y] = [toX, toY];
  };
  for (const part of parts) {
    const first = shape === POINT ? part.length : 1;
    commands.push((first << 3) | MOVE);
    part.slice(0, first).forEach(step);
    if (shape === POINT) continue;
    commands.push(((part.length - 1) << 3) | TO);
    part.slice(1).forEach(step);
    if (shape === AREA) commands.push((1 << 3) | CLOSE);
  }
  return commands;
}
