// Edges that several areas share are drawn once, by the one on top: dashes over dashes look solid.

const nameOf = (a, b) => [a.join(), b.join()].sort().join(" ");

const segments = (ring) => ring.slice(1).map((point, index) => nameOf(ring[index], point));

const ringsOf = ({ type, coordinates }) => ({ Polygon: coordinates, MultiPolygon: coordinates.flat() })[type] ?? [];

/** For each geometry its rings as [{points, others}], others: who else has a segment; null where nobody has any. */
export function shareEdges(geometries) {
  const owners = new Map();
  const named = geometries.map((geometry) => ringsOf(geometry).map((points) => ({ points, names: segments(points) })));
  named.forEach((rings, number) => {
    for (const name of rings.flatMap(({ names }) => names)) owners.set(name, (owners.get(name) ?? new Set()).add(number));
  });
  return named.map((rings, number) => {
    const found = rings.map(({ points, names }) => ({ points, others: names.map((name) => [...owners.get(name)].filter((other) => other !== number)) }));
    return found.some(({ others }) => others.some(({ length }) => length)) ? found : null;
  });
}

/** Lines of a ring without the segments that another, higher one draws. ranks: how high each lies, null = not seen. */
export function ownLines({ points, others }, ranks, rank) {
  const last = others.length;
  const mine = others.map((each) => each.every((other) => ranks[other] === null || ranks[other] < rank));
  if (mine.every(Boolean)) return [points];
  const first = mine.indexOf(false);
  const lines = [];
  for (let step = 1, before = false; step <= last; step += 1) {
    const place = (first + step) % last;
    if (mine[place] && !before) lines.push([points[place]]);
    if (mine[place]) lines.at(-1).push(points[place + 1]);
    before = mine[place];
  }
  return lines;
}

/** Give areas [{geometry, path, pane, renderer}] that share edges a line of their own, `edge`, in place of their outline. */
export function edgesOf(L, areas) {
  const shared = shareEdges(areas.map(({ geometry }) => geometry));
  const sharers = areas.map((area, number) => ({ area, number })).filter(({ number }) => shared[number]);
  for (const { area } of sharers) {
    area.path.setStyle({ stroke: false });
    area.edge = L.polyline([], { pane: area.pane, renderer: area.renderer, interactive: false });
  }
  let drawn = "";
  return {
    /** Draw the edges of what is seen; looks: {rank, style} for each area, null = not seen. Returns whether it changed. */
    draw: (map, looks) => {
      const ranks = looks.map((look) => look?.rank ?? null);
      const told = ranks.join();
      if (told === drawn) return false;
      drawn = told;
      for (const { area, number } of sharers) show(map, area.edge, looks[number], shared[number].flatMap((ring) => ownLines(ring, ranks, ranks[number])));
      return true;
    },
  };
}

function show(map, edge, look, lines) {
  if (!look) {
    edge.remove();
    return;
  }
  edge.setLatLngs(lines.map((line) => line.map(([lng, lat]) => [lat, lng])));
  edge.setStyle({ ...look.style, fill: false });
  edge.addTo(map);
}
