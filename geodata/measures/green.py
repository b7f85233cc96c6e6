"""Distance to green and the land within it: straight lines, exact, no grids."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import MeasureError
from geodata.measures import validate

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

QUAD_SEGS = 16
"""Segments of a quarter circle of a buffer, as PostGIS and QGIS are told to draw it."""

_PER_CELL = 48
"""Shapes a cell of the land holds on average: smaller cells cost Python, larger ones GEOS."""


def nearest_distance(demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, *, limit: float) -> pd.Series:
    """Distance from each row of demand to the nearest supply, edge to edge.

    Parameters
    ----------
    demand, supply : GeoDataFrame
        EPSG:4549, any geometry.
    limit : float
        Metres; what lies beyond is not looked for.

    Returns
    -------
    Series of float
        Metres on demand's index; 0 where they touch, NaN beyond `limit`.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import Point, box
    >>> houses = gpd.GeoDataFrame(geometry=[box(0, 0, 10, 10), box(900, 0, 910, 10)], index=["a", "b"], crs=crs.METRIC)
    >>> parks = gpd.GeoDataFrame(geometry=[box(40, 0, 50, 10)], index=["p"], crs=crs.METRIC)
    >>> nearest_distance(houses, parks, limit=500).tolist()
    [30.0, nan]
    """
    limit = validate.metres(limit, "距离上限")
    shapes, sources = validate.shapes(demand, "服务对象"), validate.shapes(supply, "公园绿地")
    found = np.full(len(shapes), np.nan)
    if len(sources):
        tree = shapely.STRtree(sources)
        _in_threads(lambda part: _nearest(tree, shapes[part], limit, found[part]), len(shapes))
    return pd.Series(found, index=demand.index, name="distance_m")


def _nearest(tree: shapely.STRtree, shapes: Shapes, limit: float, found: Floats) -> None:
    """Write the distances of a part of the demand into its part of the answer."""
    (rows, _), metres = tree.query_nearest(
        shapes, max_distance=np.nextafter(max(limit, 1e-9), np.inf), return_distance=True, all_matches=False
    )
    found[rows] = np.where(metres <= limit, metres, np.nan)


def within(demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, *, distance: float) -> pd.Series:
    """Whether each row of demand has a supply within a distance, the distance itself included.

    Parameters
    ----------
    demand, supply : GeoDataFrame
        EPSG:4549, any geometry.
    distance : float
        Metres, edge to edge.

    Returns
    -------
    Series of bool
        On demand's index.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import Point
    >>> here = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(0, 1)], crs=crs.METRIC)
    >>> within(here, gpd.GeoDataFrame(geometry=[Point(500, 0)], crs=crs.METRIC), distance=500).tolist()
    [True, False]
    """
    distance = validate.metres(distance, "距离")
    shapes, sources = validate.shapes(demand, "服务对象"), validate.shapes(supply, "公园绿地")
    found = np.zeros(len(shapes), dtype=bool)
    if len(sources):
        tree = shapely.STRtree(sources)
        _in_threads(lambda part: _within(tree, shapes[part], distance, found[part]), len(shapes))
    return pd.Series(found, index=demand.index, name="within")


def _within(tree: shapely.STRtree, shapes: Shapes, distance: float, found: npt.NDArray[np.bool_]) -> None:
    found[tree.query(shapes, predicate="dwithin", distance=distance)[0]] = True


def covered_area(areas: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, *, distance: float | pd.Series) -> pd.Series:
    """Area of each row that lies within a distance of any supply; overlapping sources count once.

    Parameters
    ----------
    areas : GeoDataFrame
        EPSG:4549, polygons.
    supply : GeoDataFrame
        EPSG:4549, any geometry.
    distance : float or Series
        Metres from the supply's edge, one for all or one for each supply (on its index).

    Returns
    -------
    Series of float
        Planar m2 on areas' index; buffers have 16 segments a quarter circle.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.

    Notes
    -----
    The land is cut into cells; in each, the pieces of the buffers are united and cut with the areas. The sum over the
    cells is the area itself, so nothing depends on where the cells lie.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import Point, box
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100)], index=["a"], crs=crs.METRIC)
    >>> park = gpd.GeoDataFrame(geometry=[box(-50, 0, -20, 100)], crs=crs.METRIC)
    >>> covered_area(land, park, distance=50).round(6).tolist()
    [3000.0]
    """
    shapes = validate.shapes(areas, "用地", kinds=validate.POLYGONS)
    sources = validate.shapes(supply, "公园绿地")
    reach = shapely.buffer(sources, _reach(distance, supply), quad_segs=QUAD_SEGS)
    found = np.zeros(len(shapes))
    reach = reach[~shapely.is_empty(reach)]
    if len(reach) and len(shapes):
        pieces = _pieces(shapes, reach)
        np.add.at(found, *pieces)
    return pd.Series(found, index=areas.index, name="area_m2")


def _reach(distance: float | pd.Series, supply: gpd.GeoDataFrame) -> Floats:
    """One distance for each supply."""
    if isinstance(distance, pd.Series):
        if not distance.index.equals(supply.index):
            where = "服务半径"
            raise MeasureError(where, "与公园绿地的编号不一致", "请为每处公园绿地给出一个半径")
        return np.array([validate.metres(value, "服务半径") for value in distance])
    return np.full(len(supply), validate.metres(distance, "服务半径"))


def _pieces(shapes: Shapes, reach: Shapes) -> tuple[npt.NDArray[np.intp], Floats]:
    """Row numbers of areas and covered m2, cell by cell; an area in several cells comes several times."""
    cells = _cells(shapes, len(shapes) + len(reach))
    of_areas, of_reach = _by_cell(shapes, cells), _by_cell(reach, cells)
    both = [number for number in of_areas if number in of_reach]

    def cut(part: slice) -> list[tuple[npt.NDArray[np.intp], Floats]]:
        return [_in_cell(cells[n], (of_areas[n], shapes), reach[of_reach[n]]) for n in both[part]]

    found = [piece for part in _in_threads(cut, len(both)) for piece in part]
    rows = [rows for rows, _ in found]
    return np.concatenate(rows or [np.array([], dtype=np.intp)]), np.concatenate([m2 for _, m2 in found] or [[]])


def _in_cell(
    cell: Floats, areas: tuple[npt.NDArray[np.intp], Shapes], reach: Shapes
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Covered m2 of the areas in one cell."""
    rows, shapes = areas
    inside = shapely.clip_by_rect(shapes[rows], *cell)
    cover = shapely.union_all(shapely.clip_by_rect(reach, *cell))
    shapely.prepare(cover)
    whole = shapely.covers(cover, inside)
    partly = ~whole & shapely.intersects(cover, inside)
    m2 = np.where(whole, shapely.area(inside), 0.0)
    m2[partly] = shapely.area(shapely.intersection(inside[partly], cover))
    return rows, m2


def _cells(shapes: Shapes, count: int) -> Floats:
    """Squares that tile the bounds of the areas: west, south, east, north of each."""
    west, south, east, north = shapely.total_bounds(shapes)
    wanted = max(1, count / _PER_CELL)
    size = max(np.sqrt((east - west) * (north - south) / wanted), 1.0)
    xs = west + size * np.arange(np.ceil((east - west) / size) or 1)
    ys = south + size * np.arange(np.ceil((north - south) / size) or 1)
    x, y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    return np.column_stack((x, y, x + size, y + size))


def _by_cell(shapes: Shapes, cells: Floats) -> dict[int, npt.NDArray[np.intp]]:
    """Which shapes meet which cell; a cell that meets none is left out."""
    rows, numbers = shapely.STRtree(shapely.box(*cells.T)).query(shapes, predicate="intersects")
    order = np.argsort(numbers, kind="stable")
    met, starts = np.unique(numbers[order], return_index=True)
    return dict(zip(met.tolist(), np.split(rows[order], starts)[1:], strict=True))


def _in_threads(work: Callable[[slice], Any], count: int) -> list[Any]:
    """Do a work part by part in threads (GEOS lets go of the interpreter), and return what each part gave."""
    workers = max(1, min(cpu_count() or 1, 8))
    step = max(1, -(-count // (workers * 4)))
    parts = [slice(start, start + step) for start in range(0, count, step)]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, parts))
