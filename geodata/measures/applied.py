"""Land with parks on it that are not there: new tables, the ones given stay as they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.areal import areas_of
from geodata.measures.inputs import Inputs
from geodata.parks import Park
from geodata.shapes import Shapes

Flags = npt.NDArray[np.bool_]

PARK_LAND = "1401"
"""公园绿地 in the guide of 2023."""
GONE = ("buildings", "population")
"""What stands on land that becomes a park is there no more."""
_CUT_M2 = 1e-6


def applied(inputs: Inputs, parks: Sequence[Park]) -> dict[str, gpd.GeoDataFrame]:
    """Make a change to the land: new tables, the ones given stay as they are.

    Parameters
    ----------
    inputs : mapping of str to GeoDataFrame
        As for `evaluate`.
    parks : sequence of Park
        Each is green of its class; one that takes the place of land also changes that land's class, and what stands
        on it (houses, people) is there no more.
    """
    changed = dict(inputs)
    taken = np.array([park.shape for park in parks if park.row], dtype=object)
    if "green" in inputs:
        told: dict[str, Sequence[Any]] = {
            "green_class": [park.green_class for park in parks],
            "public": [park.public for park in parks],
        }
        changed["green"] = _with_rows(inputs["green"], parks, told)
    if "landuse" in inputs and len(taken):
        turned = [park for park in parks if park.row]
        changed["landuse"] = _with_rows(_without(inputs["landuse"], taken), turned, {"code": [PARK_LAND] * len(turned)})
    for kind in GONE:
        if kind in inputs and len(taken):
            changed[kind] = _cleared(inputs[kind], taken)
    return changed


def near_rows(table: gpd.GeoDataFrame, shapes: Shapes, distance: float | npt.NDArray[np.float64]) -> Flags:
    """Which rows lie within a distance of any shape, one for all or one for each."""
    near = np.zeros(len(table), bool)
    near[table.sindex.query(shapes, predicate="dwithin", distance=distance)[1]] = True
    return near


def _with_rows(table: gpd.GeoDataFrame, parks: Sequence[Park], told: Mapping[str, Sequence[Any]]) -> gpd.GeoDataFrame:
    """A table with a row more for each park; what nobody knows of it is missing."""
    if not parks:
        return table
    joined = table.reindex(table.index.append(pd.Index([park.id for park in parks])))
    names = {"id": [park.id for park in parks], "name": [park.name for park in parks]}
    for name, values in ({**names, **told}).items():
        if name in table:
            joined[name] = pd.array([*table[name], *values], dtype=table[name].dtype)
    shapes = np.concatenate((table.geometry.to_numpy(), np.array([park.shape for park in parks], dtype=object)))
    return joined.set_geometry(gpd.GeoSeries(shapes, joined.index, crs=table.crs))


def _without(land: gpd.GeoDataFrame, taken: Shapes) -> gpd.GeoDataFrame:
    """Land without what parks take of it."""
    touched = near_rows(land, taken, 0.0)
    shapes = land.geometry.to_numpy().copy()
    left = areas_of(shapely.difference(shapes[touched], shapely.union_all(taken)))
    left[np.nan_to_num(shapely.area(left)) < _CUT_M2] = None
    shapes[touched] = left
    return land.set_geometry(gpd.GeoSeries(shapes, land.index, crs=land.crs))[~shapely.is_missing(shapes)]


def _cleared(table: gpd.GeoDataFrame, taken: Shapes) -> gpd.GeoDataFrame:
    """Rows whose inner point does not lie on land that becomes a park."""
    near = np.flatnonzero(near_rows(table, taken, 0.0))
    inner = shapely.point_on_surface(table.geometry.to_numpy()[near])
    gone = near[shapely.intersects(shapely.union_all(taken), inner)]
    return table.drop(index=table.index[gone])
