"""A town of 16 blocks of homes between streets, small enough to know by heart."""

from typing import Any

import geopandas as gpd
from shapely import LineString, Point, box

from geodata import crs

EAST, NORTH = 624_000.0, 4_303_000.0
_BLOCKS = [(500.0 * x, 500.0 * y) for y in range(4) for x in range(4)]
"""South-west corners: homes of 100 m x 100 m, a house in each, ten people in that."""


def table(shapes: list[Any], keys: list[str], **columns: Any) -> gpd.GeoDataFrame:
    """Rows on their ids, with names."""
    told = {"id": keys, "name": [f"名称{key}" for key in keys], **columns}
    return gpd.GeoDataFrame(told, geometry=shapes, index=keys, crs=crs.METRIC)


def town() -> dict[str, gpd.GeoDataFrame]:
    """Tables by kind: two parks, a lawn, a school, a pond, streets in a grid that meet, all of it built up."""
    homes = [f"home{number}" for number in range(len(_BLOCKS))]
    land = [*(_block(x, y, 100) for x, y in _BLOCKS), _block(800, 800, 90), _block(300, 1300, 60)]
    parks = {"green_class": ["G11", "G14", "RG"], "public": [True, None, None], "canopy_m2": [5000.0, None, 100.0]}
    green = [_block(250, 250, 80), _block(1250, 260, 30), _block(1100, 1000, 15)]
    houses = [_block(x, y, 20, 40) for x, y in _BLOCKS]
    keys = [f"house{number}" for number in range(len(_BLOCKS))]
    streets = _streets()
    return {
        "landuse": table(land, [*homes, "school", "pond"], code=[*["0701"] * len(homes), "0804", "1704"]),
        "green": table(green, ["lake", "corner", "lawn"], **parks),
        "buildings": table(houses, keys, dwellings=[5] * len(keys)),
        "population": table([Point(shape.centroid) for shape in houses], keys, people=[10.0] * len(keys)),
        "facilities": table([Point(EAST + 900, NORTH + 900)], ["gym"], facility_class=["sports_venue"]),
        "streets": table(streets, [f"s{number}" for number in range(len(streets))], walkable=[True] * len(streets)),
        "boundaries": table([_block(-500, -500, 2200)], ["built"], boundary_class=["built_up"]),
    }


def _streets() -> list[LineString]:
    """A grid that meets at its crossings, and a spur from each block to the nearest of them."""
    grid = [500.0 * n + 200 for n in range(4)]
    lines = [[(x, y) for x in grid] for y in grid] + [[(x, y) for y in grid] for x in grid]
    lines += [[(x + 100, y + 50), (x + 200, y + 200)] for x, y in _BLOCKS]
    return [LineString([(EAST + x, NORTH + y) for x, y in line]) for line in lines]


def _block(x: float, y: float, side: float, off: float = 0.0) -> Any:
    return box(EAST + x + off, NORTH + y + off, EAST + x + off + side, NORTH + y + off + side)
