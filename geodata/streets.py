"""Which subdistrict a ground lies in."""

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

_WHOLLY = 0.9
"""Share of a ground that must lie in one subdistrict for the item to count there."""


def street(ground: BaseGeometry | None, streets: gpd.GeoSeries) -> str | None:
    """Id of the subdistrict that holds a ground (nearly) wholly; None where it has no place or reaches into several.

    Examples
    --------
    >>> from shapely import Point, box
    >>> grounds = gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10)], index=["D001", "D002"])
    >>> street(Point(12, 5), grounds), street(box(5, 0, 15, 10), grounds), street(None, grounds)
    ('D002', None, None)
    """
    held = (str(key) for key, area in streets.items() if ground is not None and _share(ground, area) >= _WHOLLY)
    return next(held, None)


def _share(ground: BaseGeometry, area: BaseGeometry) -> float:
    """Share of an area or a line in a street; for a point 1 or 0."""
    common = ground.intersection(area)
    if ground.area:
        return float(common.area / ground.area)
    return float(common.length / ground.length) if ground.length else float(not common.is_empty)
