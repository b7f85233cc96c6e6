"""Present and planned land use laid over each other, where no plots know both."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.areal import areas_of
from geodata.measures.landuse import BY
from geodata.measures.pieces import Numbers, Pieces, cut
from geodata.shapes import Shapes, sound

_NOTHING_M2 = 0.01
"""Smaller pieces are where borders that mean the same differ by the last digit."""
_NOWHERE = -1


def overlaid(present: gpd.GeoDataFrame, planned: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Land by its present and its planned class.

    Parameters
    ----------
    present, planned : GeoDataFrame
        Polygons in metres with `code`, of the guide of 2023; where one overlaps itself, that land counts as often.

    Returns
    -------
    GeoDataFrame
        As the plots that `geodata.measures.landuse.changes` reads: `landuse`, `landuse_planned`, `id`, `name`; a piece
        of which only one layer tells has no class of the other.
    """
    layers = (present, planned)
    old, new = (sound(rows.geometry.to_numpy()) for rows in layers)
    shared = cut(old, new)
    left, left_at = _left(old, new, shared, shared.row)
    more, more_at = _left(new, old, shared, shared.unit)
    shapes = np.concatenate([shared.shape, left, more])
    places = (
        np.concatenate([shared.row, left_at, np.full(len(more), _NOWHERE)]),
        np.concatenate([shared.unit, np.full(len(left), _NOWHERE), more_at]),
    )
    kept = shapely.area(shapes) >= _NOTHING_M2  # what is missing has no area
    ids = pd.Index(np.arange(kept.sum()).astype(str))
    codes: dict[str, Any] = {
        by: rows["code"].astype("string").reset_index(drop=True).reindex(at[kept]).to_numpy(object, na_value=None)
        for by, rows, at in zip(BY, layers, places, strict=True)
    }
    return gpd.GeoDataFrame({"id": ids, "name": "", **codes}, index=ids, geometry=shapes[kept], crs=present.crs)


def _left(shapes: Shapes, others: Shapes, shared: Pieces, whose: Numbers) -> tuple[Shapes, Numbers]:
    """What of shapes no other covers, and the positions of the shapes it is of."""
    met = np.bincount(whose, shapely.area(shared.shapes)[shared.at], len(shapes))
    at = np.flatnonzero(np.abs(shapely.area(shapes) - met) >= _NOTHING_M2)
    tree = shapely.STRtree(others)
    left = [shapely.difference(shapes[one], shapely.union_all(others[tree.query(shapes[one])])) for one in at]
    return areas_of(np.array(left, dtype=object)), at
