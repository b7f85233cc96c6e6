"""Small datasets in the form of their contract, for the tests."""

from typing import Any

import geopandas as gpd
import shapely

from geodata import crs
from geodata.schema import conform

EAST, NORTH = 630_000.0, 4_304_000.0


def square(column: int, row: int = 0, side: float = 100.0) -> shapely.Polygon:
    """Give a square of the grid, its corner `column` and `row` times 100 m off."""
    west, south = EAST + column * 100, NORTH + row * 100
    return shapely.box(west, south, west + side, south + side)


def plots(*shapes: shapely.Geometry, synthetic: bool = False, **columns: Any) -> gpd.GeoDataFrame:
    """Make plots D1, D2, ... of shapes (three squares side by side unless told), with some of their columns."""
    shapes = shapes or (square(0), square(1), square(2))
    ids = columns.pop("ids", [f"D{number}" for number in range(1, len(shapes) + 1)])
    table = gpd.GeoDataFrame({"id": ids, **columns}, geometry=list(shapes), crs=crs.METRIC)
    return conform(table.assign(synthetic=synthetic, basis="测绘成果"), "plots")
