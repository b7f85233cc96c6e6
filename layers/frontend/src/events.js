// What the user does on the map goes to the server as one event; the view goes into the page's link.

const started = Date.now();
let count = 0;

/** Send one event; n counts up, so that the same click twice is two events. Gives the name by which an answer knows it. */
export function send(kind, map, { latlng, ...more }) {
  count += 1;
  window.Streamlit.setComponentValue({ n: count, started, kind, lng: latlng.lng, lat: latlng.lat, zoom: map.getZoom(), ...more });
  return `${started}:${count}`;
}

/** The link's query with the view in it; everything else stays. */
export function withView(search, { lng, lat }, zoom) {
  const query = new URLSearchParams(search);
  query.set("at", `${lng.toFixed(5)},${lat.toFixed(5)},${zoom.toFixed(2)}`);
  return `?${query.toString().replaceAll("%2C", ",")}`;
}

/** The link's query without the view. */
export function withoutView(search) {
  const query = new URLSearchParams(search);
  query.delete("at");
  const rest = query.toString().replaceAll("%2C", ",");
  return rest && `?${rest}`;
}

/** Write the view into the page's link without a reload. */
export function writeView(map) {
  replace((search) => withView(search, map.getCenter(), map.getZoom()));
}

/** Take the view out of the page's link: the whole zone needs none. */
export function dropView() {
  replace(withoutView);
}

function replace(change) {
  const { history, location } = window.parent;
  history.replaceState(history.state, "", location.pathname + change(location.search));
}

/** Keys pressed in the map's frame reach the page as if pressed there. */
export function forwardKeys() {
  document.addEventListener("keydown", (event) => {
    const { key, code, shiftKey, ctrlKey, altKey, metaKey } = event;
    const copy = new KeyboardEvent("keydown", { key, code, shiftKey, ctrlKey, altKey, metaKey, bubbles: true });
    window.parent.document.dispatchEvent(copy);
  });
}
