"""Where shapes reach the streets: by their nearest edge, or wherever a street meets the outline of a polygon."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import shapely

from geodata.measures import nearby
from geodata.shapes import Shapes, in_threads, meeting

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Find = Callable[[Shapes], nearby.Pairs]

_SURFACE = 2
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

    @cached_property
    def index(self) -> nearby.Index:
        """The edges, ready to be looked for; there must be some."""
        return nearby.index(self.edges)


@dataclass(frozen=True)
class Access:
    """Where something reaches the streets: row, edge, metres to the edge, metres along it from its first end."""

    rows: Numbers
    edges: Numbers
    away: Floats
    along: Floats

    def only(self, flags: Flags) -> "Access":
        """Some of the places."""
        return Access(self.rows[flags], self.edges[flags], self.away[flags], self.along[flags])


def starts(shapes: Shapes, net: Network, *, find: Find | None = None) -> Access:
    """Where each shape reaches the streets; polygons that streets run into, wherever these meet their outline.

    Everything else does so anywhere that is as near as the nearest: of a plot beside a straight street, or between two
    that are equally near, no point is the nearest, and it must not matter which of them came first in the file.

    Parameters
    ----------
    find : callable, optional
        Finds all edges that are as near as the nearest; by the index of the streets where it is not given.
    """
    near = _beside(shapes, net, find)
    inside = np.unique(near.rows[near.away == 0])
    if not len(inside):
        return near
    met = entrances(shapes[inside], net)
    beside = near.only(~np.isin(near.rows, inside))
    return _joined(Access(inside[met.rows], met.edges, met.away, met.along), beside)


def _beside(shapes: Shapes, net: Network, find: Find | None = None) -> Access:
    """Wherever shapes are as near to their nearest edges as anywhere; nowhere without any."""
    if not (len(shapes) and len(net.edges)):
        return Access(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0), np.empty(0))
    search = find or partial(nearby.as_near, net.index, slack=EQUAL_M)

    def some(numbers: Numbers) -> Floats:
        at = _nearest(shapes[numbers], search(shapes[numbers]), net)
        return np.column_stack((numbers[at.rows], at.edges, at.away, at.along))

    rows, edges, away, along = in_threads(some, np.arange(len(shapes))).T
    return Access(rows.astype(np.intp), edges.astype(np.intp), away, along)


def _nearest(shapes: Shapes, near: nearby.Pairs, net: Network) -> Access:
    """Wherever shapes are as near as anywhere, from all pairs of a shape and an edge that is as near as the nearest.

    Edges are straight: where one meets no shape, the nearest points are a corner of the shape or an end of the edge.
    """
    least = np.full(len(shapes), np.inf)
    np.minimum.at(least, near.rows, near.metres)
    meet = near.metres == 0
    rows, edges = near.rows[meet], near.position[meet]
    away, along = _ways(shapes[rows], net, edges)
    return _joined(Access(rows, edges, away, along), *_fronts(shapes, near, least + EQUAL_M, net))


def _fronts(shapes: Shapes, near: nearby.Pairs, most: Floats, net: Network) -> Iterator[Access]:
    """Where shapes are near enough to edges: opposite their corners, and at the ends of the edges."""
    ends = shapely.get_coordinates(net.edges[near.position]).reshape(-1, 2, 2)
    first, way, length = ends[:, 0], ends[:, 1] - ends[:, 0], net.lengths[near.position]
    corners, pair = shapely.get_coordinates(shapes[near.rows], return_index=True)
    along = np.einsum("ij,ij->i", corners - first[pair], way[pair]) / length[pair]
    opposite = np.flatnonzero((along > 0) & (along < length[pair]) & ~_closing(shapes[near.rows], pair))
    pair, along = pair[opposite], along[opposite]
    away = np.hypot(*(corners[opposite] - first[pair] - way[pair] * (along / length[pair])[:, None]).T)
    yield Access(near.rows[pair], near.position[pair], away, along).only(away <= most[near.rows[pair]])
    west, south, east, north = shapely.bounds(shapes[near.rows]).T
    for end, at in enumerate((np.zeros_like(length), length)):
        x, y = ends[:, end].T
        off = np.hypot(np.maximum(np.maximum(west - x, x - east), 0), np.maximum(np.maximum(south - y, y - north), 0))
        few = np.flatnonzero(off <= most[near.rows])  # no shape is nearer than its bounds
        metres = shapely.distance(shapely.points(x[few], y[few]), shapes[near.rows[few]])
        yield Access(near.rows[few], near.position[few], metres, at[few]).only(metres <= most[near.rows[few]])


def _closing(shapes: Shapes, of: Numbers) -> Flags:
    """Which corners, of these shapes, end the last ring of an area: where it ends is where it began."""
    area = np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    found: Flags = area[of]
    found[:-1] &= of[1:] != of[:-1]
    return found


def _joined(*parts: Access) -> Access:
    columns = zip(*((part.rows, part.edges, part.away, part.along) for part in parts), strict=True)
    rows, edges, away, along = (np.concatenate(column) for column in columns)
    return Access(rows, edges, away, along)


def _ways(shapes: Shapes, net: Network, edges: Numbers) -> tuple[Floats, Floats]:
    """Metres from each shape to an edge, which is straight, and along it from its first end."""
    ways = shapely.get_coordinates(shapely.shortest_line(shapes, net.edges[edges])).reshape(-1, 2, 2)
    steps = np.stack((ways[:, 1] - ways[:, 0], ways[:, 1] - shapely.get_coordinates(net.edges[edges])[::2]), axis=1)
    away, along = np.hypot(steps[..., 0], steps[..., 1]).T
    return away, np.minimum(along, net.lengths[edges])


def entrances(sources: Shapes, net: Network) -> Access:
    """Where supply meets the streets: polygons where streets cross their outline, everything else at its nearest."""
    polygons = np.flatnonzero(shapely.get_dimensions(sources) == _SURFACE)
    outlines = shapely.boundary(sources[polygons])
    crossing, edges = meeting(outlines, net.edges)
    common = in_threads(shapely.intersection, outlines[crossing], net.edges[edges])
    points, which = shapely.get_parts(shapely.extract_unique_points(common), return_index=True)
    away, along = _ways(points, net, edges[which])
    crossed = Access(polygons[crossing[which]], edges[which], away, along)
    rest = np.setdiff1d(np.arange(len(sources)), crossed.rows)
    near = _beside(sources[rest], net)  # round a street, wherever that is
    return _joined(crossed, Access(rest[near.rows], near.edges, near.away, near.along))
