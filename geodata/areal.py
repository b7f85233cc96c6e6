"""Shapes made fit for overlay: areas only, mended where that is bounded, large ones in pieces."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata import crs
from geodata.shapes import Shapes

Positions = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
"""Types of areas."""
_LARGE = 512
"""Vertices from which on a shape is cut in pieces: an overlay of a shape takes time by its vertices, each time."""

_ROUNDS = 20
_SIMPLE = 100
_ASKED = 200
_KNOT = 20_000
"""Crossings up to which mending takes less than a second; it grows with their square."""


def only(shapes: Shapes, where: Flags) -> Shapes:
    """Return the shapes where something is so, None elsewhere; always a new array.

    Examples
    --------
    >>> only(np.array([shapely.Point(0, 0), shapely.Point(1, 1)]), np.array([False, True])).tolist()
    [None, <POINT (1 1)>]
    """
    kept: Shapes = np.full(len(shapes), None, dtype=object)
    kept[where] = np.asarray(shapes, object)[where]
    return kept


def ellipsoidal(shapes: Shapes) -> npt.NDArray[np.float64]:
    """Areas in m2 on the ellipsoid of shapes in EPSG:4549; NaN for what has none, or lies where no projection reaches.

    Examples
    --------
    >>> here = shapely.box(630000, 4304000, 630100, 4304100)
    >>> ellipsoidal(np.array([here, None, shapely.Point(0, 0)])).round(1).tolist()
    [9995.8, nan, nan]
    """
    sizes = np.full(len(shapes), np.nan)
    usable = is_area(shapes) & is_finite(shapes)
    with np.errstate(invalid="ignore"):  # a projection sends what is too far away to infinity
        sizes[usable] = crs.ellipsoidal_areas(gpd.GeoSeries(shapes[usable], crs=crs.METRIC)) if usable.any() else 0.0
    return sizes


def is_area(shapes: Shapes) -> Flags:
    """Whether each shape is an area (or several) that is not empty.

    Examples
    --------
    >>> is_area(np.array([shapely.box(0, 0, 1, 1), shapely.Point(0, 0), shapely.Polygon(), None])).tolist()
    [True, False, False, False]
    """
    return np.asarray(np.isin(shapely.get_type_id(shapes), AREAL) & ~shapely.is_empty(shapes))


def is_finite(shapes: Shapes) -> Flags:
    """Whether all coordinates of each shape are numbers; also where there are none.

    Examples
    --------
    >>> is_finite(np.array([shapely.Point(0, 0), shapely.Point(np.inf, 0), None])).tolist()
    [True, False, True]
    """
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), bool)
    finite[owner[~np.isfinite(xy).all(axis=1)]] = False
    return finite


def areas_of(shapes: Shapes) -> Shapes:
    """Keep the areas of mixed shapes; what has none becomes None.

    Examples
    --------
    >>> mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    >>> [shape and shape.geom_type for shape in areas_of(np.array([mixed, shapely.Point(0, 0)]))]
    ['Polygon', None]
    """
    kept = only(shapes, is_area(shapes))
    for place in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        parts = shapely.get_parts(shapely.get_parts(shapes[place]))  # a collection may hold multiple areas
        areas = parts[is_area(parts)]
        if len(areas):
            kept[place] = areas[0] if len(areas) == 1 else shapely.multipolygons(areas)
    return kept


def mended(shapes: Shapes) -> Shapes:
    """Areas with the broken ones mended; None where it is no area, has no place or is too tangled to be mended.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    >>> [shape and shape.area for shape in mended(np.array([bow, shapely.box(0, 0, 1, 1), None]))]
    [8.0, 1.0, None]
    """
    sound = only(shapes, is_area(shapes) & is_finite(shapes))
    broken = ~shapely.is_valid(sound) & ~shapely.is_missing(sound)
    for place in np.flatnonzero(broken):
        sound[place] = None if is_tangled(sound[place]) else valid(sound[place])
    return sound


def valid(shape: Any) -> Any:
    """Mend an area: what lies inside its rings stays, lines and points it collapses to go; None where nothing stays."""
    return areas_of(np.array([shapely.make_valid(shape, method="structure", keep_collapsed=False)], object))[0]


def is_tangled(shape: Any) -> bool:
    """Whether the outline crosses itself so often that mending it would take minutes and gigabytes.

    Crossings are estimated from a sample of the outline's segments, evenly spaced.
    """
    if shapely.get_num_coordinates(shape) <= _SIMPLE:
        return False
    xy, ring = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    joined = ring[1:] == ring[:-1]
    segments = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[joined])
    sample = segments[:: max(1, len(segments) // _ASKED)]
    crossings = len(shapely.STRtree(segments).query(sample, predicate="crosses")[0])
    return bool(crossings / len(sample) * len(segments) / 2 > _KNOT)


def pieces(shapes: Shapes) -> tuple[Shapes, Positions]:
    """Sound areas with the large ones cut in two, again and again, and the position of each piece's owner.

    Examples
    --------
    >>> disc = shapely.Point(0, 0).buffer(1, quad_segs=500)
    >>> parts, owner = pieces(np.array([disc, None]))
    >>> len(parts), set(owner.tolist()), bool(abs(shapely.area(parts).sum() - disc.area) < 1e-12)
    (4, {0}, True)
    """
    owner = np.flatnonzero(~shapely.is_missing(shapes))
    parts = shapes[owner]
    for _ in range(_ROUNDS):
        large = shapely.get_num_coordinates(parts) > _LARGE
        if not large.any():
            break
        halves = _halves(parts[large])
        owner = np.concatenate([owner[~large], owner[large], owner[large]])
        parts = np.concatenate([parts[~large], halves])
        there = ~shapely.is_missing(parts)
        parts, owner = parts[there], owner[there]
    return parts, owner


def _halves(shapes: Shapes) -> Shapes:
    """Both halves of each shape, cut across its longer side: all first ones, then all second ones."""
    west, south, east, north = shapely.bounds(shapes).T
    wide = east - west >= north - south
    middle_x, middle_y = np.where(wide, (west + east) / 2, east), np.where(wide, north, (south + north) / 2)
    first = shapely.box(west, south, middle_x, middle_y)
    second = shapely.box(np.where(wide, middle_x, west), np.where(wide, south, middle_y), east, north)
    return areas_of(shapely.intersection(np.concatenate([shapes, shapes]), np.concatenate([first, second])))
