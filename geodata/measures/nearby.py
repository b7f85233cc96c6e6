"""What is nearest, and whether anything is near enough: exact, from a first guess that bounds the search."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geodata.shapes import Shapes, in_threads

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

_CROWD = 256
"""Where the bounds of the search hold more shapes than this, the tree's own search for the nearest is asked."""
_PROBES = 64
_SLACK_M = 1e-6
"""Rounding of a bound may not lose the very shape it comes from."""


class Index(NamedTuple):
    """Shapes that are looked for: themselves, a tree of their bounds, a tree of their middles."""

    shapes: Shapes
    tree: shapely.STRtree
    middles: cKDTree


class Nearest(NamedTuple):
    """The nearest shape: its position (-1 where none is near enough) and its distance (NaN there)."""

    position: Numbers
    metres: Floats


class Pairs(NamedTuple):
    """Pairs of a row and a shape of an index, by its position, and how far apart they are."""

    rows: Numbers
    position: Numbers
    metres: Floats


def index(shapes: Shapes) -> Index:
    """Make shapes ready to be looked for; there must be some."""
    return Index(shapes, shapely.STRtree(shapes), cKDTree(_middles(shapes)))


def nearest(of: Index, shapes: Shapes, *, limit: float) -> Nearest:
    """Find the nearest shape of an index, edge to edge; of equally near ones the first.

    The shape with the nearest middle is some distance away: only what lies within that distance can be nearer.

    Examples
    --------
    >>> parks = index(shapely.points([[0, 0], [10, 0], [10, 0]]))
    >>> nearest(parks, shapely.points([[9, 0], [500, 0]]), limit=100)
    Nearest(position=array([ 1, -1]), metres=array([ 1., nan]))
    """
    found = in_threads(lambda part: _nearest(of, part, limit), shapes)
    return Nearest(found[:, 0].astype(np.intp), found[:, 1])


def as_near(of: Index, shapes: Shapes, *, slack: float) -> Pairs:
    """Find all pairs of a shape and one of an index that is as near as its nearest, or by no more than a slack farther.

    Examples
    --------
    >>> parks = index(shapely.points([[0, 0], [10, 0], [10, 0]]))
    >>> row, park, metres = as_near(parks, shapely.points([[9, 0], [500, 0]]), slack=1)
    >>> sorted(zip(row.tolist(), park.tolist(), metres.tolist()))
    [(0, 1, 1.0), (0, 2, 1.0), (1, 1, 490.0), (1, 2, 490.0)]
    """
    rows, position, metres = _candidates(of, shapes, np.inf, slack)
    least = np.full(len(shapes), np.inf)
    np.minimum.at(least, rows, metres)
    near = metres <= least[rows] + slack
    return Pairs(rows[near], position[near], metres[near])


def within(of: Index, shapes: Shapes, *, distance: float) -> Flags:
    """Whether any shape of an index lies within a distance, the distance itself included.

    Mostly the one with the nearest middle does; only where it does not, the others are asked.

    Examples
    --------
    >>> within(index(shapely.points([[0, 0]])), shapely.points([[9, 0], [500, 0]]), distance=9).tolist()
    [True, False]
    """
    found: Flags = in_threads(lambda part: _within(of, part, distance), shapes)
    return found


def _within(of: Index, shapes: Shapes, distance: float) -> Flags:
    found: Flags = shapely.dwithin(shapes, of.shapes[guess(of, shapes)], distance)
    left = np.flatnonzero(~found)
    found[left[of.tree.query(shapes[left], predicate="dwithin", distance=distance)[0]]] = True
    return found


def _nearest(of: Index, shapes: Shapes, limit: float) -> Floats:
    """Position and metres of the nearest of each shape."""
    return _first(*_candidates(of, shapes, limit, 0.0), limit=limit, count=len(shapes))


def _candidates(of: Index, shapes: Shapes, limit: float, slack: float) -> tuple[Numbers, Numbers, Floats]:
    """Row, position and metres of all that may be the nearest, or by no more than a slack farther, and of others."""
    bound = np.minimum(shapely.distance(shapes, of.shapes[guess(of, shapes)]), limit) + slack + _SLACK_M
    west, south, east, north = shapely.bounds(shapes).T
    boxes = shapely.box(west - bound, south - bound, east + bound, north + bound)
    crowded = _crowded(of, boxes, bound)
    few, many = np.flatnonzero(~crowded), np.flatnonzero(crowded)
    rows, position = of.tree.query(boxes[few])
    metres = shapely.distance(shapes[few[rows]], of.shapes[position])
    (far, other), further = of.tree.query_nearest(shapes[many], max_distance=limit + _SLACK_M, return_distance=True)
    if slack and len(many):
        least = np.full(len(many), np.inf)
        np.minimum.at(least, far, further)
        far, other = of.tree.query(shapes[many], predicate="dwithin", distance=least + slack)
        further = shapely.distance(shapes[many[far]], of.shapes[other])
    return np.concatenate((few[rows], many[far])), np.concatenate((position, other)), np.concatenate((metres, further))


def _first(rows: Numbers, position: Numbers, metres: Floats, *, limit: float, count: int) -> Floats:
    """Of all pairs of a row the nearest, of equally near ones the first."""
    order = np.lexsort((position, metres, rows))
    order = order[(np.diff(rows[order], prepend=-1) != 0) & (metres[order] <= limit)]
    found = np.full((count, 2), (-1, np.nan))
    found[rows[order]] = np.column_stack((position, metres))[order]
    return found


def guess(of: Index, shapes: Shapes) -> Numbers:
    """The shape with the nearest middle."""
    found: Numbers = of.middles.query(_middles(shapes))[1]
    return found


def _crowded(of: Index, boxes: Shapes, bound: Floats) -> Flags:
    """Which boxes may hold many shapes: all that are as large as one of some probes that does."""
    probes = np.argsort(bound, kind="stable")[np.linspace(0, len(boxes) - 1, min(len(boxes), _PROBES)).astype(np.intp)]
    held = np.bincount(of.tree.query(boxes[probes])[0], minlength=len(probes))
    return np.asarray(bound >= bound[probes[held > _CROWD]].min(initial=np.inf))


def _middles(shapes: Shapes) -> Floats:
    west, south, east, north = shapely.bounds(shapes).T
    return np.column_stack(((west + east) / 2, (south + north) / 2))
