// The sign of a point: a circle with one character. Each kind of sign is painted once and then stamped: thousands of
// dashed circles and characters take ten times as long.

import { FONT } from "./labels.js";

export const SIGN_RADIUS = 11;
const WEIGHT = 1.5;
const SIZE = 2 * (SIGN_RADIUS + 2);
const FILL = { true: 0.8, false: 1 };

/** A class of Leaflet circles that stamp their picture; those that look alike share it. */
export function signClass(L) {
  const pictures = new Map();
  const scale = L.Browser.retina ? 2 : 1; // as Leaflet's own canvas
  return L.CircleMarker.extend({
    setStyle(style) {
      return L.Path.prototype.setStyle.call(this, style); // a circle's own computes its place anew
    },
    _updatePath() {
      const { _ctx: pen, _drawing: drawing } = this._renderer;
      if (!drawing || this.options.hidden || this._empty()) return;
      const { glyph, color, schematic } = this.options;
      const key = [glyph, color, schematic].join();
      if (!pictures.has(key)) pictures.set(key, picture({ glyph, color, schematic }, scale));
      pen.globalAlpha = 1;
      pen.drawImage(pictures.get(key), this._point.x - SIZE / 2, this._point.y - SIZE / 2, SIZE, SIZE);
    },
  });
}

function picture({ glyph, color, schematic }, scale) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE * scale, height: SIZE * scale });
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.translate(SIZE / 2, SIZE / 2);
  pen.beginPath();
  pen.arc(0, 0, SIGN_RADIUS, 0, 2 * Math.PI);
  Object.assign(pen, { fillStyle: "#fff", globalAlpha: FILL[schematic] });
  pen.fill();
  Object.assign(pen, { strokeStyle: color, lineWidth: WEIGHT, lineCap: "round", globalAlpha: 1 });
  pen.setLineDash(schematic ? [3, 3] : []);
  pen.stroke();
  Object.assign(pen, { fillStyle: color, font: `600 12px ${FONT}`, textAlign: "center", textBaseline: "middle" });
  pen.fillText(glyph, 0, 0.5);
  return canvas;
}
