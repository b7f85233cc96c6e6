"""Which features a click means."""

import geopandas as gpd
from shapely import Point

from geodata import crs
from geodata.land import Land

TOLERANCE_PX = 6
MARKER_PX = 12
"""Half the size of the sign a point is drawn with."""


def pick(land: Land, visible: gpd.GeoDataFrame, at: tuple[float, float, float]) -> tuple[str, ...]:
    """Ids of what is drawn at a position, most specific first.

    Parameters
    ----------
    land : Land
    visible : GeoDataFrame
        `layers.plan.shown(...)`: what the map shows; the rest is not found.
    at : tuple of float
        Longitude, latitude (degrees) and zoom of the click.

    Returns
    -------
    tuple of str
        Points, then lines, then areas from small to large, the whole zone only where there is nothing else.
        A part of a unit that is a line itself (the corridor's band) stands behind that unit.
    """
    lng, lat, zoom = at
    pixel = crs.metres_per_pixel(lat, zoom)
    point = Point(crs.to_metric(lng, lat))
    near = visible.iloc[visible.sindex.query(point.buffer(MARKER_PX * pixel), predicate="intersects")]
    points = near.geometry.geom_type == "Point"
    reach = points.map({True: MARKER_PX * pixel, False: TOLERANCE_PX * pixel}).astype(float)
    hits = near[near.distance(point) <= reach].assign(size=lambda rows: rows.area + rows.length * 1e-6)
    ids = [key for key in hits.sort_values(["size", "id"]).index if land.items["role"][key] != "zone"]
    return tuple(dict.fromkeys(_with_line_parent(land, ids))) or tuple(hits.index)


def _with_line_parent(land: Land, ids: list[str]) -> list[str]:
    found = []
    for key in ids:
        parent = land.items["parent"][key]
        if land.items["role"][key] == "part" and parent and getattr(land.items.geometry[parent], "area", 1) == 0:
            found.append(parent)
        found.append(key)
    return found


def pick_rows(rows: gpd.GeoDataFrame, at: tuple[float, float, float]) -> tuple[int, ...]:
    """Numbers of the rows of a dataset that are drawn within reach of a position, the smallest first.

    Parameters
    ----------
    rows : GeoDataFrame
        In degrees, from `geodata.drawn.read`.
    at : tuple of float
        Longitude, latitude (degrees) and zoom of the click.

    Examples
    --------
    >>> from shapely import box
    >>> shapes = [box(121.4, 38.8, 121.5, 38.9), box(121.44, 38.84, 121.46, 38.86), Point(121.4502, 38.85)]
    >>> pick_rows(gpd.GeoDataFrame(geometry=shapes, crs=crs.FILE), (121.45, 38.85, 12))
    (2, 1, 0)
    """
    lng, lat, zoom = at
    reach = TOLERANCE_PX * crs.metres_per_pixel(lat, zoom)
    point = Point(crs.to_metric(lng, lat))
    ring = crs.degrees(gpd.GeoDataFrame(geometry=[point.buffer(2 * reach)], crs=crs.METRIC)).geometry.iloc[0]
    near = crs.metres(rows.iloc[rows.sindex.query(ring, predicate="intersects")])
    hits = near[near.distance(point) <= reach]
    return tuple(int(number) for number in (hits.area + hits.length * 1e-6).sort_values(kind="stable").index)
