// Parks of a proposal: not there yet, so their edge is dashed; each with its name.

const PARK = { pane: "selection", interactive: false, color: "#1B5E20", weight: 2.5, dashArray: "6 4", fillColor: "#43A047", fillOpacity: 0.65 };

/** Draw parks given as GeoJSON into a group. */
export function showParks(L, group, parks) {
  L.geoJSON(parks, {
    ...PARK,
    style: PARK,
    onEachFeature: ({ properties }, layer) => layer.bindTooltip(nameOf(properties), { permanent: true, pane: "tips", className: "map-tip park", direction: "top" }),
  }).addTo(group);
}

function nameOf({ name }) {
  return Object.assign(document.createElement("span"), { textContent: name });
}
