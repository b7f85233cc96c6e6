"""Where the demonstration town lies: along the corridor, round the plan's units, on land, off the hills."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import DatasetError
from geodata.land import Land
from geodata.sample.chance import Floats, chance, waves
from geodata.sample.cuts import polygons, surface

_BUILT = 0.29
"""Share of the zone that is town; publicly known: 64 % forest, and there are fields and water."""

_CELL = 100.0
_SMOOTH = 90.0
_SMALLEST = 200_000.0
"""A smaller piece of town (m2) is a farm, a smaller hole in it a park."""

_WIDEST = 13e6
"""Units above this (m2) say where a town may grow, not where it stands."""

_SMALL = 4e6
"""Units below this (m2) are built over as a whole."""

_SHORE = 160.0
"""The town comes down to the water where it comes this near (m)."""

_EDGE = 2.0
"""Everything stays this far (m) within the zone's outline, so that rounding never leads outside."""


@dataclass(frozen=True)
class Ground:
    """What the demonstration is laid out on, in EPSG:4549.

    Attributes
    ----------
    zone : BaseGeometry
        The zone's land.
    built : BaseGeometry
        The town's ground.
    coast : BaseGeometry
        The zone's shore, empty where it has none.
    axis : BaseGeometry
        The corridor's lines.
    units : GeoDataFrame
        The plan's units that have an outline.
    campuses : BaseGeometry
        Where universities are known to be.
    named : BaseGeometry
        Sites of the plan's projects and works: nothing is put there, as somebody's own land may be meant.
    known : BaseGeometry
        These, stations and places: no enterprise of the demonstration stands near one.
    """

    zone: BaseGeometry
    built: BaseGeometry
    coast: BaseGeometry
    axis: BaseGeometry
    units: gpd.GeoDataFrame
    campuses: BaseGeometry
    named: BaseGeometry
    known: BaseGeometry


def survey(land: Land, seed: int) -> Ground:
    """Find the town's ground in a plan.

    Raises
    ------
    DatasetError
        The plan has no outline of the zone.
    """
    items = land.placed
    whole = items.geometry[items["role"] == "zone"]
    if whole.empty:
        where, remedy = "演示数据", "请检查 zones.geojson 中 role 为 zone 的事项"
        raise DatasetError(where, "规划数据中没有全区的范围，无从布置", remedy)
    firm = land.base["land"].union_all()
    zone = surface(whole.union_all().buffer(-_EDGE).intersection(firm.buffer(-_EDGE)))
    coast = firm.boundary.intersection(whole.union_all().buffer(_EDGE))
    axis = items.geometry[items["role"] == "corridor"].union_all()
    units = items[
        items["kind"].isin(["zone", "subzone", "area"]) & (items.geometry.area > 0) & (items["role"] != "zone")
    ]
    axis = axis if not axis.is_empty else zone.representative_point()
    places = land.base["places"]
    campuses = places.geometry[places["name"].str.contains("大学")].union_all()
    named = items.geometry[items["kind"].isin(["project", "infrastructure"]) & (items.geometry.geom_type == "Point")]
    known = [*named, *places.geometry, *land.base["stations"].geometry]
    built = _outline(land, (zone, coast, axis), units, seed)
    return Ground(zone, built, coast, axis, units, campuses, named.union_all(), shapely.union_all(known))


def _outline(
    land: Land, shapes: tuple[BaseGeometry, BaseGeometry, BaseGeometry], units: gpd.GeoDataFrame, seed: int
) -> BaseGeometry:
    """Take the cells that suit a town best until its share of the zone is reached, and smooth their outline."""
    zone, coast, _ = shapes
    cells = _cells(zone)
    order = np.argsort(-_suits(land, cells, shapes, units, seed), kind="stable")
    best = cells[order[: int(zone.area * _BUILT / _CELL**2)]]
    town = shapely.coverage_union_all(shapely.box(*(best - _CELL / 2).T, *(best + _CELL / 2).T))
    town = town.buffer(_SMOOTH).buffer(-2 * _SMOOTH).buffer(_SMOOTH)
    town = town.union(town.buffer(_SHORE).intersection(coast.buffer(_SHORE))).intersection(zone)
    return surface(_filled(town.simplify(_CELL / 10)).intersection(zone))


def _cells(zone: BaseGeometry) -> Floats:
    """Centres of the cells in the largest piece of the zone; islands stay as they are."""
    main = max(shapely.get_parts(zone), key=lambda part: part.area)
    west, south, east, north = np.round(main.bounds)  # whole metres: cells then meet exactly
    x, y = np.meshgrid(np.arange(west, east, _CELL), np.arange(south, north, _CELL))
    shapely.prepare(main)
    inside = shapely.contains_xy(main, x, y)
    return np.column_stack([x[inside], y[inside]])


def _suits(
    land: Land,
    cells: Floats,
    shapes: tuple[BaseGeometry, BaseGeometry, BaseGeometry],
    units: gpd.GeoDataFrame,
    seed: int,
) -> Floats:
    """Say how well each cell suits a town: near the corridor and the units, towards the sea, off hills and tunnels."""
    _, coast, axis = shapes
    points = shapely.points(cells)
    close = units[(units.geometry.area < _WIDEST) & ~units["role"].isin(["ecology", "expansion", "reclaimed"])]
    tunnels = land.placed.geometry[land.placed["name"].str.contains("隧道")]
    return (
        1.1 * _near(points, axis, 900.0)
        + 0.5 * _near(points, close.geometry.union_all(), 350.0)
        + 0.6 * _near(points, close.geometry[close.geometry.area < _SMALL].buffer(-_CELL).union_all(), 250.0)
        + 0.35 * _near(points, coast, 700.0)
        - 2.5 * _near(points, tunnels.union_all(), 900.0)
        - 9.0 * _near(points, units.geometry[units["role"] == "ecology"].union_all(), 1.0)
        + 0.28 * waves(cells, 2200.0, chance(seed, "outline"))
    )


def _near(points: np.ndarray, shape: BaseGeometry, reach: float) -> Floats:
    """1 at the shape, falling off with the distance; 0 where there is no shape."""
    away = shapely.distance(points, shape.simplify(_CELL / 4)) / reach
    return np.asarray(np.nan_to_num(np.exp(-(away**2)), nan=0.0))


def _filled(town: BaseGeometry) -> BaseGeometry:
    """Drop small pieces and small holes."""
    parts, _ = polygons(np.array([town]))
    large = parts[shapely.area(parts) >= _SMALLEST]
    return shapely.union_all([_without_small_holes(part) for part in large])


def _without_small_holes(part: shapely.Polygon) -> shapely.Polygon:
    holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= _SMALLEST]
    return shapely.Polygon(part.exterior, holes)
