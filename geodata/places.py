"""Where something is wrong: a table of places that a map can light up and a list can name."""

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import crs
from geodata.areal import Positions, ellipsoidal
from geodata.shapes import Shapes

Rows = Sequence[tuple[Any, ...]]
"""Per place the labels of the rows concerned, in the index of the table that was looked at."""


def places(rows: Rows, shapes: Shapes | Sequence[Any], *, notes: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Make a table of places.

    Returns
    -------
    GeoDataFrame
        rows (tuple of labels), area_m2 (on the ellipsoid; NaN where the place is no area), note (what else is to be
        said of the place, in Chinese, or ""), geometry (EPSG:4549).

    Examples
    --------
    >>> from shapely import box
    >>> found = places([("A1", "A2")], [box(630000, 4304000, 630100, 4304100)])
    >>> found["rows"].tolist(), found["area_m2"].round(1).tolist()
    ([('A1', 'A2')], [9995.8])
    """
    drawn = gpd.GeoSeries(np.asarray(shapes, object), crs=crs.METRIC)
    areas = pd.Series(ellipsoidal(drawn.to_numpy()), index=drawn.index)
    told = pd.Series(list(rows), index=drawn.index, dtype=object)
    said = pd.Series("" if notes is None else list(notes), index=drawn.index, dtype=object)
    return gpd.GeoDataFrame({"rows": told, "area_m2": areas, "note": said}, geometry=drawn)


def none() -> gpd.GeoDataFrame:
    """Make a table without places."""
    return places([], [])


def concerned(found: gpd.GeoDataFrame) -> list[Any]:
    """Labels of all rows that places concern, each once, in their order.

    Examples
    --------
    >>> from shapely import Point
    >>> concerned(places([(1, 2), (2, 5)], [Point(0, 0), Point(1, 1)]))
    [1, 2, 5]
    """
    return list(dict.fromkeys(label for rows in found["rows"] for label in rows))


def gathered(labels: Iterable[Any], place: Positions, *, count: int) -> list[tuple[Any, ...]]:
    """Labels by the number of the place they belong to, in their order.

    Examples
    --------
    >>> gathered("ABC", np.array([1, 0, 1]), count=3)
    [('B',), ('A', 'C'), ()]
    """
    rows: list[list[Any]] = [[] for _ in range(count)]
    for label, number in zip(labels, place.tolist(), strict=True):
        rows[number].append(label)
    return [tuple(row) for row in rows]


def joined(tables: Iterable[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put tables of places under each other."""
    given = [table for table in tables if len(table)]
    return gpd.GeoDataFrame(pd.concat(given, ignore_index=True), crs=crs.METRIC) if given else none()
