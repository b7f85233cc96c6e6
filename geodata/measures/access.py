"""Where shapes reach the streets: by their nearest edge, or wherever a street meets the outline of a polygon."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.measures import nearby
from geodata.shapes import Shapes, in_threads, meeting

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]

JOINED_M = 0.01
"""Vertices closer than this are one place where one can turn."""
EQUAL_M = 1e-6
"""What differs by less is equally near: coordinates of millions of metres are no truer."""


@dataclass(frozen=True)
class Network:
    """The walkable streets as edges between vertices.

    Attributes
    ----------
    edges : array of LineString
        One straight piece of street each.
    ends : array of int, (edges, 2)
        Numbers of the vertices it joins.
    lengths : array of float
        Metres.
    vertices : int
    """

    edges: Shapes
    ends: Numbers
    lengths: Floats
    vertices: int


@dataclass(frozen=True)
class Access:
    """Where something reaches the streets: row, edge, metres to the edge, metres along it from its first end."""

    rows: Numbers
    edges: Numbers
    away: Floats
    along: Floats


def starts(shapes: Shapes, net: Network) -> Access:
    """Where each shape reaches the streets; polygons that streets run into, wherever these meet their outline.

    Everything else does so anywhere that is as near as the nearest: of a plot beside a straight street, or between two
    that are equally near, no point is the nearest, and it must not matter which of them came first in the file.
    """
    if not (len(shapes) and len(net.edges)):
        return _NOWHERE
    return around(shapes, *nearby.as_near(nearby.index(net.edges), shapes, slack=EQUAL_M), net)


def around(shapes: Shapes, rows: Numbers, edges: Numbers, net: Network) -> Access:
    """Where shapes reach the streets, as `starts` says, from all pairs of a row and an edge that is as near."""
    every, nearest = _reached(shapes, rows, edges, net)
    out, inside = nearest[rows] > 0, np.flatnonzero(nearest == 0)
    near = Access(rows[out], edges[out], every.away[out], every.along[out])
    beside = (near, *_fronts(shapes, near, nearest + EQUAL_M, net))
    if not len(inside):
        return _joined(*beside)
    met = entrances(shapes[inside], net)
    return _joined(Access(inside[met.rows], met.edges, met.away, met.along), *beside)


def _reached(shapes: Shapes, rows: Numbers, edges: Numbers, net: Network) -> tuple[Access, Floats]:
    """The nearest point of each pair of a row and an edge, and how near the nearest edge of each row is."""
    away, along = in_threads(_ways, shapes[rows], net.edges[edges]).T
    nearest = np.full(len(shapes), np.inf)
    np.minimum.at(nearest, rows, away)
    return Access(rows, edges, away, np.minimum(along, net.lengths[edges])), nearest


def _fronts(shapes: Shapes, near: Access, most: Floats, net: Network) -> Iterator[Access]:
    """Where else shapes are as near to the same edges: opposite their corners, and at the ends of the edges."""
    ends = shapely.get_coordinates(net.edges).reshape(-1, 2, 2)
    corners, pair = shapely.get_coordinates(shapes[near.rows], return_index=True)
    first, way, length = ends[near.edges, 0], ends[near.edges, 1] - ends[near.edges, 0], net.lengths[near.edges]
    along = np.clip(np.einsum("ij,ij->i", corners - first[pair], way[pair]) / length[pair], 0.0, length[pair])
    away = np.hypot(*(corners - first[pair] - way[pair] * (along / length[pair])[:, None]).T)
    yield _other(near, pair, (away, along), most)
    west, south, east, north = shapely.bounds(shapes[near.rows]).T
    for end, at in enumerate((np.zeros_like(length), length)):
        x, y = ends[near.edges, end].T
        off = np.hypot(np.maximum(np.maximum(west - x, x - east), 0), np.maximum(np.maximum(south - y, y - north), 0))
        few = np.flatnonzero(off <= most[near.rows])  # no shape is nearer than its bounds
        metres = shapely.distance(shapely.points(x[few], y[few]), shapes[near.rows[few]])
        yield _other(near, few, (metres, at[few]), most)


def _other(near: Access, pair: Numbers, at: tuple[Floats, Floats], most: Floats) -> Access:
    """Of places on the edge of a pair those that are near enough, and not the one that is known."""
    (away, along), rows = at, near.rows[pair]
    kept = (away <= most[rows]) & (np.abs(along - near.along[pair]) > JOINED_M)
    return Access(rows[kept], near.edges[pair][kept], away[kept], along[kept])


def _joined(*parts: Access) -> Access:
    columns = zip(*((part.rows, part.edges, part.away, part.along) for part in parts), strict=True)
    rows, edges, away, along = (np.concatenate(column) for column in columns)
    return Access(rows, edges, away, along)


def _ways(shapes: Shapes, edges: Shapes) -> Floats:
    """Metres to each edge, which is straight, and along it from its first end."""
    ways = shapely.get_coordinates(shapely.shortest_line(shapes, edges)).reshape(-1, 2, 2)
    first = shapely.get_coordinates(edges)[::2]
    steps = np.stack((ways[:, 1] - ways[:, 0], ways[:, 1] - first), axis=1)
    metres: Floats = np.hypot(steps[..., 0], steps[..., 1])
    return metres


def entrances(sources: Shapes, net: Network) -> Access:
    """Where supply meets the streets: polygons where streets cross their outline, everything else at its nearest."""
    polygons = np.flatnonzero(shapely.get_dimensions(sources) == 2)  # noqa: PLR2004 - a surface
    outlines = shapely.boundary(sources[polygons])
    crossing, edges = meeting(outlines, net.edges)
    points, which = shapely.get_parts(
        shapely.extract_unique_points(shapely.intersection(outlines[crossing], net.edges[edges])), return_index=True
    )
    away, along = in_threads(_ways, points, net.edges[edges[which]]).T
    along = np.minimum(along, net.lengths[edges[which]])
    crossed = Access(polygons[crossing[which]], edges[which], away, along)
    rest = np.setdiff1d(np.arange(len(sources)), crossed.rows)
    near = _uncrossed(sources[rest], net)
    return _joined(crossed, Access(rest[near.rows], near.edges, near.away, near.along))


def _uncrossed(shapes: Shapes, net: Network) -> Access:
    """Where shapes whose outline no street crosses reach the streets: those round a street wherever that is."""
    if not (len(shapes) and len(net.edges)):
        return _NOWHERE
    rows, edges = nearby.as_near(nearby.index(net.edges), shapes, slack=EQUAL_M)
    near, nearest = _reached(shapes, rows, edges, net)
    return _joined(near, *_fronts(shapes, near, nearest + EQUAL_M, net))


_NOWHERE = Access(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0), np.empty(0))
