// Where labels stand: none over another, none over a control, none cut by the edge.

const GAP = 2;
const EDGE = 6;
const MOST = 400; // labels tried at a time: nobody reads more
const LARGE = 1800; // from this width of the window on one reads from afar
const LARGER = 1.2;
export const FONT = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei',sans-serif";

const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

const boxAt = (x, y, w, h) => [x - w / 2 - GAP, y - h / 2 - GAP, x + w / 2 + GAP, y + h / 2 + GAP];

/** Candidate centres for a label of w x h: over its anchor, or as near as the frame lets it, then around it; beside the sign where there is one. */
function* centres({ x, y, w, h, radius }, width) {
  if (radius) {
    const side = radius + GAP + w / 2;
    const above = radius + GAP + h / 2;
    yield* [[x + side, y], [x - side, y], [x, y + above], [x, y - above]];
    yield* [[x + side, y + h], [x + side, y - h], [x - side, y + h], [x - side, y - h]];
    return;
  }
  const free = EDGE + GAP + w / 2;
  const near = Math.max(free, Math.min(width - free, x));
  for (const step of [0, 1, -1, 2, -2, 3, -3]) {
    yield [near, y + step * (h + GAP)];
  }
  for (const step of [0, 1, -1, 2, -2]) {
    yield* [[x + w * 0.6, y + step * (h + GAP)], [x - w * 0.6, y + step * (h + GAP)]];
  }
}

/** Whether a label of an area is still seen as the area's: over it, or close beside it. */
const belongs = ({ w, h, reach }, x, y) =>
  !reach || (x > reach[0] - 0.6 * w && x < reach[2] + 0.6 * w && y > reach[1] - 1.6 * h && y < reach[3] + 1.6 * h);

/**
 * Place labels, the most important (lowest rank) first.
 * labels: [{x, y, w, h, rank, radius, reach}], in pixels of the map, reach: box of what it names, if that is large; taken: boxes [left, top, right, bottom] to keep free.
 * Returns, in the order of the input, the centre [x, y] or null where there is no room.
 */
export function place(labels, width, height, taken = []) {
  const boxes = [...taken];
  const placed = labels.map(() => null);
  const order = labels.map((_, index) => index).sort((a, b) => labels[a].rank - labels[b].rank);
  for (const index of order) {
    const label = labels[index];
    for (const [x, y] of centres(label, width)) {
      if (!belongs(label, x, y)) continue;
      const box = boxAt(x, y, label.w, label.h);
      const inside = box[0] >= EDGE && box[1] >= EDGE && box[2] <= width - EDGE && box[3] <= height - EDGE;
      if (inside && !boxes.some((other) => overlaps(box, other))) {
        boxes.push(box);
        placed[index] = [x, y];
        break;
      }
    }
  }
  return placed;
}

let pen = null;

/** Width in pixels of a text of a size. */
function widthOf(text, size, bold) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
  return pen.measureText(text).width;
}

/** Boxes of the controls that lie over the map. */
function controlBoxes(map) {
  const frame = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((element) => {
    const box = element.getBoundingClientRect();
    return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
  });
}

/** How much larger the map is written in a window of a width: a projector's is read from afar. */
export const scaleOf = (width) => (width >= LARGE ? LARGER : 1);

/** Write all that lies over the map as large as the window asks for; returns how much larger. */
export function writeLarge() {
  const scale = scaleOf(window.parent.innerWidth);
  document.documentElement.classList.toggle("large", scale > 1);
  return scale;
}

/** Draw labels [{text, at: [lng, lat], rank, size, color, radius, bounds}] into a pane of the map. */
export function drawLabels(map, pane, given, signs) {
  const size = map.getSize();
  const scale = writeLarge();
  const labels = given.map((label) => ({ ...label, size: label.size * scale }));
  const points = labels.map(({ at }) => map.latLngToContainerPoint([at[1], at[0]]));
  const inView = points.map(({ x, y }) => x > 0 && y > 0 && x < size.x && y < size.y);
  const seen = labels.map((_, index) => index).filter((index) => inView[index]);
  const wanted = seen.sort((a, b) => labels[a].rank - labels[b].rank).slice(0, MOST);
  const signBoxes = signs.map(([lng, lat, radius]) => {
    const { x, y } = map.latLngToContainerPoint([lat, lng]);
    return [x - radius, y - radius, x + radius, y + radius];
  });
  const taken = [...controlBoxes(map), ...signBoxes];
  const centresFound = place(wanted.map((index) => ({ x: points[index].x, y: points[index].y, reach: reachOf(map, labels[index]), ...boxOf(labels[index]) })), size.x, size.y, taken);
  pane.replaceChildren(...wanted.flatMap((index, n) => (centresFound[n] ? [drawn(map, labels[index], centresFound[n])] : [])));
}

function reachOf(map, { bounds }) {
  if (!bounds) return null;
  const [a, b] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
  return [a.x, a.y, b.x, b.y];
}

function boxOf({ text, size, rank, radius, bold }) {
  return { w: widthOf(text, size, bold), h: size * 1.25, rank, radius };
}

function drawn(map, { text, size, color, bold }, centre) {
  const node = document.createElement("div");
  node.className = "map-label";
  node.textContent = text;
  const { x, y } = map.containerPointToLayerPoint(centre);
  node.style.cssText = `left:${x}px;top:${y}px;font-size:${size}px;color:${color};font-weight:${bold ? 600 : 400}`;
  return node;
}
