"""Official outlines in the form of their contract, for the tests."""

from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.schema import conform

Row = tuple[str, str, BaseGeometry]
"""Name, class and shape in degrees."""


def box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Give a rectangle in degrees."""
    return shapely.box(west, south, east, north)


CORE = ("名称Z003", "layout_unit", box(121.42, 38.86, 121.44, 38.872))
"""The core of the small plan without its northern part: P001 lies outside it, P002 inside."""

STREET = ("凌水街道", "subdistrict", box(121.50, 38.80, 121.60, 38.92))
NEAR = ("名称S003片区", "layout_unit", box(121.42, 38.86, 121.45, 38.87))
"""Nearly the name of a part of the core; a third of it lies outside the core."""


def boundaries(*rows: Row, synthetic: bool = False, **columns: Any) -> gpd.GeoDataFrame:
    """Make outlines B1, B2, ... of rows (CORE, STREET and NEAR unless told), with further columns."""
    rows = rows or (CORE, STREET, NEAR)
    names, classes, shapes = zip(*rows, strict=True)
    told: dict[str, Any] = {
        "id": [f"B{number}" for number in range(1, len(rows) + 1)],
        "name": names,
        "boundary_class": classes,
    }
    told |= {"basis": "权威成果", "accuracy_m": 1.0, "document": "大政〔2025〕1号", **columns}
    table = gpd.GeoDataFrame(told, geometry=list(shapes), crs=crs.FILE).to_crs(crs.METRIC)
    return conform(table.assign(synthetic=synthetic), "boundaries")
