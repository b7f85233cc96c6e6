"""Cutting a table to the 管辖范围, with a list of all that was cut off."""

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.outside import division, extent, measured
from geodata.places import places
from geodata.topology import TOLERANCES, Tolerances

HOW = {"cut": "裁去一部分", "gone": "整个裁去"}
"""What happened to a row."""

UNITS = ("个", "m", "m2")
"""Unit of the sizes by dimension: points, lines, areas."""


_STATED = "area_stated_m2"


class Clipped(NamedTuple):
    """A table that was cut.

    Attributes
    ----------
    table : GeoDataFrame
        The rows that are left, on their index; all columns as they were, but for the stated area of a row that was
        cut: it was that of the whole.
    cuts : GeoDataFrame
        Every row that lost something (`geodata.places.places`: geometry = what was cut off) with id, name, how (key of
        HOW), before, after, lost (on the ellipsoid for areas) and unit.
    """

    table: gpd.GeoDataFrame
    cuts: gpd.GeoDataFrame


def clip(table: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame, *, tolerances: Tolerances = TOLERANCES) -> Clipped:
    """Cut a table to the 管辖范围.

    A row that sticks out by no more than rounding stays as it was drawn; a row without a usable shape stays, too:
    it is a matter for the checks.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549, any unique index.
    boundary : GeoDataFrame
        Areas in EPSG:4549; a table of the kind boundaries may hold others beside the 管辖范围.

    Raises
    ------
    DatasetError
        The boundary is not in EPSG:4549 or holds no area.

    Examples
    --------
    >>> from shapely import box
    >>> from geodata import crs
    >>> here = box(630000, 4304000, 630100, 4304100)
    >>> table = gpd.GeoDataFrame({"id": ["A", "B"]}, geometry=[here, here.buffer(-20)], crs=crs.METRIC)
    >>> left, cuts = clip(table, gpd.GeoDataFrame(geometry=[here.buffer(-10)], crs=crs.METRIC))
    >>> left.geometry.area.tolist(), cuts[["id", "how"]].values.tolist(), cuts["lost"].round().tolist()
    ([6400.0, 3600.0], [['A', 'cut']], [3599.0])
    """
    shapes = np.asarray(table.geometry.to_numpy(), object)
    inside, beyond = division(shapes, extent(boundary), tolerances=tolerances)
    lost = ~shapely.is_missing(beyond)
    gone = lost & shapely.is_missing(inside)
    kept = np.where(lost & ~gone, inside, shapes)
    series = gpd.GeoSeries(kept, index=table.index, crs=table.crs)
    left = table.set_geometry(series)
    if _STATED in left:
        left = left.assign(**{_STATED: left[_STATED].mask(lost)})
    return Clipped(left[~gone], _cuts(table[lost], beyond[lost], kept[lost], gone[lost]))


def _cuts(rows: gpd.GeoDataFrame, beyond: Any, kept: Any, gone: Any) -> gpd.GeoDataFrame:
    before = measured(rows.geometry.to_numpy())
    after = np.where(gone, 0.0, measured(kept))
    table = places([(label,) for label in rows.index], beyond)
    dimension = shapely.get_dimensions(beyond)
    return table.assign(
        id=_told(rows, "id"),
        name=_told(rows, "name"),
        how=np.where(gone, "gone", "cut"),
        before=before,
        after=after,
        lost=before - after,
        unit=np.array(UNITS, object)[dimension],
    )


def _told(rows: pd.DataFrame, column: str) -> Any:
    if column in rows.columns:
        return rows[column].astype("string").fillna("").to_numpy(object)
    return rows.index.astype(str).to_numpy(object) if column == "id" else np.full(len(rows), "", object)
