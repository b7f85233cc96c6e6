// The dataset a page shows: as it is there (file or tiles), or what is in view of it until its tiles are made.

import { ask, insist } from "./ask.js";
import { fileLayer, windowLayer } from "./collections.js";
import { outlined } from "./layers.js";
import { showParks } from "./parks.js";
import { tileLayer } from "./tiles.js";

const ASK_AGAIN = 1000; // ms between questions how making the tiles goes
const SELDOM = 5000; // the same while nobody makes them
const MAKING = new Set(["waiting", "running"]);

/** What stands on the map about a dataset while its tiles are made. */
export function makingNote({ state, progress, said }, { found = 0, shown = 0 } = {}) {
  const part = found > shown ? `，当前视图共 ${found} 个要素，先画出较大的 ${shown} 个` : "";
  if (MAKING.has(state)) return `切片生成中${state === "running" ? ` ${Math.round(100 * progress)}%` : ""}${part}`;
  return `${said || "切片尚未生成。"}先画出当前视图中的要素${part}。`;
}

/** Shows datasets on a map: `show(wanted)` with what the page wants, or null. */
export function datasetsOn(L, map) {
  const notes = notesOn(map);
  const outline = L.layerGroup().addTo(map);
  let [shown, outlinedAs] = [null, ""];
  return {
    say: notes.say,
    show(wanted) {
      if (shown?.key !== wanted?.key) {
        shown?.remove();
        shown = wanted && open(L, map, wanted, notes);
      }
      notes.say("synthetic", wanted?.said);
      if (wanted) shown.mark(wanted.marks);
      const told = JSON.stringify([wanted?.parks, wanted?.selected]);
      if (told === outlinedAs) return; // drawn anew, a name would fade out beside its twin
      outlinedAs = told;
      outline.clearLayers();
      if (wanted?.parks) showParks(L, outline, wanted.parks);
      if (wanted?.selected) outlined(L, outline, wanted.selected);
    },
  };
}

function open(L, map, dataset, notes) {
  let [layer, marks, timer] = [null, {}, 0];
  const control = new AbortController();
  const { signal } = control;
  const use = (mode, made) => {
    layer?.remove();
    layer = made;
    layer.mark(marks);
    Object.assign(document.body.dataset, { dataset: mode, picture: "none" });
  };
  const report = (mode) => ({ waiting, begun, fault }) => {
    notes.say("fault", fault);
    if (mode !== document.body.dataset.dataset) return;
    document.body.dataset.picture = waiting === 0 ? "all" : begun ? "some" : "none";
  };
  const tiles = () => {
    notes.say("making", "");
    use("tiles", tileLayer(L, dataset, { pane: "tiles", report: report("tiles") }));
    layer.addTo(map);
  };
  let inView = {};
  const look = async () => {
    const told = await (await ask(dataset.tiles, signal)).json();
    if (told.state === "done") {
      tiles();
      return;
    }
    notes.say("making", makingNote(told, inView));
    timer = setTimeout(watch, MAKING.has(told.state) ? ASK_AGAIN : SELDOM);
  };
  const watch = () => insist(look, { signal, failed: (fault) => notes.say("fault", fault) });
  if (dataset.file) use("file", fileLayer(L, map, dataset, { pane: "data", report: report("file") }));
  else if (dataset.ready) tiles();
  else {
    const hear = (told) => {
      inView = told;
      report("window")(told);
    };
    use("window", windowLayer(L, map, dataset, { pane: "data", report: hear }));
    watch();
  }
  return {
    key: dataset.key,
    mark: (wanted) => {
      marks = wanted;
      layer.mark(wanted);
    },
    remove: () => {
      control.abort();
      clearTimeout(timer);
      layer.remove();
      for (const about of ["making", "fault", "synthetic"]) notes.say(about, "");
      delete document.body.dataset.dataset;
      delete document.body.dataset.picture;
    },
  };
}

/** Notes at the top of the map, one per subject. */
function notesOn(map) {
  const box = document.createElement("div");
  box.className = "map-notes";
  box.setAttribute("role", "status");
  map.getContainer().append(box);
  const nodes = new Map();
  return {
    say: (about, text) => {
      const node = nodes.get(about) ?? Object.assign(document.createElement("p"), { className: about });
      nodes.set(about, node);
      if (node.textContent !== (text ?? "")) node.textContent = text ?? "";
      if (text) box.append(node);
      else node.remove();
    },
  };
}
