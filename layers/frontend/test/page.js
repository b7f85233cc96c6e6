// As much of a page as our modules need in a test.

const node = (tag) => ({
  tag,
  children: [],
  dataset: {},
  hidden: false,
  setAttribute() {},
  removed: false,
  addEventListener() {},
  remove() {
    this.removed = true;
  },
  append(...nodes) {
    this.children.push(...nodes);
  },
  replaceChildren(...nodes) {
    this.children = nodes;
  },
});

/** Put a page there; scripts put into its head fail as often as told, then load. */
export function page(failures = 0) {
  const asked = [];
  const head = {
    append(script) {
      asked.push(script);
      setImmediate(() => (asked.length <= failures ? script.onerror() : script.onload()));
    },
  };
  const document = { head, createElement: node, addEventListener() {} };
  Object.assign(globalThis, { document, window: { parent: { document }, addEventListener() {} } });
  return { asked, node, document };
}

/** Leaflet as far as controls go, and a map that fires what it is told to. */
export function leaflet() {
  const heard = {};
  const map = { heard, on: (kind, act) => Object.assign(heard, { [kind]: act }), getContainer: () => ({ focus() {} }) };
  const made = [];
  const L = {
    control: () => ({ addTo() {} }),
    DomUtil: { create: () => (made.push(node("div")), made.at(-1)) },
    DomEvent: { disableClickPropagation() {}, disableScrollPropagation() {} },
    featureGroup: () => ({ addTo: () => ({ clearLayers() {} }) }),
  };
  return { L, map, made };
}

/** Let what waits happen. */
export const later = () => new Promise((done) => setImmediate(done));
