"""Cutting ground: a shape in two, in many, a number by areas; and making neighbours meet exactly."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Shapes = NDArray[Any]
"""Array of shapely geometries."""

Numbers = NDArray[np.int64]

CRUMB = 1.0
"""Pieces below this (m2) are dust from cutting."""


def polygons(shapes: Shapes) -> tuple[Shapes, Numbers]:
    """Take the polygons out of any shapes, and say which shape each comes from."""
    parts, origin = shapely.get_parts(shapes, return_index=True)
    inner, outer = shapely.get_parts(parts, return_index=True)
    kept = (shapely.get_dimensions(inner) == 2) & (shapely.area(inner) > CRUMB)  # noqa: PLR2004 - surfaces
    return inner[kept], np.asarray(origin[outer][kept], np.int64)


def surface(shape: BaseGeometry) -> BaseGeometry:
    """Leave the polygons of a shape: cutting may leave points and lines beside them.

    Examples
    --------
    >>> surface(shapely.GeometryCollection([shapely.box(0, 0, 2, 2), shapely.Point(5, 5)])).geom_type
    'MultiPolygon'
    """
    return shapely.multipolygons(polygons(np.array([shape]))[0])


def cut(shapes: Shapes, share: NDArray[np.float64]) -> tuple[Shapes, Shapes]:
    """Cut every shape in two across its long side.

    Parameters
    ----------
    shapes : array of polygons
    share : array of float
        Where to cut, 0 to 1 along the long side of the shape's narrowest rectangle.

    Examples
    --------
    >>> first, second = cut(np.array([shapely.box(0, 0, 10, 2)]), np.array([0.3]))
    >>> sorted([round(float(shapely.area(first)[0]), 6), round(float(shapely.area(second)[0]), 6)])
    [6.0, 14.0]
    """
    corner, along, across = axes(shapes)
    at = corner + along * share[:, None]
    return (
        shapely.intersection(shapes, _quads(corner - along - across, at - across, 3 * across)),
        shapely.intersection(shapes, _quads(at - across, corner + 2 * along - across, 3 * across)),
    )


def axes(shapes: Shapes) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Corner, long side and short side (vectors in metres) of the narrowest rectangle round each shape."""
    rings = shapely.get_coordinates(shapely.oriented_envelope(shapes)).reshape(-1, 5, 2)
    first, last = rings[:, 1] - rings[:, 0], rings[:, 3] - rings[:, 0]
    longer = (np.hypot(*first.T) >= np.hypot(*last.T))[:, None]
    return rings[:, 0], np.where(longer, first, last), np.where(longer, last, first)


def _quads(start: NDArray[np.float64], end: NDArray[np.float64], side: NDArray[np.float64]) -> Shapes:
    return np.asarray(shapely.polygons(np.stack([start, end, end + side, start + side], axis=1)))


def split(shapes: Shapes, counts: Numbers, rng: np.random.Generator) -> tuple[Shapes, Numbers]:
    """Cut every shape into a number of pieces of like size.

    A bent shape can fall into more pieces than asked for, never into fewer.

    Returns
    -------
    array of polygons, array of int
        The pieces, and which shape each comes from.

    Examples
    --------
    >>> pieces, origin = split(np.array([shapely.box(0, 0, 90, 60)]), np.array([6]), np.random.default_rng(1))
    >>> len(pieces), round(float(shapely.area(pieces).sum()))
    (6, 5400)
    """
    done: list[tuple[Shapes, Numbers]] = []
    origin = np.arange(len(shapes))
    while len(shapes):
        whole = counts <= 1
        done.append((shapes[whole], origin[whole]))
        shapes, counts, origin = _halved(shapes[~whole], counts[~whole], origin[~whole], rng)
    found = np.concatenate([part for part, _ in done]) if done else shapes
    return found, np.concatenate([source for _, source in done]) if done else origin


def _halved(
    shapes: Shapes, counts: Numbers, origin: Numbers, rng: np.random.Generator
) -> tuple[Shapes, Numbers, Numbers]:
    """Cut all shapes once and give each part its share of the count."""
    share = counts // 2 / np.maximum(counts, 1) + rng.uniform(-0.07, 0.07, len(shapes))
    parts, source = polygons(np.concatenate(cut(shapes, share))) if len(shapes) else (shapes, origin)
    return parts, _shared(shapely.area(parts), source % max(len(shapes), 1), counts), np.tile(origin, 2)[source]


def _shared(area: NDArray[np.float64], parent: Numbers, counts: Numbers) -> Numbers:
    """Share the counts of parents out among their parts by area: at least one each, the largest takes the rest."""
    whole = np.bincount(parent, area, len(counts))
    each = np.maximum(np.round(counts[parent] * area / whole[parent]), 1).astype(np.int64)
    largest = np.zeros(len(counts), np.int64)
    order = np.argsort(area, kind="stable")
    largest[parent[order]] = order
    rest = counts - np.bincount(parent, each, len(counts)).astype(np.int64)
    each[largest] = np.maximum(each[largest] + rest, 1)
    return each


def allot(weights: NDArray[np.float64], total: int) -> Numbers:
    """Share a number out by weights, at least one each.

    Examples
    --------
    >>> allot(np.array([1.0, 2.0, 0.01]), 7).tolist()
    [2, 4, 1]
    """
    rest = max(total - len(weights), 0)
    exact = weights / weights.sum() * rest if len(weights) else weights
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: rest - whole.sum()]] += 1
    return whole + 1


def tidy(shapes: Shapes) -> tuple[Shapes, Numbers]:
    """Let neighbours share their vertices exactly, so that nothing overlaps and no crack is left.

    Returns
    -------
    array of polygons, array of int
        The pieces, and which shape each comes from.
    """
    return polygons(shapely.coverage_clean(shapes))
