// Drawing: the user draws a line or an area, the server says how long or large it is on the ellipsoid, or makes it a park.

import { insist } from "./ask.js";
import { control, loadScript } from "./tools.js";

const DRAWN = { color: "#C62828", weight: 2.5, dashArray: null, fillColor: "#C62828", fillOpacity: 0.1 };
const KINDS = [["Line", "测距离", "measure"], ["Polygon", "测面积", "measure"], ["Polygon", "画公园", "park"]];

/** Buttons for distance, area and, where a page takes them, parks; `report(kind, geometry)` gets the drawn shape and gives the name of its event. `say` tells why Geoman, who draws, does not come. */
export function addMeasure(L, map, { script, style }, { report, say }) {
  const box = control(L, map, "topleft", "map-measure leaflet-bar");
  const drawn = L.featureGroup().addTo(map);
  let ready = null;
  let busy = false;
  let wanted = "";
  let asked = "";
  const prepare = () => {
    ready ??= insist(() => loadScript(script, style), { failed: (said) => say("drawing fault", said) }).then(() => {
      say("drawing fault", "");
      map.pm = new L.PM.Map(map); // Geoman came after the map: its init hook has not run
      map.pm.setLang("zh");
      map.pm.setGlobalOptions({ layerGroup: drawn, snappable: false, allowSelfIntersection: true, continueDrawing: false, templineStyle: DRAWN, hintlineStyle: { ...DRAWN, dashArray: "5 5" }, pathOptions: DRAWN });
      map.on("pm:create", ({ layer }) => {
        layer.pm.disable();
        if (wanted === "park") drawn.clearLayers(); // the page draws it from now on
        asked = report(wanted, layer.toGeoJSON().geometry);
      });
      map.on("pm:drawend", () => setTimeout(() => (busy = false)));
    });
    return ready;
  };
  const begin = async (shape, kind) => {
    drawn.clearLayers();
    await prepare();
    const again = map.pm.Draw.getActiveShape() === shape && wanted === kind;
    map.pm.disableDraw();
    if (again) return; // a second press ends it
    busy = true;
    wanted = kind;
    map.pm.enableDraw(shape, { tooltips: true });
    map.getContainer().focus({ preventScroll: true }); // who began by keyboard draws by keyboard
  };
  const end = () => busy && map.pm.disableDraw();
  const frame = new AbortController(); // keys pressed in this frame reach the page, too; the page outlives the frame
  window.parent.document.addEventListener("keydown", ({ key }) => key === "Escape" && end(), { signal: frame.signal });
  window.addEventListener("pagehide", () => frame.abort());
  const buttons = KINDS.map(([shape, label, kind]) => {
    const button = document.createElement("a");
    Object.assign(button, { href: "#", role: "button", title: `${label}（再按一次或按 Esc 取消）`, textContent: label });
    button.addEventListener("click", (event) => {
      event.preventDefault();
      begin(shape, kind);
    });
    button.hidden = kind === "park";
    box.append(button);
    return button;
  });
  return {
    active: () => busy,
    end,
    offerParks: (offered) => {
      buttons[KINDS.length - 1].hidden = !offered;
    },
    say: (answer) => {
      const [layer] = drawn.getLayers();
      if (!layer) return;
      const text = answer?.of === asked ? answer.text : ""; // until it comes, what was said is about the shape before
      layer.unbindTooltip();
      const node = document.createElement("span");
      node.textContent = text;
      if (text) layer.bindTooltip(node, { permanent: true, pane: "tips", className: "map-tip measured", direction: "top" }).openTooltip();
    },
  };
}
