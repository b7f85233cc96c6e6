"""Ground that no row covers although rows lie around it, or close on both sides."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.areal import Flags, areas_of, is_area, is_finite, mended
from geodata.places import gathered, places
from geodata.shapes import Shapes
from geodata.topology import TOLERANCES, Tolerances, matters, width

SLIM = 20.0
"""An open gap is told if it is so many times longer than wide: a mere corner between two streets is not."""

_MITRE = {"join_style": "mitre", "mitre_limit": 5.0}
"""Corners stay corners when an outline is moved out and in again."""


def gaps(
    table: gpd.GeoDataFrame, *, largest: float, tolerances: Tolerances = TOLERANCES, slim: float = SLIM
) -> gpd.GeoDataFrame:
    """Find holes that the rows enclose, and narrow cracks between two rows that open to the outside.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549; what is no area is left out, broken areas are mended for the purpose.
    largest : float
        m2; a larger hole is land that is not in the table.
    tolerances : Tolerances
        `crack_m` is the width up to which a crack is told.
    slim : float
        How many times longer than wide a crack is at least.

    Returns
    -------
    GeoDataFrame
        `geodata.places.places`: rows = those around, geometry = the ground that nobody covers.

    Examples
    --------
    >>> from shapely import box
    >>> ring = box(0, 0, 30, 30) - box(10, 10, 20, 20)
    >>> table = gpd.GeoDataFrame(index=["A", "B"], geometry=[ring, box(10, 10, 20, 19)])
    >>> found = gaps(table, largest=100)
    >>> found["rows"].tolist(), found.geometry.area.tolist()
    ([('A', 'B')], [10.0])
    """
    given = table.geometry.to_numpy()
    shapes = mended(given)
    there = ~shapely.is_missing(shapes)
    ground = united(shapes[there])
    holes = enclosed(ground)
    holes = holes[matters(holes, tolerances) & (shapely.area(holes) <= largest)]
    cracks = _cracks(united(np.array([*shapely.get_parts(ground), *holes], object)), tolerances, slim)
    lost = given[~there & is_area(given) & is_finite(given)]
    return _around(table.index[there], shapes[there], (holes, cracks), lost)


def united(shapes: Shapes) -> Any:
    """Union of sound areas; what lies apart is never compared with each other.

    Examples
    --------
    >>> united(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])).area
    2.0
    """
    return shapely.disjoint_subset_union_all(shapes)


def enclosed(ground: Any) -> Shapes:
    """Holes of an area, without the islands in them."""
    parts = shapely.get_parts(ground)
    owner = np.repeat(np.arange(len(parts)), shapely.get_num_interior_rings(parts))
    number = np.arange(len(owner)) - np.searchsorted(owner, owner)
    holes = shapely.polygons(shapely.get_interior_ring(parts[owner], number))
    hole, island = shapely.STRtree(parts).query(holes, predicate="contains")
    for place, rows in pd.Series(island).groupby(hole):
        islands = shapely.polygons(shapely.get_exterior_ring(parts[rows.to_numpy()]))  # their own holes come apart
        holes[place] = shapely.difference(holes[place], shapely.union_all(islands))
    whole = shapely.get_parts(areas_of(np.asarray(holes, object)))
    return np.asarray(whole, object)


def _cracks(ground: Any, tolerances: Tolerances, slim: float) -> Shapes:
    """What is filled when the outline is moved out by half a crack's width, and in again."""
    half = tolerances.crack_m / 2
    parts = shapely.get_parts(ground)
    outside = shapely.get_parts(united(shapely.buffer(parts, half, **_MITRE)))
    owner, within = shapely.STRtree(parts).query(outside, predicate="contains")
    covered = shapely.multipolygons(parts[within], indices=owner, out=np.full(len(outside), None, object))
    filled = shapely.difference(shapely.buffer(outside, -half, **_MITRE), covered)
    found = shapely.get_parts(areas_of(filled))
    found = found[matters(found, tolerances)]
    return np.asarray(found[shapely.length(found) / 2 >= slim * width(found)], object)


def _around(index: pd.Index, shapes: Shapes, found: tuple[Shapes, Shapes], lost: Shapes) -> gpd.GeoDataFrame:
    """Say who lies around each gap; a crack has two sides, and where a shape is lost nobody knows."""
    gap = np.concatenate(found)
    place, row = shapely.STRtree(shapes).query(gap, predicate="dwithin", distance=TOLERANCES.thick_m)
    row, place = row[order := np.argsort(row, kind="stable")], place[order]
    rows = gathered(index[row], place, count=len(gap))
    sides = np.repeat([1, 2], [len(one) for one in found])
    real = (np.array([len(row) for row in rows], int) >= sides) & ~_near(gap, lost)
    return places([rows[place] for place in np.flatnonzero(real)], gap[real])


def _near(gap: Shapes, lost: Shapes) -> Flags:
    near = np.zeros(len(gap), bool)
    near[shapely.STRtree(shapely.envelope(lost)).query(gap, predicate="intersects")[0]] = True
    return near
