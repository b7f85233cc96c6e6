// What lies over the map: zoom and whole zone, north, scale, coordinates, legend, foot.

import { insist, Unanswered } from "./ask.js";

const ROOM_FOR_LEGEND = 800;

/** Round a length down to 1, 2, 5 x 10^n. */
export function roundLength(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  const lead = metres / power;
  return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

/** A length as the scale bar says it. */
export function sayLength(metres) {
  return metres >= 1000 ? `${metres / 1000} 公里` : `${metres} 米`;
}

/** A holder for own controls; clicks on it do not reach the map. */
export function control(L, map, position, className) {
  const holder = L.control({ position });
  const node = L.DomUtil.create("div", className);
  holder.onAdd = () => node;
  holder.addTo(map);
  L.DomEvent.disableClickPropagation(node);
  L.DomEvent.disableScrollPropagation(node);
  return node;
}

/** Zoom buttons, whole zone, north arrow. */
export function addNavigation(L, map, home) {
  L.control.zoom({ position: "topleft", zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  const button = control(L, map, "topleft", "map-home leaflet-bar");
  button.innerHTML = '<a href="#" role="button" title="显示全区" aria-label="显示全区">全区</a>';
  button.firstChild.addEventListener("click", (event) => {
    event.preventDefault();
    home();
  });
  const north = control(L, map, "topleft", "map-north");
  north.innerHTML = '<svg width="26" height="34" viewBox="0 0 26 34" role="img" aria-label="指北针"><path d="M13 9 20 32 13 27 6 32Z" fill="#1B2733"/><path d="M13 9 13 27 6 32Z" fill="#fff" stroke="#1B2733" stroke-width=".8"/><text x="13" y="8" font-size="9" text-anchor="middle" fill="#1B2733">北</text></svg>';
}

/** The legend; its rows come from the server, ready and escaped. */
export function addLegend(L, map) {
  const node = control(L, map, "bottomleft", "map-legend");
  node.innerHTML = '<details open><summary>图例</summary><div class="legend-rows"></div></details>';
  const [details, rows] = [node.firstChild, node.querySelector(".legend-rows")];
  let shown = "";
  details.open = map.getSize().y >= ROOM_FOR_LEGEND;
  details.addEventListener("toggle", () => map.fire("legend"));
  return {
    show: (html) => {
      if (html !== shown) rows.innerHTML = html;
      shown = html;
    },
    detailed: (detail) => {
      node.dataset.detail = detail;
    },
    width: () => (details.open ? node.getBoundingClientRect().width : 0),
  };
}

/** Scale bar in metres and kilometres, true at the middle of the map. */
export function addScale(L, map) {
  const node = control(L, map, "bottomleft", "map-scale");
  const update = () => {
    const { x, y } = map.getSize();
    const metres = map.distance(map.containerPointToLatLng([x / 2 - 50, y / 2]), map.containerPointToLatLng([x / 2 + 50, y / 2]));
    const length = roundLength(metres);
    node.textContent = sayLength(length);
    node.style.width = `${(100 * length) / metres}px`;
  };
  map.on("move zoomend resize", update);
  update();
}

/** Foot of every map: what it is based on, and credits. */
export function addFoot(L, map, foot) {
  control(L, map, "bottomright", "map-foot").textContent = foot;
}

/** Coordinates under the pointer, in degrees and in metres of EPSG:4549. */
export function addCoordinates(L, map, { proj4Url, metric }) {
  const node = control(L, map, "bottomright", "map-coordinates");
  let convert = null;
  let asked = null;
  map.on("mousemove", ({ latlng: { lng, lat } }) => {
    asked ??= insist(() => loadScript(proj4Url), { failed: () => {} }).then(() => {
      convert = window.proj4("EPSG:4326", metric).forward;
    }); // degrees stand there meanwhile
    const plain = `CGCS2000　东经 ${lng.toFixed(5)}°　北纬 ${lat.toFixed(5)}°`;
    const [east, north] = convert ? convert([lng, lat]) : [];
    node.textContent = convert ? `${plain}　｜　EPSG:4549　东 ${east.toFixed(0)}　北 ${north.toFixed(0)} 米` : plain;
  });
  node.textContent = "移动指针可读取坐标";
}

/** Load a classic script once it is needed, with its stylesheet where it has one. */
export function loadScript(src, css) {
  return new Promise((resolve, reject) => {
    const node = document.createElement("script");
    node.src = src;
    node.onload = () => {
      if (css) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: css }));
      resolve();
    };
    node.onerror = () => {
      node.remove();
      reject(new Unanswered());
    };
    document.head.append(node);
  });
}
