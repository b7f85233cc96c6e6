"""Ways into the parks: footpaths from the streets across the outline, and the rows of streets and entrances."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.sample.cuts import Numbers, Shapes
from geodata.sample.ground import Ground
from geodata.sample.rows import rows
from geodata.sample.streets import ARTERIAL, COLLECTOR, FOOTPATH, GRID, HALF_WIDTH, LOCAL, Streets, connected, noded

_FRONT = 40.0
"""A park lies at a street (m) if nothing but its reserve and roadside green is between."""

_REACH = 350.0
_INSIDE = 5.0
"""A path leads so far (m) into the park: it crosses the outline, whatever is rounded."""

_MOST = 6
_PER = 15_000.0
"""An entrance more for so many m2."""

_CLASSES = {ARTERIAL: "arterial", COLLECTOR: "collector", LOCAL: "branch", FOOTPATH: "footway"}
_PATH_WIDTH = 4.0


def open_parks(green: gpd.GeoDataFrame, streets: Streets) -> tuple[Streets, pd.DataFrame]:
    """Join the public parks to the streets.

    Returns
    -------
    Streets
        With footpaths, cut where they begin.
    DataFrame
        Rows of the entrances.
    """
    parks = green[green["public"]]
    park, edge = _fronts(parks.geometry.to_numpy(), streets.lines)
    paths, doors = _paths(parks.geometry.to_numpy()[park], streets.lines[edge])
    sound = shapely.length(paths) > 0
    lines, rank = noded(
        np.concatenate([streets.lines, paths[sound]]),
        np.concatenate([streets.rank, np.full(int(sound.sum()), FOOTPATH)]),
    )
    lines, rank = connected(lines, rank)
    ids = parks["id"].to_numpy(object)[park[sound]]
    return Streets(lines, rank, streets.neighbourhoods, streets.quiet), rows("entrances", {"green_id": ids}, doors[sound])


def _fronts(parks: Shapes, lines: Shapes) -> tuple[Numbers, Numbers]:
    """Choose the streets each park opens to: some of those along it, else the nearest within reach."""
    tree = shapely.STRtree(lines)
    park, edge = tree.query(parks, predicate="dwithin", distance=_FRONT)
    table = pd.DataFrame({"park": park, "edge": edge, "length": shapely.length(lines)[edge]})
    order = table.sort_values(["park", "length", "edge"], ascending=[True, False, True])
    wanted = np.minimum(1 + shapely.area(parks) // _PER, _MOST)
    along = order[order.groupby("park").cumcount() < wanted[order["park"]]]
    lone = np.setdiff1d(np.arange(len(parks)), park)
    far, nearest = tree.query_nearest(parks[lone], max_distance=_REACH, all_matches=False)
    return np.concatenate([along["park"], lone[far]]), np.concatenate([along["edge"], nearest])


def _paths(parks: Shapes, streets: Shapes) -> tuple[Shapes, Shapes]:
    """Draw a path from each street into each park and the door where it crosses the outline; empty where it cannot."""
    middle = shapely.line_interpolate_point(streets, 0.5, normalized=True)
    front = shapely.shortest_line(streets, parks)
    centred = shapely.shortest_line(middle, parks)
    use = shapely.length(centred) <= _FRONT
    line = np.where(use, centred, front)
    ends = shapely.get_coordinates(line).reshape(-1, 2, 2)
    step = ends[:, 1] - ends[:, 0]
    inside = ends[:, 1] + step / np.maximum(np.hypot(*step.T), GRID)[:, None] * _INSIDE
    lines = shapely.linestrings(np.round(np.stack([ends[:, 0], ends[:, 1], inside], 1) / GRID) * GRID)
    sound = shapely.covers(parks, shapely.points(inside)) & (np.hypot(*step.T) > GRID)
    lines[~sound] = shapely.LineString()
    return lines, shapely.points(np.round(ends[:, 1] / GRID) * GRID)


def streets_table(streets: Streets, ground: Ground, tunnels: BaseGeometry) -> pd.DataFrame:
    """Rows of the streets; what runs in tunnels is not for walking and joins nothing."""
    inside = shapely.intersects(ground.built, shapely.line_interpolate_point(streets.lines, 0.5, normalized=True))
    kinds = np.array([_CLASSES[rank] for rank in streets.rank], object)
    kinds[~inside & (streets.rank == ARTERIAL)] = "highway"
    widths = np.array([2 * HALF_WIDTH.get(rank, _PATH_WIDTH / 2) for rank in streets.rank])
    under = shapely.get_parts(tunnels.intersection(ground.zone))
    under = under[shapely.get_dimensions(under) == 1]
    columns = {
        "street_class": np.append(kinds, ["expressway"] * len(under)),
        "walkable": np.append(np.full(len(kinds), fill_value=True), np.full(len(under), fill_value=False)),
        "width_m": np.append(widths, np.full(len(under), 2 * HALF_WIDTH[COLLECTOR])),
    }
    return rows("streets", columns, np.concatenate([streets.lines, under]))
