"""Made-up plots on a grid, each known by its number."""

import geopandas as gpd
import numpy as np
import shapely

from geodata import crs

CODES = ("0701", "0801", "0901", "1001", "1301", "1401")


def plots(columns: int, rows: int, *, side: float = 60, west: float = 121.45, south: float = 38.85) -> gpd.GeoDataFrame:
    """Make columns x rows plots of the kind plots, `side` metres apart, from the south-west corner on; synthetic."""
    east, north = crs.to_metric(west, south)
    x, y = (axis.ravel() for axis in np.meshgrid(east + side * np.arange(columns), north + side * np.arange(rows)))
    count, gap = columns * rows, side / 8
    table = {
        "id": [f"演示地块-{number:06}" for number in range(count)],
        "name": [f"演示地块-{number:06}" for number in range(count)],
        "landuse": [CODES[number % len(CODES)] for number in range(count)],
        "contract_tax": 12345.678,
        "owner": "保密单位",
        "synthetic": True,
    }
    shapes = shapely.box(x + gap, y + gap, x + side - gap, y + side - gap)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs.METRIC).set_index("id")
