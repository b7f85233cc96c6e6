"""Ways into the parks: footpaths from the streets across the outline, and the rows of streets and entrances."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.sample.chance import Floats
from geodata.sample.cuts import Numbers, Shapes
from geodata.sample.ground import Ground
from geodata.sample.rows import rows
from geodata.sample.streets import (
    ARTERIAL,
    COLLECTOR,
    FOOTPATH,
    GRID,
    HALF_WIDTH,
    LOCAL,
    Streets,
    connected,
    noded,
    without_stubs,
)

_FRONT = 40.0
"""A park lies at a street (m) if nothing but its reserve and roadside green is between."""

_REACH = 350.0
_INSIDE = 5.0
"""A path leads so far (m) into the park: it crosses the outline, whatever is rounded."""

_WELL_INSIDE = 0.3
_BEHIND = 0.05
"""A path begins so far (m) behind the middle of the street: they cross for certain, and the stub is cut off."""

_MOST = 6
_PER = 15_000.0
"""An entrance more for so many m2."""

_OF_THE_TOWN = ("G1", "G3")
_CLASSES = {ARTERIAL: "arterial", COLLECTOR: "collector", LOCAL: "branch", FOOTPATH: "footway"}
_PATH_WIDTH = 4.0


def open_parks(green: gpd.GeoDataFrame, streets: Streets, ground: Ground) -> tuple[Streets, pd.DataFrame]:
    """Join the public parks to the streets.

    Returns
    -------
    Streets
        With footpaths, cut where they begin.
    DataFrame
        Rows of the entrances.
    """
    parks = green[green["public"]]
    shapes = parks.geometry.to_numpy()
    park, edge = _fronts(shapes, streets.lines)
    paths, doors = _paths(shapes[park], streets.lines[edge])
    sound = (shapely.length(paths) > 0) & shapely.covered_by(paths, ground.zone)
    rank = np.concatenate([streets.rank, np.full(int(sound.sum()), FOOTPATH)])
    joined = noded(np.concatenate([streets.lines, paths[sound]]), rank)
    lines, rank = connected(*without_stubs(*joined, 2 * _BEHIND))
    ids = parks["id"].to_numpy(object)[park[sound]]
    return replace(streets, lines=lines, rank=rank), rows("entrances", {"green_id": ids}, doors[sound])


def closed(green: gpd.GeoDataFrame, doors: pd.DataFrame) -> gpd.GeoDataFrame:
    """Say that parks of the town nobody can get into, on moles and rocks, are not public."""
    shut = green["green_class"].str.startswith(_OF_THE_TOWN) & ~green["id"].isin(doors["green_id"])
    return green.assign(public=green["public"] & ~shut)


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
    centred = shapely.shortest_line(shapely.line_interpolate_point(streets, 0.5, normalized=True), parks)
    line = np.where(shapely.length(centred) <= _FRONT, centred, shapely.shortest_line(streets, parks))
    start, door = np.moveaxis(shapely.get_coordinates(line).reshape(-1, 2, 2), 1, 0)
    across = _unit(door - start)
    inwards = _unit(shapely.get_coordinates(shapely.point_on_surface(parks)) - door)
    end, edge = np.full_like(door, np.nan), shapely.boundary(parks)
    for direction, step in ((across, _INSIDE), (inwards, _INSIDE), (across, 1.0), (inwards, 1.0)):
        at = shapely.points(door + direction * step)
        good = np.isnan(end[:, 0]) & shapely.covers(parks, at) & (shapely.distance(edge, at) > _WELL_INSIDE)
        end[good] = (door + direction * step)[good]
    found = ~np.isnan(end[:, 0])
    lines = np.full(len(parks), shapely.LineString(), object)
    lines[found] = shapely.linestrings(np.stack([start - across * _BEHIND, door, end], axis=1)[found])
    return lines, np.asarray(shapely.points(np.round(door / GRID) * GRID))


def _unit(step: Floats) -> Floats:
    return np.asarray(step / np.maximum(np.hypot(*step.T), GRID)[:, None])


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
